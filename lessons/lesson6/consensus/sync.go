package consensus

import "nodebook/lessons/lesson5/chain"

// MaxLocator bounds the hashes of a locator; with the steps doubling it is never
// reached.
const MaxLocator = 101

// Locator describes the main chain in few hashes, so that another node can find
// where its chain and ours part: the newest ten blocks, then blocks at steps that
// double each time (2, 4, 8, ...), and last the genesis block, once.
func (x *Index) Locator() []chain.Hash {
	return nil
}

// After answers a locator: the blocks of the main chain after the first hash of it that is
// on the main chain, lowest first, at most most of them, and none for a locator
// with no such hash.
func (x *Index) After(locator []chain.Hash, most int) []chain.Block {
	return nil
}
