package ibd_test

//nodebook:limits timeout=90s

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson7/block"
)

// Blocks that arrived before a crash, and were not connected.
func TestSync_file(t *testing.T) {
	const tried = "Sync of 110 blocks, of which the file has 60, and none is connected"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		chain := grow(d, []block.Block{genesis}, 110, good)
		w := newWorld()
		put(t, open(t, w, fit(), chain), chain[:61])
		ps := honest(2, chain)
		cfg, steps := config(open(t, w, fit()), ps), 0
		cfg.Progress = func() { steps++ }
		_, err := synced(t.Context(), cfg)
		try.NoError(err)
		w.has(t, try, chain)
		try.Why("Progress is called after each block that was connected, wherever it came from")
		try.Equal("calls of Progress", steps, 110)
		try.Why("what is in the file need not be downloaded")
		try.Equal("blocks asked for", askedFor(ps), 50)
	})
}

// The file has blocks after some that it does not have.
func TestSync_gap(t *testing.T) {
	const tried = "Sync of 110 blocks, of which the file has 1 to 30 and 40 to 60, and none is connected"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		chain := grow(d, []block.Block{genesis}, 110, good)
		w := newWorld()
		c := open(t, w, fit(), chain)
		put(t, c, chain[:31])
		put(t, c, chain[39:61])
		ps := honest(2, chain)
		_, err := synced(t.Context(), config(c, ps))
		try.Why("blocks are connected in the order of the way: those of the file that come after a missing one wait until that was fetched")
		try.NoError(err)
		w.has(t, try, chain)
		try.Why("what is in the file need not be downloaded")
		try.Equal("blocks asked for", askedFor(ps), 110-30-21)
	})
}
