package ibd_test

import (
	"errors"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/coins"
	"nodebook/solutions/lesson8/ibd"
)

// isInvalid wants an error to be an Invalid of a block.
func isInvalid(try *expect.Try, err error, of block.Block, rule error, name string) {
	var invalid *ibd.Invalid
	if !errors.As(err, &invalid) || invalid.Node == nil {
		try.Fail(expect.Error(err), "an *Invalid")
		return
	}
	try.Equal("Node.Hash of the *Invalid", invalid.Node.Hash, hashOf(of))
	try.ErrorIs(err, rule, name)
}

// flushed flushes a chain, as a test needs it: it ends where that fails.
func flushed(t *testing.T, c *ibd.Chain) {
	t.Helper()
	if err := c.Flush(); err != nil {
		t.Fatalf("Chain.Flush, which this test needs: %v", err)
	}
}

func TestChain_MoveTo(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 100+d.Between(5, 15), good)
	back, on := d.Between(1, 5), d.Between(6, 9)
	ours, theirs := grow(d, trunk, back, good), grow(d, trunk, on, good)
	chains := map[string][]block.Block{"our branch": ours, "the other branch": theirs[:], "trunk": nil}
	w := newWorld()
	c := open(t, w, options(), ours, theirs)
	put(t, c, ours)
	put(t, c, theirs)
	for _, tt := range []struct {
		name  string
		chain []block.Block
	}{
		{"our branch, from block 0", ours}, {"the other branch, a few blocks back and more on", theirs},
		{"our branch again", ours}, {"the fork", trunk}, {"where it is", trunk}, {"the other branch", theirs},
	} {
		try := expect.Tried(t, "c.MoveTo(to), where to is %s", tt.name)
		err := c.MoveTo(node(c, tt.chain))
		try.Why("the blocks of one branch are left from the tip down to the fork, then those of the other are entered from there up")
		try.NoError(err)
		try.Equal("c.Tip().Hash", c.Tip().Hash, hashOf(tt.chain[len(tt.chain)-1]))
		if d.IntN(2) == 0 || tt.name == "our branch again" {
			flushed(t, c)
			w.has(t, try, tt.chain)
		}
	}
	flushed(t, c)
	w.has(t, expect.Tried(t, "c.MoveTo(to), there and back several times"), theirs)
	_ = chains
}

// Undo survives a restart.
func TestChain_MoveTo_restart(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 103, good)
	ours, theirs := grow(d, trunk, 3, good), grow(d, trunk, 5, good)
	w := newWorld()
	c := open(t, w, options(), ours)
	put(t, c, ours)
	if err := c.MoveTo(node(c, ours)); err != nil {
		expect.Tried(t, "c.MoveTo(to)").NoError(err)
	}
	flushed(t, c)
	c = open(t, w, options(), theirs)
	put(t, c, theirs)
	try := expect.Tried(t, "c.MoveTo(to) after a restart, 3 blocks back and 5 on")
	try.Why("what a block spent is in the file of undo, and nowhere else")
	try.NoError(c.MoveTo(node(c, theirs)))
	flushed(t, c)
	w.has(t, try, theirs)
}

func TestChain_MoveTo_missing(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, 20, good)
	c := open(t, newWorld(), options(), chain)
	n := d.Between(0, 19)
	put(t, c, chain[:n+1])
	try := expect.Tried(t, "c.MoveTo(to), 20 blocks up, of which %d are here", n)
	err := c.MoveTo(node(c, chain))
	try.Why("a block can be connected only once it is here")
	try.ErrorIs(err, ibd.ErrMissing, "ErrMissing")
	try.Why("it stays where it is: the next call leads on from there")
	try.Equal("c.Tip().Height", c.Tip().Height, n)
	put(t, c, chain)
	try = expect.Tried(t, "c.MoveTo(to) again, when all blocks are here")
	try.NoError(c.MoveTo(node(c, chain)))
	try.Equal("c.Tip().Height", c.Tip().Height, 20)
}

