package headers_test

import (
	"math/big"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/headers"
)

// isBest wants a header to be the best of a tree, whose node has all its fields.
func isBest(try *expect.Try, tree *headers.Tree, h block.Header, height int) {
	best := tree.Best()
	try.Equal("Best().Hash", best.Hash, hashOf(h))
	try.Equal("Best().Height", best.Height, height)
	try.Equal("Best().Work", best.Work.String(), new(big.Int).Mul(big.NewInt(2), big.NewInt(int64(height+1))).String())
	try.Equal("Best().Header.Nonce", best.Header.Nonce, h.Nonce)
	for n := best; n.Height > 0; n = n.Parent {
		if n.Parent == nil || n.Parent.Hash != n.Header.Previous {
			try.Fail("a node whose Parent is not the node of Header.Previous", "Parent leads down to block 0")
		}
	}
}

func TestTree_Add(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, d.Between(2, 40)} {
		tree, hs := newTree(), after(d, genesis, n)
		try := expect.Tried(t, "t.Add(hs, now) of %s after block 0", expect.Count(n, "header"))
		added, err := tree.Add(hs, later)
		try.NoError(err)
		try.Equal("number of new headers", added, n)
		try.Why("the node of the most work is the best. Each node has its own number for it: parent.Work.Add(...) would write into the parent's")
		isBest(try, tree, hs[n-1], n)
		again := expect.Tried(t, "t.Add(hs, now) of the same %s again, and one after them", expect.Count(n, "header"))
		next := after(d, hs[n-1], 1)[0]
		added, err = tree.Add(append(hs, next), later)
		again.Why("every peer sends the same headers: those that are there already cost nothing and give no error")
		again.NoError(err)
		again.Equal("number of new headers", added, 1)
		isBest(again, tree, next, n+1)
	}
}

// A header comes twice in one call.
func TestTree_Add_twice(t *testing.T) {
	d := draw.From(t)
	tree, hs := newTree(), after(d, genesis, d.Between(2, 9))
	i := d.IntN(len(hs))
	list := append(append(append([]block.Header{}, hs...), hs[i]), after(d, hs[len(hs)-1], 1)...)
	try := expect.Tried(t, "t.Add(hs, now) of %d headers, of which the one at %d comes again before the last", len(list), i)
	added, err := tree.Add(list, later)
	try.Why("the tree has it already when it comes again: it is passed over, and is not new")
	try.NoError(err)
	try.Equal("number of new headers", added, len(hs)+1)
	try.Equal("t.Len()", tree.Len(), len(hs)+2)
	isBest(try, tree, list[len(list)-1], len(hs)+1)
}

func TestTree_Add_fork(t *testing.T) {
	d := draw.From(t)
	tree := newTree()
	trunk := after(d, genesis, d.Between(1, 9))
	foot := trunk[len(trunk)-1]
	n := d.Between(2, 6)
	one, other := after(d, foot, n), after(d, foot, n+1)
	put(t, tree, append(trunk, one...))
	try := expect.Tried(t, "t.Add(hs, now) of a branch with as much work as the best")
	added, err := tree.Add(other[:n], later)
	try.NoError(err)
	try.Equal("number of new headers", added, n)
	try.Why("a tie changes nothing, or two branches that grow in turn would make a node jump between them")
	isBest(try, tree, one[n-1], len(trunk)+n)
	try = expect.Tried(t, "t.Add(hs, now) of one more header on that branch")
	_, err = tree.Add(other[n:], later)
	try.Why("the branch with the most work is the best, wherever it started")
	try.NoError(err)
	isBest(try, tree, other[n], len(trunk)+n+1)
}

// Where the target moves, fewer blocks can have more work.
func TestTree_Add_work(t *testing.T) {
	d := draw.From(t)
	p := rules.Params{Limit: bits, Retarget: true, Halving: 150}
	tree := headers.NewTree(genesis, p)
	trunk := after(d, genesis, 2014)
	put(t, tree, trunk)
	// The last block before the change decides about the target: 2,015 minutes make it
	// harder by 4, two weeks leave it.
	fast := after(d, trunk[2013], 1)[0]
	slow := mined(block.Header{Version: 4, Previous: hashOf(trunk[2013]), Time: start + rules.Timespan, Bits: bits}, true)
	easy := []block.Header{slow}
	for range 3 {
		at := easy[len(easy)-1]
		easy = append(easy, mined(block.Header{Previous: hashOf(at), Time: at.Time + 1, Bits: bits}, true))
	}
	hard := block.Header{Previous: hashOf(fast), Time: fast.Time + 1, Bits: 0x201fffff}
	for ; hashOf(hard)[31] >= 0x1f; hard.Nonce++ {
	}
	wrong := mined(block.Header{Previous: hashOf(fast), Time: fast.Time + 1, Bits: bits}, true)
	put(t, tree, easy)
	try := expect.Tried(t, "t.Add(hs, now) of two headers, the second of which has the bits of the other branch")
	try.Why("a header's bits depend on the times in its own branch")
	added, err := tree.Add([]block.Header{fast, wrong}, later)
	try.ErrorIs(err, rules.ErrBits, "rules.ErrBits")
	try.Equal("number of new headers", added, 1)
	try = expect.Tried(t, "t.Add(hs, now), where the target of the last header is harder: its branch has 2 blocks fewer than the best, and more work")
	_, err = tree.Add([]block.Header{hard}, later)
	try.Why("work counts, not blocks: easy blocks are cheap, anyone could make many")
	try.NoError(err)
	try.Equal("Best().Hash", tree.Best().Hash, hashOf(hard))
	tree = headers.NewTree(genesis, p)
	put(t, tree, append(trunk, easy...))
	try = expect.Tried(t, "t.Add(hs, now) of the two headers of that branch in one call, where the target of the second is harder")
	_, err = tree.Add([]block.Header{fast, hard}, later)
	try.Why("each header has the work of its own bits, whatever came before it in the call")
	try.NoError(err)
	try.Equal("Best().Hash", tree.Best().Hash, hashOf(hard))
}

