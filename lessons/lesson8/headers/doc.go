// Package headers finds out which chain has the most work, from headers alone.
//
//	locator.go  how a node says which blocks it has
//	read.go     the answer of a peer
//	tree.go     all headers that we know, and the best of them
//	route.go    the way from one block to another
//	peer.go     a peer, and one over a connection
//	sync.go     asking a peer until it has nothing new
//
// A header has 80 bytes and costs its miner as much as a block, so a node asks for
// all headers first. What it then downloads is a list of hashes that work backs.
package headers
