package consensus_test

//nodebook:limits timeout=45s

import (
	"fmt"
	"math"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
)

// on makes a block on top of parent; its transactions follow a
// coinbase for a key. The work is a few tries.
func on(parent chain.Block, height, to int, txns ...chain.Transaction) chain.Block {
	b := chain.Block{Transactions: append([]chain.Transaction{coined(height, to)}, txns...)}
	b.Header = chain.Header{Timestamp: parent.Header.Timestamp + rules.Interval, PreviousHash: parent.Header.ThisHash, Bits: rules.Easiest}
	b.Header.MerkleRoot = rootOf(b.Transactions)
	return solved(b)
}

func solved(b chain.Block) chain.Block {
	h := &b.Header
	for h.Nonce = 0; ; h.Nonce++ {
		h.ThisHash = sum(fmt.Sprint(h.Timestamp), string(h.PreviousHash[:]), fmt.Sprint(h.Nonce), string(h.MerkleRoot[:]), fmt.Sprint(h.Bits))
		if h.ThisHash[0] < 0x7f {
			return b
		}
	}
}

// planted is an index with n blocks on the genesis block, for keys 0, 1, 2, ...
func planted(t testing.TB, n int) (*consensus.Index, []chain.Block) {
	t.Helper()
	x := consensus.NewIndex(rules)
	blocks := []chain.Block{rules.GenesisBlock()}
	for h := 1; h <= n; h++ {
		b := on(blocks[h-1], h, h-1)
		try := expect.Tried(t, "Index.Add of right block %d of a straight chain, which goes through Index.Switch", h)
		_, err := x.Add(b, b.Header.Timestamp)
		try.NoError(err)
		try.Equal("height", x.Height(), h)
		blocks = append(blocks, b)
	}
	return x, blocks
}

func add(x *consensus.Index, b chain.Block) (consensus.Change, error) {
	return x.Add(b, b.Header.Timestamp)
}

func heights(x *consensus.Index, blocks []chain.Block) string {
	var all []int
	for _, b := range blocks {
		h := -1
		if e := x.Entry(b.Header.ThisHash); e != nil {
			h = e.Height
		}
		all = append(all, h)
	}
	return expect.List(all)
}

func TestIndex_Switch(t *testing.T) {
	x, ours := planted(t, 4)
	a := signedPair(t, 0, 1, 20, payment(coined(1, 0)))
	rival := []chain.Block{ours[1]}
	for h := 2; h <= 5; h++ {
		var txns []chain.Transaction
		if h == 3 {
			txns = []chain.Transaction{a.Transaction}
		}
		rival = append(rival, on(rival[len(rival)-1], h, h+1, txns...))
	}
	for i := 1; i <= 3; i++ {
		try := expect.Tried(t, "Index.Add of block %d of a branch, ours having more work or as much", i)
		change, err := add(x, rival[i])
		try.NoError(err)
		try.True(len(change.Added) == 0 && len(change.Removed) == 0, "a change of the main chain", "none: of equal branches the first stays")
	}
	try := expect.Tried(t, "Index.Add of the fourth block of a branch that left the main chain after block 1, where ours has three blocks after it")
	try.Why("the branch with most work is the main chain; Switch leads from one to the other by way of the fork")
	change, err := add(x, rival[4])
	try.NoError(err)
	try.Shows("heights of the blocks removed, the highest first", heights(x, change.Removed), "4, 3, 2")
	try.Shows("heights of the blocks added, the lowest first", heights(x, change.Added), "2, 3, 4, 5")
	try.Equal("height", x.Height(), 5)
	try.True(x.Tip().Block.Header.ThisHash == rival[4].Header.ThisHash, "another tip", "the branch's last block")
	try.Equal("coins in the ledger", x.Ledger.Total(), int64(6*50))
	try.NoError(x.Ledger.CheckUnspent(payment(a.Transaction)))
	try.ErrorIs(x.Ledger.CheckUnspent(payment(coined(1, 0))), chain.ErrSpent, "chain.ErrSpent")
	try.ErrorIs(x.Ledger.CheckUnspent(payment(coined(3, 2))), chain.ErrMissing, "chain.ErrMissing")

	try = expect.Tried(t, "Index.Add of two more blocks on our old branch, which has most work again then")
	b5 := on(ours[4], 5, 2)
	b6 := on(b5, 6, 2)
	_, err = add(x, b5)
	try.NoError(err)
	change, err = add(x, b6)
	try.NoError(err)
	try.Shows("heights of the blocks removed", heights(x, change.Removed), "5, 4, 3, 2")
	try.Shows("heights of the blocks added", heights(x, change.Added), "2, 3, 4, 5, 6")
	try.Equal("coins in the ledger", x.Ledger.Total(), int64(7*50))
	try.NoError(x.Ledger.CheckUnspent(payment(coined(1, 0))))
}

