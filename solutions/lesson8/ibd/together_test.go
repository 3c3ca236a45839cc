package ibd_test

import (
	"math"
	"sync"
	"testing"

	"nodebook/fixtures/chain/signed"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson7/script"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"
)

// drawSigned makes a chain whose inputs have real signatures of these kinds, on
// average perBlock in each of the blocks after the first coinbase can be spent. If
// bad is true, the last signature is bad.
func drawSigned(t *testing.T, c signed.Config, blocks int, bad bool) (chain []block.Block, signatures int) {
	t.Helper()
	m, err := signed.New(c)
	if err != nil {
		expect.Broken(t, err)
	}
	raw := [][]byte{signed.Genesis()}
	for range signed.Maturity + blocks - 1 {
		raw = append(raw, m.Next())
	}
	last := m.Next
	if bad {
		last = func() []byte {
			b, err := m.BadNext()
			if err != nil {
				expect.Broken(t, err)
			}
			return b
		}
	}
	raw = append(raw, last())
	for _, r := range raw {
		b, err := block.ReadBlock(r)
		if err != nil {
			t.Fatalf("ReadBlock, which this test needs: %v", err)
		}
		chain = append(chain, b)
	}
	return chain, m.Signatures
}

// enter puts a chain of real signatures and moves to its tip.
func enter(t *testing.T, o ibd.Options, chain []block.Block) *ibd.Chain {
	t.Helper()
	c, err := ibd.Open(headers.NewTree(chain[0].Header, rules.Regtest), newWorld().disk(), magic, o)
	if err != nil {
		t.Fatalf("Open, which this test needs: %v", err)
	}
	var hs []block.Header
	for _, b := range chain {
		hs = append(hs, b.Header)
	}
	if _, err := c.Tree.Add(hs, math.MaxUint32); err != nil {
		t.Fatalf("Tree.Add, which this test needs: %v", err)
	}
	put(t, c, chain)
	if err := c.MoveTo(node(c, chain)); err != nil {
		t.Fatalf("Chain.MoveTo, which this test needs: %v", err)
	}
	return c
}

// Signatures of taproot are checked in batches, if the options say so.
func TestChain_Flush_batch(t *testing.T) {
	d := draw.From(t)
	config := signed.Config{Seed: d.Uint64(), PerBlock: 8, Kinds: []signed.Kind{signed.P2TR}}
	chain, n := drawSigned(t, config, d.Between(2, 3), false)
	o := options()
	o.Workers, o.Batch = 1, d.Between(2, 5)
	runs := 0
	o.Run = func(s block.Spend) error { runs++; return script.Run(s) }
	c := enter(t, o, chain)
	try := expect.Tried(t, "c.Flush(), where %d signatures of taproot wait, and Options.Batch is %d", n, o.Batch)
	try.NoError(c.Flush())
	try.Why("c.check asks VerifyBatch first: what a batch has found good is not checked again one by one")
	try.Equal("c.Batched()", c.Batched(), n)
	try.Equal("calls of Run", runs, 0)
	try.Equal("c.Checked()", c.Checked(), n)

	chain, _ = drawSigned(t, config, d.Between(2, 3), true)
	c = enter(t, o, chain)
	try = expect.Tried(t, "c.Flush(), where signatures of taproot wait, the last one is bad, and Options.Batch is %d", o.Batch)
	try.Why("a batch that failed is checked one by one, so that the block of the bad signature is the one that is condemned")
	isInvalid(try, c.Flush(), chain[len(chain)-1], script.ErrSchnorr, "script.ErrSchnorr")
	try.Equal("c.Tip().Height", c.Tip().Height, 0)
}

// A batch that would be too small to gain anything is none, and the others are as
// large as each other.
func TestChain_Flush_smallBatch(t *testing.T) {
	d := draw.From(t)
	chain, n := drawSigned(t, signed.Config{Seed: d.Uint64(), PerBlock: 2, Kinds: []signed.Kind{signed.P2TR}}, 1, false)
	o := options()
	o.Workers, o.Batch = d.Between(1, 3), 1_024
	runs := 0
	var mu sync.Mutex
	o.Run = func(s block.Spend) error {
		mu.Lock()
		runs++
		mu.Unlock()
		return script.Run(s)
	}
	c := enter(t, o, chain)
	try := expect.Tried(t, "c.Flush(), where %d signatures of taproot wait, and Options.Batch is %d", n, o.Batch)
	try.NoError(c.Flush())
	try.Why("the work that a batch shares is more than that of a few signatures")
	try.Equal("c.Batched()", c.Batched(), 0)
	try.Equal("calls of Run", runs, n)
}
