package consensus

import "nodebook/solutions/lesson5/chain"

// MaxLocator bounds the hashes of a locator; with the steps doubling it is never
// reached.
const MaxLocator = 101

// Locator describes the main chain in few hashes, so that another node can find
// where its chain and ours part: the newest ten blocks, then blocks at steps that
// double each time (2, 4, 8, ...), and last the genesis block, once.
func (x *Index) Locator() []chain.Hash {
	// BEGIN SOLUTION
	var out []chain.Hash
	step := 1
	for at := x.Height(); at > 0; at -= step {
		out = append(out, x.At(at).Block.Header.ThisHash)
		if len(out) >= 10 {
			step *= 2
		}
	}
	return append(out, x.At(0).Block.Header.ThisHash)
	// END SOLUTION
}

// After answers a locator: the blocks of the main chain after the first hash of it that is
// on the main chain, lowest first, at most most of them, and none for a locator
// with no such hash.
func (x *Index) After(locator []chain.Hash, most int) []chain.Block {
	// BEGIN SOLUTION
	for _, h := range locator {
		e := x.Entry(h)
		if e == nil || !x.OnMain(e) {
			continue
		}
		var out []chain.Block
		for at := e.Height + 1; at <= x.Height() && len(out) < most; at++ {
			out = append(out, x.At(at).Block)
		}
		return out
	}
	return nil
	// END SOLUTION
}
