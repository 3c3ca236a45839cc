// Package rules decides whether a block may follow another: the consensus rules
// of Bitcoin, as far as they do not look inside scripts.
//
//	params.go    what differs between networks
//	errors.go    one error per check
//	work.go      targets and proof of work
//	retarget.go  the target of the next block
//	time.go      what a header may say about its time
//	tx.go        what can be checked in a transaction alone
//	check.go     what can be checked in a block alone
//	sigops.go    counting the signatures that a script may ask for
//	coins.go     the coins that can be spent
//	connect.go   a block's effect on the coins, and how to undo it
//
// A nil error means valid, one that wraps block.ErrCannotJudge means that this
// code does not know a rule that applies, any other means invalid.
package rules