// A block on the other branch breaks a rule.
func TestChain_MoveTo_bad(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 105, good)
	ours := grow(d, trunk, 3, good)
	for _, tt := range []struct {
		name  string
		spoil func(b *block.Block)
		err   error
		as    string
		why   string
	}{
		{"takes a coin too many", func(b *block.Block) { b.Txs[0].Out[0].Value = 60e8 }, rules.ErrSubsidy, "rules.ErrSubsidy", "rules.Connect returns this error, before any of the signatures is checked"},
		{"spends a coin that is not there", func(b *block.Block) { b.Txs[1].In[0].Previous.Index = 7 }, rules.ErrNoCoin, "rules.ErrNoCoin", "rules.Connect returns this error, before any of the signatures is checked"},
		{"has a transaction that is locked for years", func(b *block.Block) {
			b.Txs[0].LockTime, b.Txs[0].In[0].Sequence = 400, 0
		}, rules.ErrNotFinal, "rules.ErrNotFinal", "rules.CheckBlock returns this error: it comes before rules.Connect"},
		{"has a transaction that is locked until 330 s before its own time, above the median of the eleven blocks before", func(b *block.Block) {
			b.Txs[0].LockTime, b.Txs[0].In[0].Sequence = b.Header.Time-330, 0
		}, rules.ErrNotFinal, "rules.ErrNotFinal", "rules.CheckBlock gets the median time of the eleven headers before the block, which does not count itself"},
	} {
		theirs := grow(d, trunk, 2, good)
		b := next(d, theirs, bad) // which nobody finds out: it breaks a rule before
		tt.spoil(&b)
		theirs = grow(d, append(theirs, seal(b)), 3, good)
		w := newWorld()
		c := open(t, w, options(), ours, theirs)
		put(t, c, ours)
		put(t, c, theirs)
		if err := c.MoveTo(node(c, ours)); err != nil {
			expect.Tried(t, "c.MoveTo(to)").NoError(err)
		}
		try := expect.Tried(t, "c.MoveTo(to), where the third block of the branch %s", tt.name)
		try.Why("%s; the caller condemns the block, so the error is an *Invalid, which names it", tt.why)
		isInvalid(try, c.MoveTo(node(c, theirs)), theirs[108], tt.err, tt.as)
		try.Why("the tip is the block before the bad one, and the coins are those of that block")
		try.Equal("c.Tip().Hash", c.Tip().Hash, hashOf(theirs[107]))
		try = expect.Tried(t, "c.MoveTo(to) back to our branch after that")
		try.Why("nothing of the bad block is left, and so none of its inputs waits for a check")
		try.NoError(c.MoveTo(node(c, ours)))
		flushed(t, c)
		w.has(t, try, ours)
	}
}

// The first block with a BIP 68 lock cannot be judged.
func TestChain_MoveTo_cannotJudge(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, 104, good)
	b := next(d, chain, good)
	b.Txs[1].Version, b.Txs[1].In[0].Sequence = 2, 1
	chain = append(chain, seal(b))
	c := open(t, newWorld(), options(), chain)
	put(t, c, chain)
	try := expect.Tried(t, "c.MoveTo(to), where the last block has a lock that lesson 7 does not know")
	err := c.MoveTo(node(c, chain))
	try.ErrorIs(err, block.ErrCannotJudge, "block.ErrCannotJudge")
	var invalid *ibd.Invalid
	try.Why("nobody knows whether the block is invalid: it must not be condemned")
	try.Equal("is an *Invalid", errors.As(err, &invalid), false)
	try.Equal("c.Tip().Height", c.Tip().Height, 104)
}

// The signatures are checked in batches, and before a block is left.
func TestChain_MoveTo_signatures(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 105, good)
	n := d.Between(2, 6)
	chain := grow(d, grow(d, grow(d, trunk, n, good), 1, bad), 20, good)
	o := options()
	o.VerifyAt = n + 5 + d.Between(1, 5)
	runs := 0
	o.Workers = 1
	o.Run = func(s block.Spend) error { runs++; return run(s) }
	w := newWorld()
	c := open(t, w, o, chain)
	put(t, c, chain)
	c.MoveTo(node(c, chain[:51]))
	c.Flush()
	c.MoveTo(node(c, chain[:100+o.VerifyAt]))
	try := expect.Tried(t, "c.MoveTo(to), where fewer than Options.VerifyAt inputs wait for their check")
	try.Why("many are checked together, on all cores")
	try.Equal("calls of Run", runs, 0)
	try.Equal("c.Tip().Height", c.Tip().Height, 99+o.VerifyAt)
	try = expect.Tried(t, "c.MoveTo(to), where one input more waits, and one of all is bad")
	err := c.MoveTo(node(c, chain[:101+o.VerifyAt]))
	try.Why("now as many inputs wait as Options.VerifyAt says: they are checked, and the error is that of the bad one")
	isInvalid(try, err, chain[106+n], errBad, "that of Run")
	try.Why("with the bad block the coins are wrong: back to those on the disk, which were checked")
	try.Equal("c.Tip().Height", c.Tip().Height, 50)
	flushed(t, c)
	w.has(t, try, chain[:51])
	try = expect.Tried(t, "c.MoveTo(to) after that, to the block before the bad one")
	try.NoError(c.MoveTo(node(c, chain[:106+n])))
	flushed(t, c)
	w.has(t, try, chain[:106+n])
}

func TestChain_MoveTo_leave(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 102, good)
	ours, theirs := grow(d, trunk, 1, bad), grow(d, trunk, 2, good)
	c := open(t, newWorld(), options(), ours, theirs)
	put(t, c, ours)
	put(t, c, theirs)
	c.MoveTo(node(c, ours))
	try := expect.Tried(t, "c.MoveTo(to) away from a block whose input is bad and was not checked yet")
	try.Why("its check waits: once the block is left, no one would remember what the input was of")
	isInvalid(try, c.MoveTo(node(c, theirs)), ours[103], errBad, "that of Run")
}

