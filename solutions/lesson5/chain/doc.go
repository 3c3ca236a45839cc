// Package chain contains what all nodes must agree on: transactions, merkle
// trees, proof of work, blocks, chains.
//
//	transaction.go  tokens and the transactions that spend them
//	sign.go         RSA signatures under an address
//	merkle.go       a tree of hashes, and paths that prove a leaf
//	block.go        headers, blocks, chains and what makes them valid
//	mine.go         the search for a nonce
//	ledger.go       which tokens are unspent
//	version.go      which rules a transaction's version has
//	wire.go         the JSON form of it all
package chain