func TestIndex_Switch_invalid(t *testing.T) {
	for bad := 2; bad <= 4; bad++ {
		x, ours := planted(t, 3)
		rival := []chain.Block{ours[1]}
		for h := 2; h <= 4; h++ {
			b := on(rival[len(rival)-1], h, h+1)
			if h == bad {
				b = on(rival[len(rival)-1], h, h+1, signedPair(t, 0, 1, 20, coin(draw.From(t), 0, 30)).Transaction)
			}
			rival = append(rival, b)
		}
		try := expect.Tried(t, "Index.Add of a branch with most work whose block at height %d, of 4, spends a token that nobody made", bad)
		try.Why("work alone does not make a chain valid: the old main chain is put back")
		var err error
		for _, b := range rival[1:] {
			_, err = add(x, b)
		}
		try.ErrorIs(err, chain.ErrMissing, "chain.ErrMissing")
		try.Equal("height", x.Height(), 3)
		try.True(x.Tip().Block.Header.ThisHash == ours[3].Header.ThisHash, "another tip", "our old tip")
		try.Equal("coins in the ledger", x.Ledger.Total(), int64(4*50))
		_, err = add(x, on(rival[3], 5, 1))
		try.Why("a block built on an invalid block is invalid").ErrorIs(err, consensus.ErrBranch, "consensus.ErrBranch")
		_, err = add(x, on(ours[3], 4, 5))
		try.Why("the main chain grows as if the branch had never been tried").NoError(err)
		try.Equal("height then", x.Height(), 4)
		_, err = add(x, on(ours[3], 4, 6))
		try.Why("a second block of that height has no more work than the first").NoError(err)
		_, err = add(x, on(x.Tip().Block, 5, 6))
		try.NoError(err)
		_, err = add(x, on(rival[3], 5, 2))
		try.Why("all blocks built on the invalid one are condemned, however much work they have").ErrorIs(err, consensus.ErrBranch, "consensus.ErrBranch")
		after := ours[1]
		for h := 2; h <= 6; h++ {
			after = on(after, h, h+3)
			_, err = add(x, after)
			try.Why("what was put back can be taken away again, by a branch that is valid").NoError(err)
		}
		try.Equal("height with that branch", x.Height(), 6)
		try.Equal("coins in the ledger then", x.Ledger.Total(), int64(7*50))
		if bad == 3 {
			side := on(rival[1], 3, 0)
			_, err = add(x, side)
			try.Why("the block below the invalid one is as good as before").NoError(err)
		}
	}
}

func TestIndex_Locator(t *testing.T) {
	for _, n := range []int{0, 1, 9, 10, 11, 12, 13, 30, 40, 300, draw.From(t).Between(50, 250)} {
		x, _ := planted(t, n)
		var want []int
		for h := n; h > 0; {
			want = append(want, h)
			switch k := len(want); {
			case k < 10:
				h--
			default:
				h -= 1 << (k - 9)
			}
		}
		want = append(want, 0)
		got := []int{}
		for _, h := range x.Locator() {
			if e := x.Entry(h); e != nil {
				got = append(got, e.Height)
			} else {
				got = append(got, -1)
			}
		}
		try := expect.Tried(t, "Locator of a chain of height %d", n).Why("ten newest, then steps that double, 2, 4, 8 and so on, so that even a long chain needs few hashes; last the genesis block, once")
		try.Shows("heights", expect.List(got), expect.List(want))
	}
}

func TestIndex_Locator_apart(t *testing.T) {
	x, blocks := planted(t, 5)
	y, _ := planted(t, 3)
	try := expect.Tried(t, "Locator of a chain of height 5, then of another one of height 3; then the first one again")
	try.Why("each locator is a slice of its own: one that all share changes under those who hold it")
	got := x.Locator()
	y.Locator()
	try.Equal("hashes", len(got), 6)
	for i, h := range got {
		try.True(h == blocks[5-i].Header.ThisHash, fmt.Sprintf("another hash at place %d", i), fmt.Sprintf("the block of height %d", 5-i))
	}
}