func TestChain_MoveTo_assumeValid(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 104, bad)
	branch, other := grow(d, trunk, 6, good), grow(d, trunk, 5, bad)
	o := options()
	o.AssumeValid = hashOf(trunk[104])
	runs := 0
	o.Workers = 1
	o.Run = func(s block.Spend) error { runs++; return run(s) }
	c := open(t, newWorld(), o, branch, other)
	put(t, c, branch)
	put(t, c, other)
	try := expect.Tried(t, "c.MoveTo(to) and c.Flush(), where block 104 is assumed valid, and the tip is 110")
	try.Why("the inputs of block 101 are bad, and no one looks at them")
	try.NoError(c.MoveTo(node(c, branch)))
	try.NoError(c.Flush())
	try.Why("inputs of the assumed block and those before it are not checked, and those after it are")
	try.Equal("calls of Run", runs, 6)
	o.AssumeValid = hashOf(branch[106])
	c = open(t, newWorld(), o, branch, other)
	put(t, c, other)
	try = expect.Tried(t, "c.MoveTo(to) and c.Flush(), where the assumed block is on another branch")
	try.Why("only blocks that lead to the assumed one are assumed: others of its height may be anyone's")
	err := c.MoveTo(node(c, other))
	if err == nil {
		err = c.Flush()
	}
	isInvalid(try, err, other[105], errBad, "that of Run")
}

// The disk fails, which is no block's fault.
func TestChain_MoveTo_disk(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, 106, good)
	w := newWorld()
	c := open(t, w, options(), chain)
	put(t, c, chain)
	c.MoveTo(node(c, chain[:104]))
	flushed(t, c)
	w.dead = true
	try := expect.Tried(t, "c.MoveTo(to), where the database cannot be read")
	err := c.MoveTo(node(c, chain))
	try.Why("a coin that cannot be read looks like none: the block would be called invalid, and it is not")
	try.ErrorIs(err, errKill, "that of the disk")
	var invalid *ibd.Invalid
	try.Equal("is an *Invalid", errors.As(err, &invalid), false)

	w = newWorld()
	c = open(t, w, options(), chain)
	put(t, c, chain)
	c.MoveTo(node(c, chain[:91]))
	flushed(t, c)
	c.MoveTo(node(c, chain[:104]))
	w.revive(d.Between(0, 30))
	try = expect.Tried(t, "c.MoveTo(to), where the file of undo cannot be written")
	err = c.MoveTo(node(c, chain))
	try.ErrorIs(err, errKill, "that of the disk")
	try.Why("a block without undo could never be left again, and its coins are in the cache already: back to what is on the disk")
	try.Equal("c.Tip().Height", c.Tip().Height, 90)
	w.revive(-1)
	try = expect.Tried(t, "c.MoveTo(to) after that, when the disk works again")
	try.NoError(c.MoveTo(node(c, chain)))
	flushed(t, c)
	w.has(t, try, chain)
}

func TestChain_MoveTo_flush(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, 60, good)
	w := newWorld()
	o := options()
	o.FlushAt = d.Between(5, 12)
	c := open(t, w, o, chain)
	put(t, c, chain)
	try := expect.Tried(t, "c.MoveTo(to), 60 blocks up, where a cache of %d entries is worth a flush", o.FlushAt)
	try.NoError(c.MoveTo(node(c, chain)))
	try.Why("a cache that is never flushed fills the memory; one that is flushed with each block saves nothing")
	try.Equal("number of flushes", w.updates, 60/o.FlushAt)
	try.Equal("c.Flushed().Height", c.Flushed().Height, 60/o.FlushAt*o.FlushAt)
	var _ coins.DB = w
}

// One thing fails, and the rest of the disk works.
func TestChain_MoveTo_fails(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, 106, good)
	const stays = "the tip stays where the error was: what could not be read or written is as it was"
	for _, tt := range []struct {
		fails    string
		from, to int
		flushAt  int
		tip      int
		why      string
	}{
		{"Read blocks", 106, 100, 1 << 20, 106, "a block that cannot be read cannot be disconnected: return the error"},
		{"Read undo", 106, 100, 1 << 20, 106, "without undo a block cannot be disconnected: return the error"},
		{"Get", 106, 100, 1 << 20, 106, "a coin that cannot be read looks like none: the block was not disconnected"},
		{"Get", 10, 20, 1 << 20, 10, "a coin that cannot be read looks like none, and rules.Connect may find that in order: c.coins.Err() says it"},
		{"Sync undo", 106, 100, 1, 105, "a flush can fail on the way down too: its error ends the way"},
	} {
		w := newWorld()
		c := open(t, w, options(), chain)
		put(t, c, chain)
		if err := c.MoveTo(node(c, chain[:tt.from+1])); err != nil {
			expect.Tried(t, "c.MoveTo(to)").NoError(err)
		}
		flushed(t, c)
		c.Options.FlushAt = tt.flushAt
		w.fails = tt.fails
		try := expect.Tried(t, "c.MoveTo(to) from block %d to block %d, where the call %q returns an error", tt.from, tt.to, tt.fails).Why("%s", tt.why)
		try.ErrorIs(c.MoveTo(node(c, chain[:tt.to+1])), errSync, "that of the disk")
		try.Why(stays).Equal("c.Tip().Height", c.Tip().Height, tt.tip)
	}
}
