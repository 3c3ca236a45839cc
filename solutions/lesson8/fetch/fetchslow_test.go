package fetch_test

//nodebook:limits timeout=90s

import (
	"context"
	"fmt"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
)

func TestFetch_slowReceiver(t *testing.T) {
	const tried = "Fetch, when nobody receives from out"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		blocks := drawBlocks(d, 300)
		ps := newPeers(3, blocks, time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
		defer cancel()
		out := make(chan block.Block)
		try.Why("not all blocks went out, and the caller has to learn why: ctx ended")
		_, err := fetch.Fetch(ctx, ofType(ps), fetch.NewWindow(hashesOf(blocks), 10, 4), out)
		try.ErrorIs(err, context.DeadlineExceeded, "context.DeadlineExceeded")
		try.Why("as many blocks as the window has may wait for the receiver, and the window itself: all else would fill the memory")
		try.True(countAsked(ps) <= 30, fmt.Sprintf("%d blocks were asked for, of a window of 10", countAsked(ps)), "at most 30")
		try.True(countAsked(ps) >= 10, fmt.Sprintf("%d blocks were asked for, of a window of 10", countAsked(ps)), "at least 10")
	})
}

func TestFetch_slowReceiver_room(t *testing.T) {
	const tried = "Fetch, when nobody receives from out and blocks are large"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		blocks := drawBlocks(d, 300)
		smallest, largest := sizeOf(blocks[0]), 0
		for _, b := range blocks {
			smallest, largest = min(smallest, sizeOf(b)), max(largest, sizeOf(b))
		}
		ps := newPeers(3, blocks, time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
		defer cancel()
		w := fetch.NewWindow(hashesOf(blocks), 200, 4)
		w.SetRoom(10 * largest)
		fetch.Fetch(ctx, ofType(ps), w, make(chan block.Block))
		most := 3 * 10 * largest / smallest
		try.Why("what waits for the receiver is in memory, too: the window's room is the bound of both")
		try.True(countAsked(ps) <= most, fmt.Sprintf("%d blocks were asked for, of a window that has room for %d bytes", countAsked(ps), 10*largest), fmt.Sprintf("at most %d", most))
	})
}
