package rules

import (
	"nodebook/lessons/lesson7/block"
)

// UTXO is an unspent output, and what its age decides.
type UTXO struct {
	Out      block.Out
	Height   int  // of the block that made it
	Coinbase bool // whether a coinbase made it
}

// Coins are all outputs that can be spent: the UTXO set.
type Coins interface {
	Get(p block.OutPoint) (UTXO, bool)   // the coin, and whether it is there
	Add(p block.OutPoint, u UTXO)        // it may replace one
	Spend(p block.OutPoint) (UTXO, bool) // takes it out, and reports whether it was there
}

// MemCoins are coins in memory.
type MemCoins map[block.OutPoint]UTXO

func (m MemCoins) Get(p block.OutPoint) (UTXO, bool) { u, ok := m[p]; return u, ok }
func (m MemCoins) Add(p block.OutPoint, u UTXO)      { m[p] = u }
func (m MemCoins) Spend(p block.OutPoint) (UTXO, bool) {
	u, ok := m[p]
	delete(m, p)
	return u, ok
}

// maxScript is the most bytes that a script may have and run.
const maxScript = 10_000

// Unspendable reports whether an output can never be spent: its script starts with
// RETURN, or is too long to run. No coin is kept for it.
func Unspendable(o block.Out) bool {
	return len(o.Script) > 0 && o.Script[0] == 0x6a || len(o.Script) > maxScript
}
