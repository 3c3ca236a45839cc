package fetch_test

//nodebook:limits timeout=90s

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/fetch"
)

// got is what a call of Fetch returned and sent.
type got struct {
	blocks  []block.Block
	closed  bool // what it sends to
	dropped map[int]error
	err     error
	took    time.Duration
}

// fetched calls Fetch and reads what it sends as it comes. It ends a call of half an hour.
func fetched(ctx context.Context, ps []*peer, w *fetch.Window) got {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Minute)
	defer cancel()
	out := make(chan block.Block)
	var g got
	start := time.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case b, ok := <-out:
				if g.closed = !ok; g.closed {
					return
				}
				g.blocks = append(g.blocks, b)
			case <-ctx.Done():
				return
			}
		}
	}()
	dropped, err := fetch.Fetch(ctx, ofType(ps), w, out)
	g.took = time.Since(start)
	cancel()
	<-done
	g.dropped, g.err = dropped, err
	return g
}

// whole wants a call to have brought all blocks.
func whole(try *expect.Try, g got, blocks []block.Block) {
	try.Why("what a dropped peer owed is asked of others, until every block has been sent")
	try.NoError(g.err)
	try.Why("all wanted blocks, in the order of the list, each once")
	sameBlocks(try, "blocks", g.blocks, blocks, 0, len(blocks))
	try.Why("the caller may have more to send there, and reads a closed channel as an empty block")
	try.True(!g.closed, "out is closed", "out is not closed")
}

func TestFetch(t *testing.T) {
	const tried = "Fetch of 400 blocks from 8 peers, each 50 ms away"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		blocks := drawBlocks(d, 400)
		took := map[int]time.Duration{}
		for _, n := range []int{1, 8} {
			try := expect.Tried(t, "%s", tried)
			ps := newPeers(n, blocks, 50*time.Millisecond)
			for _, p := range ps {
				p.gap = time.Millisecond
			}
			g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(blocks), 1024, 16))
			whole(try, g, blocks)
			try.Equal("peers dropped", fmt.Sprint(len(g.dropped)), "0")
			try.Why("each block is asked for once")
			try.Equal("blocks asked for", countAsked(ps), 400)
			took[n] = g.took
			try.Why("a getdata message has up to 50,000 hashes: one for each block would be a waste")
			for _, p := range ps {
				if p.batches*3 > len(p.asked)+9 {
					try.Fail(fmt.Sprintf("%d messages for %d blocks", p.batches, len(p.asked)), "a peer is asked for several blocks at a time")
				}
			}
		}
		try := expect.Tried(t, "%s", tried)
		try.Why("while one peer's blocks are on their way, the others send theirs")
		try.True(took[8]*6 <= took[1], fmt.Sprintf("8 peers took %v, one took %v", took[8], took[1]), "8 peers take at most a sixth of the time")
	})
}

// A peer that may owe few blocks is asked, too.
func TestFetch_few(t *testing.T) {
	for _, most := range []int{1, 2, 3} {
		tried := fmt.Sprintf("Fetch of 20 blocks from 2 peers, 2 s away, each of which sends a block a second and may owe %d", most)
		bubble.Test(t, tried, func(t *testing.T) {
			blocks := drawBlocks(draw.From(t), 20)
			ps := newPeers(2, blocks, 2*time.Second)
			for _, p := range ps {
				p.gap = time.Second
			}
			g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(blocks), 40, most))
			try := expect.Tried(t, "%s", tried)
			whole(try, g, blocks)
			try.Why("a peer is asked when it owes half of what it may or less: one that may owe 1, when it owes none; one that may owe 2, when it still owes 1")
			seconds := map[int]int{1: 21, 2: 12, 3: 12}[most]
			try.True(g.took <= time.Duration(seconds)*time.Second, fmt.Sprintf("it took %v", g.took), fmt.Sprintf("at most %d s", seconds))
		})
	}
}

