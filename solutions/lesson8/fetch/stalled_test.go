package fetch_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson8/fetch"
)

func ints(list []int) string { return expect.List(list) }

// stalls makes a window of n blocks, all asked of peer 0, for which peer 1 waits
// from now on.
func stalls(try *expect.Try, d *draw.Source, n int, now time.Time) *fetch.Window {
	w := fetch.NewWindow(hashesOf(drawBlocks(d, n)), n, n)
	try.Equal("number of blocks that Window.Next returned, which this test needs", len(w.Next(0, now)), n)
	w.Next(1, now)
	return w
}

func TestWindow_Stalled(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{0, "none"}, {1999 * time.Millisecond, "none"}, {2 * time.Second, "0"}, {time.Duration(d.Between(3, 500)) * time.Second, "0"}} {
		try := expect.Tried(t, "w.Stalled(now), where peer 1 has waited %v for a block that peer 0 owes", tt.after)
		w := stalls(try, d, 5, now)
		try.Why("peer 0 alone keeps the window where it is, and everybody waits for it: after 2 s it is dropped")
		try.Shows("peers", ints(w.Stalled(now.Add(tt.after))), tt.want)
	}
}

// The clock runs from when a peer has to wait, not from when the block was asked for.
func TestWindow_Stalled_since(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{1999 * time.Millisecond, "none"}, {2 * time.Second, "0"}} {
		w := fetch.NewWindow(hashesOf(drawBlocks(d, 5)), 5, 5)
		w.Next(0, now)
		waits := now.Add(time.Duration(d.Between(5, 300)) * time.Second)
		w.Next(1, waits)
		try := expect.Tried(t, "w.Stalled(now), where peer 0 was asked %v ago, and peer 1 has waited %v", waits.Sub(now)+tt.after, tt.after)
		try.Why("as long as no peer waits, slowness is no harm: only the time that another has waited counts")
		try.Shows("peers", ints(w.Stalled(waits.Add(tt.after))), tt.want)
	}
}

// A bad block is an answer: its peer owes it no more.
func TestWindow_Stalled_bad(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	blocks := drawBlocks(d, 3)
	w := fetch.NewWindow(hashesOf(blocks), 3, 3)
	w.Next(0, now)
	w.Next(1, now)
	bad := blocks[0]
	bad.Txs = slices.Clone(blocks[1].Txs)
	_, err := w.Arrived(0, bad)
	try := expect.Tried(t, "w.Stalled(now), where peer 1 has waited 3 s, and peer 0 has sent the first missing block with other transactions")
	try.True(err != nil, "no error of w.Arrived, which this test needs", "an error")
	try.Why("the block is missing again, and no peer owes it: the clock stops when it arrives, good or bad")
	try.Shows("peers", ints(w.Stalled(now.Add(3*time.Second))), "none")
}

// Blocks that are passed on while the limit is the least do not lower it.
func TestWindow_Stalled_least(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	n := d.Between(2, 12)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{1999 * time.Millisecond, "none"}, {2 * time.Second, "0"}} {
		blocks := drawBlocks(d, n+3)
		w := fetch.NewWindow(hashesOf(blocks), len(blocks), len(blocks))
		w.Next(0, now)
		for _, b := range blocks[:n] {
			arrive(t, w, 0, b)
		}
		w.Next(1, now)
		try := expect.Tried(t, "w.Stalled(now), where %d blocks were passed on, and peer 1 has waited %v for the next one", n, tt.after)
		try.Why("the limit shrinks down to 2 s and no further: a peer that has been fast may pause for as long as any other")
		try.Shows("peers", ints(w.Stalled(now.Add(tt.after))), tt.want)
	}
}

// A later block of the peer that owes the first missing one does not stop the clock.
func TestWindow_Stalled_later(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	blocks := drawBlocks(d, 6)
	w := fetch.NewWindow(hashesOf(blocks), 6, 6)
	w.Next(0, now)
	w.Next(1, now)
	arrive(t, w, 0, blocks[d.Between(1, 5)])
	try := expect.Tried(t, "w.Stalled(now), where peer 1 has waited 2 s for peer 0, which has sent another block than the first missing one since")
	try.Why("only the first missing block moves the window: a peer that sends others keeps all waiting")
	try.Shows("peers", ints(w.Stalled(now.Add(2*time.Second))), "0")
}

func TestWindow_Stalled_elsewhere(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	blocks := drawBlocks(d, 12)
	w := fetch.NewWindow(hashesOf(blocks), 12, 4)
	for peer := range 3 {
		w.Next(peer, now)
	}
	w.Next(3, now)
	for i := range 4 {
		arrive(t, w, 0, blocks[i])
	}
	try := expect.Tried(t, "w.Stalled(now), where the clock ran 9 minutes ago, and since then the first missing block arrived; peers 1 and 2 owe later ones")
	try.Why("the clock stops when the first missing block arrives, and as long as no peer waits, slowness is no harm")
	try.Shows("peers", ints(w.Stalled(now.Add(9*time.Minute))), "none")
	for i := 8; i < 12; i++ {
		arrive(t, w, 2, blocks[i])
	}
	later := now.Add(time.Minute)
	w.Next(2, later)
	try = expect.Tried(t, "w.Stalled(now), where peer 1 owes the first missing block and peer 2 has waited 3 s")
	try.Shows("peers", ints(w.Stalled(later.Add(3*time.Second))), "1")
}