func TestIndex_After(t *testing.T) {
	d := draw.From(t)
	x, blocks := planted(t, 12)
	side := on(blocks[4], 5, 9)
	_, err := add(x, side)
	expect.Tried(t, "setting up: Index.Add of a block of another branch").NoError(err)
	at := func(h int) chain.Hash { return blocks[h].Header.ThisHash }
	unknown := chain.Hash(d.Bytes(64))
	for _, tt := range []struct {
		name    string
		locator []chain.Hash
		most    int
		want    string
		why     string
	}{
		{"height 9", []chain.Hash{at(9)}, 100, "10, 11, 12", "the asker has the block that the locator names: what it lacks starts with the next one"},
		{"height 9, at most 2", []chain.Hash{at(9)}, 2, "10, 11", "the asker bounds the answer; for more it asks again"},
		{"height 9, at most 0", []chain.Hash{at(9)}, 0, "none", "none is at most 0: look at the number before the first block too"},
		{"height 9, at most the largest int", []chain.Hash{at(9)}, math.MaxInt, "10, 11, 12", "the asker may want all there are: a height plus the largest int is below 0"},
		{"heights 7, 3 and 0", []chain.Hash{at(7), at(3), at(0)}, 100, "8, 9, 10, 11, 12", "a locator names the newest block first: the first one that we have is the last one in common"},
		{"a hash that is unknown, then height 10", []chain.Hash{unknown, at(10), at(0)}, 100, "11, 12", "a block that we do not have is not in common: the next hash may be"},
		{"a block of another branch, then height 11", []chain.Hash{side.Header.ThisHash, at(11), at(4)}, 100, "12", "a block of another branch is known, but nothing of the main chain is built on it"},
		{"the genesis block", []chain.Hash{at(0)}, 3, "1, 2, 3", "a new node has the genesis block alone, and lacks all others"},
		{"the tip", []chain.Hash{at(12), at(11)}, 100, "none", "a node that has our tip lacks nothing"},
		{"nothing that is known", []chain.Hash{unknown}, 100, "none", "chains without a block in common are not of one network"},
		{"nothing", nil, 100, "none", "a locator without hashes has no block in common with us"},
	} {
		try := expect.Tried(t, "After of a locator of %s, in a chain of height 12", tt.name).Why("%s", tt.why)
		try.Shows("heights of the blocks", heights(x, x.After(tt.locator, tt.most)), tt.want)
	}
}

// later is a block like b whose time, and with it whose hash, was drawn.
func later(d *draw.Source, b chain.Block) chain.Block {
	b.Header.Timestamp += int64(d.Between(1, 1_000_000))
	return solved(b)
}

func TestIndex_Switch_random(t *testing.T) {
	d := draw.From(t)
	for range 6 {
		n := d.Between(2, 6) // the difficulty stays as it is
		x, ours := planted(t, n)
		fork := d.Between(1, n-1)
		rival := ours[fork]
		try := expect.Tried(t, "Index.Add of a branch of %s that left a main chain of height %d after block %d", expect.Count(n-fork+1, "block"), n, fork)
		var removed, added []int
		var change consensus.Change
		for h := fork + 1; h <= n+1; h++ {
			rival = later(d, on(rival, h, h+1))
			var err error
			change, err = add(x, rival)
			try.NoError(err)
			added = append(added, h)
			if h <= n {
				removed = append([]int{h}, removed...)
			}
		}
		try.Why("the branch with most work is the main chain; Switch leads from one to the other by way of the fork")
		try.Shows("heights of the blocks removed, the highest first", heights(x, change.Removed), expect.List(removed))
		try.Shows("heights of the blocks added, the lowest first", heights(x, change.Added), expect.List(added))
		try.True(x.Tip().Block.Header.ThisHash == rival.Header.ThisHash, "another tip", "the branch's last block")
		try.Equal("coins in the ledger", x.Ledger.Total(), int64((n+2)*50))
	}
}

func TestIndex_After_random(t *testing.T) {
	d := draw.From(t)
	const top = 20
	x, blocks := planted(t, top)
	for range 24 {
		from, most := d.Between(0, top), d.Between(0, top)
		locator := hashes(d, d.IntN(3))
		name := expect.Count(len(locator), "unknown block")
		var want []int
		if d.IntN(4) > 0 {
			name += fmt.Sprintf(", then height %d", from)
			locator = append(locator, blocks[from].Header.ThisHash)
			for h := from + 1; h <= min(top, from+most); h++ {
				want = append(want, h)
			}
		}
		try := expect.Tried(t, "After of a locator of %s, at most %d, in a chain of height %d", name, most, top)
		try.Why("the first hash of a locator that we have is the last block in common: what the asker lacks starts with the next one")
		try.Shows("heights of the blocks", heights(x, x.After(locator, most)), expect.List(want))
	}
}
