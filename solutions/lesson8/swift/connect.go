package swift

import (
	"fmt"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

// State is what is known of a chain of which some blocks have come.
type State struct {
	Salt  Salt
	Sum   Sum            // of the coins that somebody spends, made so far, less those that were spent so far
	Coins rules.MemCoins // those that nobody spends
}

// NewState returns the state before any block.
func NewState(salt Salt) *State { return &State{Salt: salt, Coins: rules.MemCoins{}} }

// Connect takes in a block. The blocks of a chain may come in any order, each of them
// once.
//
// An output whose hint is 1 becomes a coin of s.Coins, with its height, and whether
// the block's first transaction made it. For any other, its [Term] is added to s.Sum.
// For each input of all transactions but the first, the term of what it spends is
// taken off. No coin is looked up.
//
// An output that is rules.Unspendable is neither a coin nor a part of the sum, nor is
// any output of the block at height 0. Their hints are 0.
//
// Errors: [ErrHints] if hints has another length than one bit for each output needs,
// in whole bytes; [ErrHints] if a bit is 1 that belongs to no output, or to one that
// makes no coin. After an error the state is as it was.
func (s *State) Connect(b block.Block, height int, hints Hints) error {
	// BEGIN SOLUTION
	outputs := 0
	for _, t := range b.Txs {
		outputs += len(t.Out)
	}
	if len(hints) != (outputs+7)/8 {
		return fmt.Errorf("%w: length %d, outputs %d", ErrHints, len(hints), outputs)
	}
	for i := outputs; i < 8*len(hints); i++ {
		if hints.Unspent(i) {
			return fmt.Errorf("%w: bit %d of %d", ErrHints, i, outputs)
		}
	}
	sum, i := s.Sum, 0
	left := rules.MemCoins{}
	for n, t := range b.Txs {
		id := t.ID()
		for k, out := range t.Out {
			p, unspent := block.OutPoint{TxID: id, Index: uint32(k)}, hints.Unspent(i)
			i++
			switch {
			case height == 0 || rules.Unspendable(out):
				if unspent {
					return fmt.Errorf("%w: transaction %d, output %d makes no coin", ErrHints, n, k)
				}
			case unspent:
				left[p] = rules.UTXO{Out: out, Height: height, Coinbase: n == 0}
			default:
				sum = sum.Plus(Term(s.Salt, p))
			}
		}
		if n == 0 {
			continue
		}
		for _, in := range t.In {
			sum = sum.Minus(Term(s.Salt, in.Previous))
		}
	}
	s.Sum = sum
	for p, u := range left {
		s.Coins[p] = u
	}
	return nil
	// END SOLUTION
}

// Done returns nil if all blocks have come and the hints were true: each coin that was
// made is spent, or in s.Coins. Otherwise it returns [ErrSum].
func (s *State) Done() error {
	if s.Sum != (Sum{}) {
		return ErrSum
	}
	return nil
}