func TestWindow_Stalled_limit(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	n := 60
	blocks := drawBlocks(d, n)
	w := fetch.NewWindow(hashesOf(blocks), n, n)
	limit := 2 * time.Second
	peer := 0
	stall := func() {
		try := expect.Tried(t, "w.Stalled(now), where the limit is %v, and peer %d has waited a millisecond less", limit, peer+1)
		try.Equal("number of blocks that Window.Next returned, which this test needs", len(w.Next(peer, now)) > 0, true)
		w.Next(peer+1, now)
		try.Why("where all peers are slow, each of them would be dropped after 2 s: so the limit doubles each time, up to 64 s, and shrinks to 85%% with each block that is passed on, down to 2 s")
		try.Shows("peers", ints(w.Stalled(now.Add(limit-time.Millisecond))), "none")
		try = expect.Tried(t, "w.Stalled(now), where the limit is %v, and peer %d has waited that long", limit, peer+1)
		now = now.Add(limit)
		try.Why("the limit doubles each time that the clock has run out, up to 64 s")
		try.Shows("peers", ints(w.Stalled(now)), fmt.Sprint(peer))
		try = expect.Tried(t, "w.Stalled(now) again")
		try.Why("it has been named: the clock stops")
		try.Shows("peers", ints(w.Stalled(now)), "none")
		w.Lost(peer)
		limit = min(2*limit, 64*time.Second)
		peer++
	}
	for range 7 {
		stall()
	}
	first := 0
	for range 3 {
		w.Next(peer, now)
		for range d.Between(1, 9) {
			arrive(t, w, peer, blocks[first])
			first++
			limit = max(limit*85/100, 2*time.Second)
		}
		w.Lost(peer)
		limit = limit.Round(time.Nanosecond)
		peer++
		roughly(t, w, &now, &peer, &limit)
	}
}

// roughly is one more stall, where a limit that was rounded in another way is as
// good: a millisecond counts on neither side.
func roughly(t *testing.T, w *fetch.Window, now *time.Time, peer *int, limit *time.Duration) {
	t.Helper()
	w.Next(*peer, *now)
	w.Next(*peer+1, *now)
	try := expect.Tried(t, "w.Stalled(now), where the limit is %v after some blocks were passed on", limit.Round(time.Millisecond))
	try.Why("the limit shrinks to 85%% with each block that is passed on, down to 2 s")
	try.Shows("peers a millisecond before", ints(w.Stalled(now.Add(*limit-time.Millisecond))), "none")
	*now = now.Add(*limit + time.Millisecond)
	try.Shows("peers a millisecond after", ints(w.Stalled(*now)), fmt.Sprint(*peer))
	w.Lost(*peer)
	*limit = min(2**limit, 64*time.Second)
	*peer++
}

func TestWindow_Stalled_lost(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	try := expect.Tried(t, "w.Stalled(now), where peer 0 owed the first missing block, was lost, and peer 2 was asked for it")
	w := stalls(try, d, 5, now)
	w.Lost(0)
	w.Next(2, now.Add(time.Second))
	try.Why("the clock stops when the peer is lost: nobody has waited for peer 2 yet")
	try.Shows("peers", ints(w.Stalled(now.Add(5*time.Second))), "none")
}

func TestWindow_Stalled_timeout(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	blocks := drawBlocks(d, 12)
	w := fetch.NewWindow(hashesOf(blocks), 12, 4)
	w.Next(2, now)
	w.Next(0, now.Add(time.Second))
	w.Next(1, now.Add(time.Minute))
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{10*time.Minute - 1, "none"}, {10 * time.Minute, "2"}, {10*time.Minute + time.Second, "0, 2"}, {time.Hour, "0, 1, 2"}} {
		try := expect.Tried(t, "w.Stalled(now), where peers 2, 0 and 1 owe blocks from 0 s, 1 s and 60 s on, and %v have passed", tt.after)
		try.Why("if nobody waits, a silent peer would be kept forever: 10 minutes are enough for any block")
		try.Shows("peers", ints(w.Stalled(now.Add(tt.after))), tt.want)
	}
	later := now.Add(2 * time.Hour)
	for peer := range 3 {
		w.Lost(peer)
	}
	for peer := 3; peer < 7; peer++ { // the last of them has to wait
		w.Next(peer, later)
	}
	try := expect.Tried(t, "w.Stalled(now), where three peers were named after 10 minutes and lost, and peer 6 has waited 2 s for peer 3 since")
	try.Why("the limit doubles when the clock has run out: for peers that nobody waited for it stays as it was")
	try.Shows("peers", ints(w.Stalled(later.Add(2*time.Second))), "3")
}

// One peer keeps the others waiting, and another has owed a block for too long.
func TestWindow_Stalled_both(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	w := fetch.NewWindow(hashesOf(drawBlocks(d, 12)), 12, 4)
	w.Next(1, now)
	w.Next(2, now)
	w.Lost(1)
	later := now.Add(9 * time.Minute)
	for _, peer := range []int{0, 3, 4} { // 4 has to wait
		w.Next(peer, later)
	}
	try := expect.Tried(t, "w.Stalled(now), where peer 2 has owed blocks for 10 minutes, and peer 4 has waited a minute for peer 0, which owes the first missing one")
	try.Why("each of the two reasons is enough, and both can hold at the same time")
	try.Shows("peers", ints(w.Stalled(now.Add(10*time.Minute))), "0, 2")
}

// What was asked for while the window was longer is still owed.
func TestWindow_Stalled_shorter(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	blocks := drawBlocks(d, 12)
	w := fetch.NewWindow(hashesOf(blocks), 12, 4)
	for peer := range 3 {
		w.Next(peer, now)
	}
	w.SetRoom(1)
	arrive(t, w, 0, blocks[0])
	try := expect.Tried(t, "w.Stalled(now), where three peers were asked for 4 blocks each ten minutes ago, and the one that has arrived was so large that the window is one block long now")
	try.Why("a peer may owe a block that the window had when it was asked; ten minutes are ten minutes")
	try.Shows("peers", ints(w.Stalled(now.Add(10*time.Minute))), "0, 1, 2")
}
