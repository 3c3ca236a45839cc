package fetch_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
)

func TestFetch_ends(t *testing.T) {
	const tried = "Fetch(ctx, ...), where ctx ends while blocks are missing"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		blocks := drawBlocks(d, 100)
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Duration(d.Between(20, 400))*time.Millisecond, func() { cancel(nil) })
		g := fetched(ctx, newPeers(2, blocks, 100*time.Millisecond), fetch.NewWindow(hashesOf(blocks), 40, 8))
		try.ErrorIs(g.err, context.Canceled, "context.Canceled")
	})
}

func TestFetch_again(t *testing.T) {
	const tried = "Fetch with peers of an earlier call"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		blocks := drawBlocks(d, 90)
		ps := newPeers(3, blocks, 5*time.Millisecond)
		for i := range 3 {
			try := expect.Tried(t, tried)
			part := blocks[30*i : 30*i+30]
			g := fetched(t.Context(), ps, fetch.NewWindow(hashesOf(part), 40, 8))
			try.Why("the peers that were not dropped can be used again")
			whole(try, g, part)
			try.Equal("peers dropped", len(g.dropped), 0)
		}
		try := expect.Tried(t, "Fetch when nothing is wanted")
		g := fetched(t.Context(), nil, fetch.NewWindow(nil, 40, 8))
		try.NoError(g.err)
	})
}

// When Fetch returns, nobody calls a peer's methods any more.
func TestFetch_waits(t *testing.T) {
	const tried = "Fetch from 2 peers whose Receive returns a second after its ctx has ended"
	bubble.Test(t, tried, func(t *testing.T) {
		try := expect.Tried(t, tried)
		blocks := drawBlocks(draw.From(t), 30)
		var waiting atomic.Int32
		var ps []headers.Peer
		for _, p := range newPeers(2, blocks, 5*time.Millisecond) {
			ps = append(ps, lingering{p, &waiting})
		}
		out := make(chan block.Block, len(blocks))
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		_, err := fetch.Fetch(ctx, ps, fetch.NewWindow(hashesOf(blocks), 40, 8), out)
		still := waiting.Load()
		<-time.After(time.Minute) // what waits is done then
		try.NoError(err)
		try.Why("a Receive that still waits would take a message of the next call: Fetch returns when its goroutines have ended, not when they have been told to")
		try.Equal("calls of Receive that had not returned when Fetch did", still, int32(0))
	})
}

// Fetch leaves nothing running, although ctx has not ended.
func TestFetch_left(t *testing.T) {
	for _, tt := range []struct {
		name   string
		honest int
		err    error
	}{{"all blocks were sent, one of 4 peers having hung up", 3, nil}, {"all of 4 peers hung up", 0, fetch.ErrNobody}} {
		tried := "Fetch, after which " + tt.name
		bubble.Test(t, tried, func(t *testing.T) {
			try := expect.Tried(t, "%s", tried)
			blocks := drawBlocks(draw.From(t), 60)
			ps := newPeers(4, blocks, 5*time.Millisecond)
			for _, p := range ps[tt.honest:] {
				p.serve = func(block.Hash, block.Block) (framing.Message, error) { return framing.Message{}, errHangUp }
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
			defer cancel()
			out := make(chan block.Block, len(blocks))
			before := inBubble()
			_, err := fetch.Fetch(ctx, ofType(ps), fetch.NewWindow(hashesOf(blocks), 40, 8), out)
			if tt.err == nil {
				try.NoError(err)
			} else {
				try.ErrorIs(err, tt.err, "ErrNobody")
			}
			synctest.Wait()
			try.Why("a goroutine that is left keeps its memory, and takes a message that the next call waits for")
			try.Equal("goroutines that are left", max(0, inBubble()-before), 0)
		})
	}
}
