// Package consensus contains what the nodes of a network without a relay must
// agree on, on top of lesson 5's chain.
//
//	payment.go  transactions whose signature covers the values
//	rules.go    the coins that a block makes, and the genesis block
//	bits.go     difficulty in bits, and the rule that keeps blocks at their interval
//	index.go    the tree of competing branches, and the one with most work
//	sync.go     how another node finds what it lacks
//	proof.go    proofs for clients that have only headers
package consensus
