// Package ibd downloads a chain, checks it and keeps it.
//
//	verify.go    checks on all cores
//	batch.go     many signatures with one sum
//	together.go  which of them, and the others one by one
//	log.go       a file of records: blocks, and what undoes them
//	chain.go     blocks, undo and coins, and the block that they are of
//	open.go      a chain as a crash has left it
//	move.go      from one block to another
//	flush.go     what has to be on the disk before what
//	sync.go      the whole: headers, blocks, coins
//
// One goroutine owns a chain. Others fetch blocks, and others again check
// signatures; they meet it in channels.
package ibd
