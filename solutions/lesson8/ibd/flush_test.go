package ibd_test

import (
	"errors"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/ibd"
)

func TestChain_Flush(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, d.Between(101, 110), good)
	w := newWorld()
	o := options()
	var c *ibd.Chain
	runs := 0
	o.Workers = 1
	o.Run = func(s block.Spend) error { runs++; w.calls = append(w.calls, "Run"); return run(s) }
	c = open(t, w, o, chain)
	put(t, c, chain)
	if err := c.MoveTo(node(c, chain)); err != nil {
		t.Fatalf("Chain.MoveTo, which this test needs: %v", err)
	}
	w.calls = nil
	try := expect.Tried(t, "c.Flush() of %d blocks", len(chain)-1)
	try.NoError(c.Flush())
	try.Why("the database must not name a block that the files do not have, nor coins of an input that was not checked")
	try.Shows("calls", expect.List(slices.Compact(w.calls)), "Run, Sync blocks, Sync undo, Update")
	try.Why("after a flush the tip is what is on the disk")
	try.Equal("c.Flushed().Height", c.Flushed().Height, len(chain)-1)
	try.Equal("c.Checked()", c.Checked(), len(chain)-101)
	w.has(t, try, chain)
	try.Why("an input that was checked is not checked again")
	try.NoError(c.Flush())
	try.Equal("inputs checked", runs, len(chain)-101)
}

func TestChain_Flush_bad(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 101+d.Between(1, 5), good)
	chain := grow(d, grow(d, trunk, 1, bad), 3, good)
	for _, which := range []error{errBad, block.ErrCannotJudge} {
		w := newWorld()
		o := options()
		o.Run = func(s block.Spend) error {
			if err := run(s); err != nil {
				return which
			}
			return nil
		}
		c := open(t, w, o, chain)
		put(t, c, chain)
		c.MoveTo(node(c, chain[:61]))
		c.Flush()
		if err := c.MoveTo(node(c, chain)); err != nil {
			t.Fatalf("Chain.MoveTo, which this test needs: %v", err)
		}
		updates := w.updates
		try := expect.Tried(t, "c.Flush(), where the check of an input of block %d returns %q", len(trunk), which)
		err := c.Flush()
		if which == errBad {
			try.Why("the block of the bad input is condemned, and no other may be")
			isInvalid(try, err, chain[len(trunk)], errBad, "that of Run")
		} else {
			try.ErrorIs(err, block.ErrCannotJudge, "block.ErrCannotJudge")
			var invalid *ibd.Invalid
			try.Why("what cannot be judged must not be condemned")
			try.Equal("is an *Invalid", errors.As(err, &invalid), false)
		}
		try.Why("no coin of an unchecked block ever reaches the disk")
		try.Equal("flushes", w.updates-updates, 0)
		try.Equal("c.Tip().Height", c.Tip().Height, 60)
		try.NoError(c.MoveTo(node(c, trunk)))
		try.NoError(c.Flush())
		w.has(t, try, trunk)
	}
}

// A call fails once: none after it is made, and the next Flush makes them all.
func TestChain_Flush_fails(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, d.Between(5, 20), good)
	calls := []string{"Sync blocks", "Sync undo", "Update"}
	for i, fails := range calls {
		w := newWorld()
		c := open(t, w, options(), chain)
		put(t, c, chain)
		if err := c.MoveTo(node(c, chain)); err != nil {
			t.Fatalf("Chain.MoveTo, which this test needs: %v", err)
		}
		w.calls, w.fails = nil, fails
		try := expect.Tried(t, "c.Flush(), where the call %q returns an error", fails)
		try.ErrorIs(c.Flush(), errSync, "that of the call")
		try.Why("what comes later in the order relies on what was before: it must not happen")
		try.Shows("calls", expect.List(w.calls), expect.List(calls[:i+1]))
		try.Why("nothing has reached the database")
		try.Equal("c.Flushed().Height", c.Flushed().Height, 0)
		w.fails = ""
		try = expect.Tried(t, "c.Flush() again, after the call %q returned an error", fails)
		try.NoError(c.Flush())
		try.Equal("c.Flushed().Height", c.Flushed().Height, len(chain)-1)
		w.has(t, try, chain)
	}
}

// A disk dies somewhere, and loses what was not synced: what is left is a chain.
func TestChain_Flush_killed(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 30, good)
	ours, theirs := grow(d, trunk, 5, good), grow(d, trunk, 8, good)
	for range 25 {
		w := newWorld()
		w.loses = d
		w.revive(d.Between(0, 12_000))
		o := options()
		o.FlushAt = d.Between(1, 20)
		live(t, w, o, ours, theirs)
		w.revive(-1)
		c, err := tryOpen(w, o)
		try := expect.Tried(t, "Open after a crash in c.MoveTo or c.Flush that lost what was not synced")
		try.Why("the database names a block: that block, those before it and their undo must have been synced before")
		try.NoError(err)
		flushed := c.Flushed().Height
		if err := life(t, c, ours, theirs); err != nil {
			try.NoError(err)
		}
		try.True(c.Flushed().Height >= flushed, "blocks that were flushed are lost", "the chain goes on from there")
		w.has(t, try, theirs)
	}
}
