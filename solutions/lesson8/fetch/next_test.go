package fetch_test

import (
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
)

// arrive hands a block to a window, as a test needs it: it ends where that fails.
func arrive(t *testing.T, w *fetch.Window, peer int, b block.Block) []block.Block {
	t.Helper()
	ready, err := w.Arrived(peer, b)
	if err != nil {
		t.Fatalf("Window.Arrived, which this test needs: %v", err)
	}
	return ready
}

func TestWindow_Next(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	for _, tt := range []struct{ ahead, most int }{{1024, 16}, {d.Between(30, 60), d.Between(2, 9)}, {1, 1}} {
		bs := hashesOf(drawBlocks(d, 100))
		w := fetch.NewWindow(bs, tt.ahead, tt.most)
		from := 0
		for peer := range 3 {
			try := expect.Tried(t, "w.Next(%d, now), where the peers before it were asked for %d blocks, the window has %d, and a peer may owe %d", peer, from, tt.ahead, tt.most)
			to := min(from+tt.most, tt.ahead)
			try.Why("the blocks that are wanted first, none of them asked twice")
			try.Shows("blocks", places(w.Next(peer, now), bs), span(from, to))
			try.Equal("w.Owes(peer)", w.Owes(peer), to-from)
			again := expect.Tried(t, "w.Next(%d, now), where the peer owes as many as it may", peer)
			again.Why("a peer that owes much would be asked for everything, and others for nothing")
			again.Shows("blocks", places(w.Next(peer, now), bs), "none")
			from = to
		}
	}
}

func TestWindow_Next_full(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	n := d.Between(4, 12)
	blocks := drawBlocks(d, 3*n)
	bs := hashesOf(blocks)
	w := fetch.NewWindow(bs, n, 2*n)
	try := expect.Tried(t, "w.Next(0, now), where the window has %d blocks", n)
	try.Shows("blocks", places(w.Next(0, now), bs), span(0, n))
	for i := n - 1; i > 0; i-- {
		try = expect.Tried(t, "w.Next(1, now), where all blocks of a window of %d are asked for, the last %d have arrived, and the first has not", n, n-i)
		arriveIf(try, w, 0, blocks[i])
		try.Why("the window starts at the first missing block: what lies beyond it would have to be kept until that one arrives")
		try.Shows("blocks", places(w.Next(1, now), bs), "none")
	}
	arriveIf(try, w, 0, blocks[0])
	try = expect.Tried(t, "w.Next(1, now), where all of the first %d blocks have arrived", n)
	try.Shows("blocks", places(w.Next(1, now), bs), span(n, 2*n))
}

// arriveIf hands over a block that a stub of Next never asked for: the failure is
// about what Next returns.
func arriveIf(try *expect.Try, w *fetch.Window, peer int, b block.Block) {
	if _, err := w.Arrived(peer, b); err != nil {
		try.NoError(err)
	}
}

func TestWindow_Next_lost(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	blocks := drawBlocks(d, 40)
	bs := hashesOf(blocks)
	w := fetch.NewWindow(bs, 40, 5)
	for peer := range 3 {
		w.Next(peer, now)
	}
	gone := d.IntN(3)
	w.Lost(gone)
	try := expect.Tried(t, "w.Next(3, now), where peers 0, 1 and 2 were asked for 5 blocks each and peer %d is lost", gone)
	try.Why("what a lost peer owed is missing again, and it comes first in the list")
	try.Shows("blocks", places(w.Next(3, now), bs), span(5*gone, 5*gone+5))
	try = expect.Tried(t, "w.Next(4, now) after that")
	try.Shows("blocks", places(w.Next(4, now), bs), span(15, 20))
	try = expect.Tried(t, "w.Next(%d, now) of the lost peer's number", gone)
	try.Why("it owes nothing any more")
	try.Shows("blocks", places(w.Next(gone, now), bs), span(20, 25))
}

func TestWindow_Next_tops(t *testing.T) {
	d := draw.From(t)
	now := drawTime(d)
	blocks := drawBlocks(d, 40)
	bs := hashesOf(blocks)
	w := fetch.NewWindow(bs, 40, 8)
	try := expect.Tried(t, "w.Next(0, now), where a peer may owe 8")
	try.Shows("blocks", places(w.Next(0, now), bs), span(0, 8))
	n := d.Between(1, 7)
	for i := range n {
		arriveIf(try, w, 0, blocks[i])
	}
	try = expect.Tried(t, "w.Next(0, now), where %d of the 8 blocks that it was asked for have arrived", n)
	try.Why("as many as it may owe, not as many more")
	try.Shows("blocks", places(w.Next(0, now), bs), span(8, 8+n))
}

// Next starts the clock of Stalled.
func TestWindow_Next_clock(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		name string
		do   func(w *fetch.Window, now time.Time)
		want string
		why  string
	}{
		{"peer 0 has been asked for all blocks, and w.Next(1, now) returned nothing 2 s ago", func(w *fetch.Window, now time.Time) { w.Next(1, now) }, "0",
			"peer 1 could send blocks and has none to send, because peer 0 owes the first one"},
		{"w.Next(1, now) returned nothing 2 s ago, and again now", func(w *fetch.Window, now time.Time) {
			w.Next(1, now)
			w.Next(1, now.Add(2*time.Second))
		}, "0", "the clock runs from the first time on"},
		{"only peer 0 itself was asked for more", func(w *fetch.Window, now time.Time) { w.Next(0, now) }, "none",
			"the clock runs only while a peer has to wait for what another one owes"},
	} {
		now := drawTime(d)
		w := fetch.NewWindow(hashesOf(drawBlocks(d, 5)), 10, 16)
		w.Next(0, now)
		tt.do(w, now)
		try := expect.Tried(t, "w.Stalled(now), where %s", tt.name)
		try.Why("%s", tt.why)
		try.Shows("peers", ints(w.Stalled(now.Add(2*time.Second))), tt.want)
	}
	now := drawTime(d)
	w := fetch.NewWindow(hashesOf(drawBlocks(d, 5)), 10, 4)
	w.Next(0, now)
	try := expect.Tried(t, "w.Next(1, now), where a peer may owe 4, peer 0 owes 4 of 5 blocks, and one is left")
	try.Equal("number of blocks", len(w.Next(1, now)), 1)
	try = expect.Tried(t, "w.Stalled(now), where peer 1 was asked for one block, although it could owe 4, 2 s ago")
	try.Why("a peer that was given something to send does not wait yet: the clock starts when it gets nothing")
	try.Shows("peers", ints(w.Stalled(now.Add(2*time.Second))), "none")
	w = fetch.NewWindow(hashesOf(drawBlocks(d, 5)), 10, 2)
	for _, peer := range []int{0, 1, 1, 1} {
		w.Next(peer, now)
	}
	try = expect.Tried(t, "w.Stalled(now), where peer 1 was asked for nothing more because it owes as many as it may")
	try.Why("such a peer does not wait for another, but the others for it")
	try.Shows("peers", ints(w.Stalled(now.Add(time.Minute))), "none")
}
