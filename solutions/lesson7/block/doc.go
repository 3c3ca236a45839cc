// Package block reads and writes Bitcoin's blocks and computes their hashes.
//
//	hash.go    hashes, and how they are printed
//	header.go  the 80 bytes that are mined
//	tx.go      transactions: the types
//	readtx.go  their two formats
//	id.go      their two names
//	block.go   a block: a header and its transactions
//	size.go    how many bytes they have
//	merkle.go  one hash for all transactions
//	spend.go   what a script check is given, and its three verdicts
//
// Packages script and rules import this one. Package rules does not import
// script: Connect takes the function that checks an input, so that another
// script engine can take its place. That function is func(Spend) error.
package block
