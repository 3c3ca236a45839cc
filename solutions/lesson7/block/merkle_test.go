package block_test

import (
	"slices"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
)

// rootOfRow computes the root from the top down: the root of a tree of that height
// is the hash of the roots of its halves, and the right half is the left one if it
// would start after the last id.
func rootOfRow(ids []block.Hash, height, first int) block.Hash {
	if height == 0 {
		return ids[first]
	}
	left := rootOfRow(ids, height-1, first)
	right := left
	if next := first + 1<<(height-1); next < len(ids) {
		right = rootOfRow(ids, height-1, next)
	}
	return sha2(join(left[:], right[:]))
}

func wantRoot(ids []block.Hash) block.Hash {
	height := 0
	for 1<<height < len(ids) {
		height++
	}
	return rootOfRow(ids, height, 0)
}

func drawHashes(d *draw.Source, n int) []block.Hash {
	ids := make([]block.Hash, n)
	for i := range ids {
		ids[i] = drawHash(d)
	}
	return ids
}

func TestMerkleRoot(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, d.Between(12, 40)} {
		ids := drawHashes(d, n)
		try := expect.Tried(t, "MerkleRoot(ids), where ids are %d different hashes", n)
		try.Why("each row pairs its hashes, and a row of odd length repeats its last one; one id is its own root")
		root, mutated := block.MerkleRoot(slices.Clone(ids))
		want := wantRoot(ids)
		try.Bytes("root", root[:], want[:])
		try.Why("a hash that is paired with its own repetition is no mutation: honest blocks with an odd row have one")
		try.Equal("mutated", mutated, false)
	}
}

func TestMerkleRoot_none(t *testing.T) {
	try := expect.Tried(t, "MerkleRoot(nil)")
	try.Why("there is nothing to hash")
	root, mutated := block.MerkleRoot(nil)
	try.Bytes("root", root[:], make([]byte, 32))
	try.Equal("mutated", mutated, false)
}

func TestMerkleRoot_real(t *testing.T) {
	for _, height := range []int{0, 170, 546, 2812} {
		raw := chain.Block(height)
		b, err := block.ReadBlock(raw)
		try := expect.Tried(t, "MerkleRoot(ids), where ids are those of Bitcoin's block %d", height)
		try.NoError(err)
		var ids []block.Hash
		for _, tx := range b.Txs {
			ids = append(ids, tx.ID())
		}
		root, mutated := block.MerkleRoot(ids)
		try.Why("the header has the root of its transactions")
		try.Bytes("root", root[:], raw[36:68], expect.Field{Name: "root", Size: 32})
		try.Equal("mutated", mutated, false)
	}
}

func TestMerkleRoot_mutated(t *testing.T) {
	d := draw.From(t)
	h := drawHashes(d, 9)
	pick := func(at ...int) []block.Hash {
		var ids []block.Hash
		for _, i := range at {
			ids = append(ids, h[i])
		}
		return ids
	}
	for _, tt := range []struct {
		name    string
		ids     []block.Hash
		like    []block.Hash // ids with the same root
		mutated bool
		why     string
	}{
		{"[a b c c]", pick(0, 1, 2, 2), pick(0, 1, 2), true, "it has the root of [a b c]: a stranger can make an honest block look bad this way"},
		{"[a b c d e f e f]", pick(0, 1, 2, 3, 4, 5, 4, 5), pick(0, 1, 2, 3, 4, 5), true, "the repetition is in the second row: e f and e f have one hash"},
		{"[a b c d e e e e]", pick(0, 1, 2, 3, 4, 4, 4, 4), pick(0, 1, 2, 3, 4), true, "e is repeated in both rows"},
		{"[a a]", pick(0, 0), pick(0), true, "two equal hashes in a pair are a mutation, even in a row of two"},
		{"[a a b c]", pick(0, 0, 1, 2), nil, true, "two equal hashes in one pair are a mutation wherever they are"},
		{"[a a b c d]", pick(0, 0, 1, 2, 3), nil, true, "two equal hashes in one pair are a mutation in a row of odd length, too"},
		{"[a b b c]", pick(0, 1, 1, 2), nil, false, "the two are neighbours, and not a pair"},
		{"[a b c d e]", pick(0, 1, 2, 3, 4), nil, false, "the row of 5, and the row of 3 above it, repeat their last: that is the rule, not a mutation"},
		{"[a b c d e f g a]", pick(0, 1, 2, 3, 4, 5, 6, 0), nil, false, "the two are not a pair"},
	} {
		try := expect.Tried(t, "MerkleRoot(%s)", tt.name)
		root, mutated := block.MerkleRoot(slices.Clone(tt.ids))
		try.Why("each row pairs its hashes")
		want := wantRoot(tt.ids)
		try.Bytes("root", root[:], want[:])
		try.Why("%s", tt.why)
		try.Equal("mutated", mutated, tt.mutated)
		if tt.like != nil && len(tt.like) > 1 && wantRoot(tt.like) != want {
			t.Fatal(expect.BrokenPrefix + tt.name + " has not the root that it should have")
		}
	}
}

func TestMerkleRoot_drawn(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		// A list whose tail, in a row above the first, would be repeated: the
		// repetition written out has the same root.
		row := 1 << d.Between(0, 2)
		ids := drawHashes(d, row*(2*d.Between(1, 4)+1))
		doubled := append(slices.Clone(ids), ids[len(ids)-row:]...)
		try := expect.Tried(t, "MerkleRoot(ids), where ids are %d hashes, the last %d of them twice", len(ids), row)
		root, mutated := block.MerkleRoot(slices.Clone(doubled))
		want := wantRoot(ids)
		try.Why("the root is the one without the repetition")
		try.Bytes("root", root[:], want[:])
		try.Why("look for equal pairs in every row, before the row is padded")
		try.Equal("mutated", mutated, true)
	}
}

func TestMerkleRoot_unchanged(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{5, 6, 2} {
		all := drawHashes(d, 8)
		was := slices.Clone(all)
		try := expect.Tried(t, "MerkleRoot(ids[:%d]), where ids has room for 8", n)
		block.MerkleRoot(all[:n])
		try.Why("the caller owns the slice, and the memory after its end: work on a copy")
		for i := range all {
			try.Bytes(nth("ids", i)+" afterwards", all[i][:], was[i][:])
		}
	}
}
