// Package p2p is a node of a network without a middle: it passes transactions and
// blocks on to its peers, follows the branch with most work, and mines.
//
//	core.go    what a node knows, and what it does with a message
//	seen.go    the hashes that a peer is known to have
//	pool.go    transactions that wait for a block
//	store.go   the blocks on disk
//	node.go    a core on TCP connections
//	event.go   what a node reports
//	oracle.go  payments between wallets, for something to do
package p2p
