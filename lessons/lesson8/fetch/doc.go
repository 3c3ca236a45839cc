// Package fetch downloads blocks from many peers at the same time and returns them
// in their order.
//
//	window.go   which block is asked of whom: the state
//	next.go     what to ask a peer for
//	arrived.go  a block, and which can be passed on now
//	stalled.go  who holds all others up
//	wire.go     asking for blocks
//	fetch.go    the goroutines around the window
//
// The window is a state machine: it never waits, has no clock and no lock, and is
// told the time. So all that can happen in a download of days can be tried in a
// test of a millisecond. One goroutine owns it.
package fetch
