// Package swift finds the coins of a chain without looking one up: SwiftSync.
//
//	sum.go      numbers of 256 bits, which add up in any order
//	hints.go    which outputs nobody has spent at the end
//	connect.go  a block, whenever it comes
//
// Somebody who has the whole chain says of each output whether it is still unspent at
// the end. Only those go into the set of coins. Of all others, a sum is kept: what is
// made is added, what is spent is taken off, and at the end nothing must be left. A
// hint that lies leaves something, so nobody has to be trusted.
package swift