func TestTree_Add_real(t *testing.T) {
	d := draw.From(t)
	n := d.Between(2100, 2400)
	var hs []block.Header
	for _, raw := range chain.All()[:n] {
		h, err := block.ReadHeader(version.NewCursor(raw[:80]))
		if err != nil {
			t.Fatalf("lesson 7's ReadHeader, which this test needs: %v", err)
		}
		hs = append(hs, h)
	}
	try := expect.Tried(t, "t.Add(hs, now) of Bitcoin's first %d headers", n)
	tree := headers.NewTree(hs[0], rules.Mainnet)
	added, err := tree.Add(hs, int64(hs[n-1].Time))
	try.NoError(err)
	try.Equal("number of new headers", added, n-1)
	try.Equal("Best().Height", tree.Best().Height, n-1)
}

// A header may be older than its parent, but not than the median of the eleven before.
func TestTree_Add_median(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		back int // how many headers before is the one whose time it has
		err  error
	}{{5, nil}, {6, rules.ErrTooOld}} {
		tree, hs := newTree(), after(d, genesis, d.Between(12, 20))
		put(t, tree, hs)
		h := after(d, hs[len(hs)-1], 1)[0]
		h.Time = hs[len(hs)-tt.back].Time
		try := expect.Tried(t, "t.Add(hs, now) of a header with the time of the one %d before it, where each time is above the one before", tt.back)
		try.Why("of the times of the eleven headers before it, the one of 6 before is the median: the time must be above that")
		_, err := tree.Add([]block.Header{mined(h, true)}, later)
		if tt.err == nil {
			try.NoError(err)
		} else {
			try.ErrorIs(err, tt.err, "rules.ErrTooOld")
		}
	}
}

// Each header is checked, and those before a bad one stay.
func TestTree_Add_bad(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		name  string
		spoil func(h *block.Header)
		bad   bool // whether the work is to be missing
		err   error
		why   string
	}{
		{"rules.ErrBits", func(h *block.Header) { h.Bits-- }, false, rules.ErrBits, "the bits are those that the rules say, not those that a miner likes"},
		{"rules.ErrBits", func(h *block.Header) { h.Bits = 0x201fffff }, true, rules.ErrBits, "the checks have an order: the bits first. Whether the work is enough is no question while the target is another"},
		{"rules.ErrWork", func(*block.Header) {}, true, rules.ErrWork, "a header without work costs nothing: anyone could send millions"},
		{"rules.ErrTooOld", func(h *block.Header) { h.Time = start }, false, rules.ErrTooOld, "the time must be above the median of the eleven before"},
		{"rules.ErrFuture", func(h *block.Header) { h.Time = later + 7201 }, false, rules.ErrFuture, "the time may be two hours above now"},
		{"ErrOrphan", func(h *block.Header) { h.Previous[d.IntN(32)] ^= 1 }, false, headers.ErrOrphan, "without the header before, neither bits nor work nor height are known"},
	} {
		tree := newTree()
		good := after(d, genesis, d.Between(12, 20))
		h := after(d, good[len(good)-1], 1)[0]
		tt.spoil(&h)
		h = mined(h, !tt.bad)
		try := expect.Tried(t, "t.Add(hs, now) of %d good headers and a bad one", len(good))
		try.Why("%s", tt.why)
		added, err := tree.Add(append(good, h), later)
		try.ErrorIs(err, tt.err, tt.name)
		try.Why("the headers before the bad one are good")
		try.Equal("number of new headers", added, len(good))
		isBest(try, tree, good[len(good)-1], len(good))
		if tree.Node(hashOf(h)) != nil {
			try.Fail("the bad header is in the tree", "it is not")
		}
	}
}

func TestTree_Add_condemned(t *testing.T) {
	d := draw.From(t)
	hs := after(d, genesis, d.Between(5, 9))
	tree := newTree()
	put(t, tree, hs)
	bad := tree.Best().Ancestor(d.Between(2, len(hs)-1))
	tree.Condemn(bad)
	try := expect.Tried(t, "t.Add(hs, now) of headers that follow a block that was condemned")
	try.Why("a block built on an invalid block is invalid")
	added, err := tree.Add(hs[bad.Height:], later)
	try.ErrorIs(err, headers.ErrCondemned, "ErrCondemned")
	try.Equal("number of new headers", added, 0)
	try = expect.Tried(t, "t.Add(hs, now) of a header that was condemned")
	_, err = tree.Add(hs[bad.Height-1:bad.Height], later)
	try.ErrorIs(err, headers.ErrCondemned, "ErrCondemned")
	next := after(d, hs[bad.Height], 1)
	try = expect.Tried(t, "t.Add(hs, now) of a new header after one that was condemned")
	try.Why("what follows a block that is no good is no good either, however much work is in it: keep what was condemned, or its children look like strangers")
	_, err = tree.Add(next, later)
	try.ErrorIs(err, headers.ErrCondemned, "ErrCondemned")
	try = expect.Tried(t, "t.Add(hs, now) of a header after that one")
	try.Why("what follows a condemned header is condemned, too: if that one is forgotten, what comes after it looks like an orphan")
	_, err = tree.Add(after(d, next[0], 1), later)
	try.ErrorIs(err, headers.ErrCondemned, "ErrCondemned")
	isBest(try, tree, hs[bad.Height-2], bad.Height-1)
}
