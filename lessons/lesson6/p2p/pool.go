package p2p

import (
	"errors"
	"fmt"
	"slices"

	"nodebook/lessons/lesson5/chain"
	"nodebook/lessons/lesson6/consensus"
)

// MaxPool bounds the pending transactions of a node.
const MaxPool = 2_000

// ErrPoolFull is the error of one transaction too many.
var ErrPoolFull = errors.New("too many pending transactions")

// Pool holds the transactions that wait for a block, each of which may spend
// what the ones before it make.
type Pool struct {
	txns    []chain.Transaction
	pending *chain.Ledger // the main chain's, and the pool's entered as well
}

// NewPool is an empty pool on top of a ledger.
func NewPool(l *chain.Ledger) *Pool { return &Pool{pending: l.Clone()} }

// Transactions gives the pool, oldest first.
func (p *Pool) Transactions() []chain.Transaction { return slices.Clone(p.txns) }

// Pending is the ledger with the pool's transactions entered.
func (p *Pool) Pending() *chain.Ledger { return p.pending }

// Add takes a transaction in. It must be of version 2 ([chain.ErrVersion]) and
// pass Ledger.Spend on top of all that is pending; [ErrPoolFull] beyond [MaxPool].
func (p *Pool) Add(t chain.Transaction) error {
	if t.Version != consensus.SignedValues {
		return fmt.Errorf("transaction: %w: %d", chain.ErrVersion, t.Version)
	}
	if len(p.txns) >= MaxPool {
		return ErrPoolFull
	}
	if _, err := p.pending.Spend(t); err != nil {
		return err
	}
	p.txns = append(p.txns, t)
	return nil
}

// Update brings the pool up to date after the main chain, whose ledger l is, has
// changed: what the added blocks hold leaves the pool, what the removed blocks
// held comes back, oldest block first and before all that was pending, and
// whatever the chain no longer allows is dropped. Coinbases are never pending: a block that
// is removed takes its coinbase with it.
//
// It starts again: p.txns empty, p.pending a clone of l; then p.Add decides.
func (p *Pool) Update(l *chain.Ledger, change consensus.Change) {
}