// Each kind of bad peer is dropped for its reason, and its blocks come from others.
func TestFetch_dropped(t *testing.T) {
	d := draw.From(t)
	other := drawBlock(d)
	for _, tt := range []struct {
		name  string
		spoil func(p *peer)
		err   error
		as    string
	}{
		{"hangs up", func(p *peer) {
			p.serve = func(block.Hash, block.Block) (framing.Message, error) { return framing.Message{}, errHangUp }
		}, errHangUp, "the error of Receive"},
		{"cannot be written to", func(p *peer) { p.sendErr = errHangUp }, errHangUp, "the error of Send"},
		{"does not have the blocks", func(p *peer) {
			p.serve = func(h block.Hash, _ block.Block) (framing.Message, error) {
				return framing.Message{Command: "notfound", Payload: fetch.AppendGetData(nil, []block.Hash{h})}, nil
			}
		}, fetch.ErrNotFound, "ErrNotFound"},
		{"sends bytes after its blocks", func(p *peer) {
			p.serve = func(_ block.Hash, b block.Block) (framing.Message, error) {
				m := blockMessage(b)
				m.Payload = append(m.Payload, 0)
				return m, nil
			}
		}, block.ErrTrailing, "block.ErrTrailing"},
		{"sends blocks with other transactions", func(p *peer) {
			p.serve = func(_ block.Hash, b block.Block) (framing.Message, error) {
				b.Txs = other.Txs
				return blockMessage(b), nil
			}
		}, rules.ErrMerkle, "rules.ErrMerkle"},
		{"sends another block", func(p *peer) {
			p.serve = func(block.Hash, block.Block) (framing.Message, error) { return blockMessage(other), nil }
		}, fetch.ErrUnasked, "ErrUnasked"},
		{"is silent", func(p *peer) {
			p.serve = func(block.Hash, block.Block) (framing.Message, error) {
				return framing.Message{}, errSilent
			}
		}, fetch.ErrStalled, "ErrStalled"},
	} {
		tried := "Fetch from 4 peers, one of which " + tt.name
		bubble.Test(t, tried, func(t *testing.T) {
			try := expect.Tried(t, "%s", tried)
			blocks := drawBlocks(d, 150)
			ps := newPeers(4, blocks, 20*time.Millisecond)
			bad := d.IntN(4)
			tt.spoil(ps[bad])
			g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(blocks), 40, 8))
			whole(try, g, blocks)
			try.Why("the bad peer is dropped, and the others are not")
			for i := range ps {
				if i != bad && g.dropped[i] != nil {
					try.Equal(fmt.Sprintf("dropped[%d]", i), g.dropped[i], nil)
				}
			}
			try.ErrorIs(g.dropped[bad], tt.err, tt.as)
			try.Why("a dropped peer is asked for nothing more")
			try.True(len(ps[bad].asked) <= 8, fmt.Sprintf("it was asked for %d blocks", len(ps[bad].asked)), "at most the 8 that it may owe")
			try.Why("only what the bad peer owed is asked for again")
			try.True(countAsked(ps) <= 150+8, fmt.Sprintf("%d blocks were asked for", countAsked(ps)), "at most 158")
			try.Why("Stalled is called at least once a second: others wait for 2 s, and then they do not")
			try.True(g.took < 5*time.Second, fmt.Sprintf("it took %v", g.took), "less than 5 s")
		})
	}
}

// Blocks that come more often than once a second do not keep Stalled from being called.
func TestFetch_busy(t *testing.T) {
	const tried = "Fetch from 3 peers: one is silent, one sends a block every 900 ms, one is fast"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		blocks := drawBlocks(d, 40)
		ps := newPeers(3, blocks, time.Millisecond)
		start := time.Now()
		var mu sync.Mutex       // every peer has another goroutine
		silent, slow := -1, -1  // who was asked first for block 0, and for block 8: that need not be peers 0 and 1
		var again time.Duration // when a block of the silent peer was asked of another
		owed := map[block.Hash]bool{}
		for i, p := range ps {
			p.serve = func(h block.Hash, b block.Block) (framing.Message, error) {
				mu.Lock()
				defer mu.Unlock()
				switch {
				case h == hashOf(blocks[0]) && silent < 0:
					silent = i
				case h == hashOf(blocks[8]) && slow < 0:
					slow, p.gap = i, 900*time.Millisecond
				}
				if i == silent {
					owed[h] = true
					return framing.Message{}, errSilent
				}
				if owed[h] && again == 0 {
					again = time.Since(start)
				}
				return blockMessage(b), nil
			}
		}
		g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(blocks), 24, 8))
		whole(try, g, blocks)
		try.ErrorIs(g.dropped[silent], fetch.ErrStalled, "ErrStalled")
		try.Why("Stalled is called at least once a second, however often something else happens: a timer that starts again with each block never runs out")
		try.True(again < 4*time.Second, fmt.Sprintf("the silent peer's blocks were asked of another after %v", again), "after 2 s and at most a second more")
	})
}

