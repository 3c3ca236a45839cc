package swift

import (
	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"

	"nodebook/lessons/todo"
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
	return todo.Err
}

// Done returns nil if all blocks have come and the hints were true: each coin that was
// made is spent, or in s.Coins. Otherwise it returns [ErrSum].
func (s *State) Done() error {
	if s.Sum != (Sum{}) {
		return ErrSum
	}
	return nil
}