// While a block waits for out's receiver, all else goes on.
func TestFetch_waits_busy(t *testing.T) {
	const tried = "Fetch from 2 peers, one of which sends a block and is silent then, while out's receiver takes nothing for a minute"
	bubble.Test(t, tried, func(t *testing.T) {
		try := expect.Tried(t, tried)
		blocks := drawBlocks(draw.From(t), 12)
		ps := newPeers(2, blocks, time.Millisecond)
		start := time.Now()
		var mu sync.Mutex
		var again time.Duration // when a block of the silent peer was asked of the other
		owed := map[block.Hash]bool{}
		for i, p := range ps {
			p.serve = func(h block.Hash, b block.Block) (framing.Message, error) {
				mu.Lock()
				defer mu.Unlock()
				switch {
				case i == 0 && h != hashOf(blocks[0]):
					owed[h] = true
					return framing.Message{}, errSilent
				case i == 1 && owed[h] && again == 0:
					again = time.Since(start)
				}
				return blockMessage(b), nil
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		fetch.Fetch(ctx, ofType(ps), fetch.NewWindow(hashesOf(blocks), 12, 4), make(chan block.Block))
		mu.Lock()
		defer mu.Unlock()
		try.Why("Stalled is called at least once a second, also while a block waits for out's receiver: one select waits for all at the same time")
		if again == 0 {
			try.Fail("the silent peer's blocks were not asked of the other", "they are, after 2 s and at most a second more")
		}
		try.True(again < 5*time.Second, fmt.Sprintf("the silent peer's blocks were asked of the other after %v", again), "after 2 s and at most a second more")
	})
}

func TestFetch_others(t *testing.T) {
	const tried = "Fetch from peers that send other messages before each block"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		blocks := drawBlocks(d, 60)
		ps := newPeers(2, blocks, time.Millisecond)
		for _, p := range ps {
			other := framing.Message{Command: d.Word(6), Payload: d.Bytes(20)}
			p.serve = func(_ block.Hash, b block.Block) (framing.Message, error) {
				p.answers <- answer{due: p.busy, m: other}
				return blockMessage(b), nil
			}
		}
		g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(blocks), 40, 8))
		try.Why("a peer announces what it likes: that is no reason to drop it")
		try.NoError(g.err)
		try.Equal("peers dropped", len(g.dropped), 0)
		whole(try, g, blocks)
	})
}

func TestFetch_nobody(t *testing.T) {
	const tried = "Fetch from 3 peers, all of which hang up after some blocks"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		blocks := drawBlocks(d, 100)
		ps := newPeers(3, blocks, 20*time.Millisecond)
		for _, p := range ps {
			left := d.Between(5, 20)
			p.serve = func(_ block.Hash, b block.Block) (framing.Message, error) {
				if left--; left < 0 {
					return framing.Message{}, errHangUp
				}
				return blockMessage(b), nil
			}
		}
		g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(blocks), 40, 8))
		try.ErrorIs(g.err, fetch.ErrNobody, "ErrNobody")
		try.Equal("peers dropped", len(g.dropped), 3)
		try.Why("what has arrived in order is paid for: it is sent first")
		sameBlocks(try, "blocks", g.blocks, blocks, 0, len(g.blocks))
		try.True(len(g.blocks) > 0, "no block", "those that arrived in order")
	})
	const slow = "Fetch from one peer, which hangs up after 7 blocks, while out's receiver takes a block each minute"
	bubble.Test(t, slow, func(t *testing.T) {
		blocks := drawBlocks(draw.From(t), 30)
		ps := newPeers(1, blocks, time.Millisecond)
		left := 7
		ps[0].serve = func(_ block.Hash, b block.Block) (framing.Message, error) {
			if left--; left < 0 {
				return framing.Message{}, errHangUp
			}
			return blockMessage(b), nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		out := make(chan block.Block)
		var got []block.Block
		done := make(chan struct{})
		go func() {
			defer close(done)
			ticker := time.NewTicker(time.Minute)
			defer ticker.Stop()
			for {
				select {
				case <-ticker.C:
				case <-ctx.Done():
					return
				}
				select {
				case b := <-out:
					got = append(got, b)
				case <-ctx.Done():
					return
				}
			}
		}()
		_, err := fetch.Fetch(ctx, ofType(ps), fetch.NewWindow(hashesOf(blocks), 40, 8), out)
		cancel()
		<-done
		try := expect.Tried(t, slow)
		try.ErrorIs(err, fetch.ErrNobody, "ErrNobody")
		try.Why("what has arrived in order is paid for: it is sent first, however long that takes")
		sameBlocks(try, "blocks", got, blocks, 0, 7)
	})
	const alone = "Fetch without a peer"
	bubble.Test(t, alone, func(t *testing.T) {
		g := fetched(t.Context(), nil, fetch.NewWindow(hashesOf(drawBlocks(draw.From(t), 3)), 40, 8))
		expect.Tried(t, alone).ErrorIs(g.err, fetch.ErrNobody, "ErrNobody")
	})
}

func TestFetch_silent(t *testing.T) {
	const tried = "Fetch from one peer, which is silent"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		blocks := drawBlocks(d, 10)
		ps := newPeers(1, blocks, time.Millisecond)
		ps[0].serve = func(block.Hash, block.Block) (framing.Message, error) { return framing.Message{}, errSilent }
		g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(blocks), 40, 8))
		try.ErrorIs(g.err, fetch.ErrNobody, "ErrNobody")
		try.ErrorIs(g.dropped[0], fetch.ErrStalled, "ErrStalled")
		try.Equal("it took about", g.took.Round(time.Minute), 10*time.Minute)
	})
}

// lingering is a peer whose Receive returns a second after ctx has ended.
type lingering struct {
	*peer
	waiting *atomic.Int32
}

func (l lingering) Receive(ctx context.Context) (framing.Message, error) {
	l.waiting.Add(1)
	defer l.waiting.Add(-1)
	m, err := l.peer.Receive(ctx)
	if ctx.Err() != nil {
		<-time.After(time.Second)
	}
	return m, err
}
