package consensus

import (
	"errors"
	"fmt"

	"nodebook/lessons/lesson5/chain"

	"nodebook/lessons/todo"
)

// ErrProof is the error of a proof that does not prove its payment.
var ErrProof = errors.New("no proof")

// Proof shows that a block holds a transaction, to someone who has only headers.
type Proof struct {
	Transaction chain.Transaction
	Height      int          // of the block
	Path        []chain.Step // from the transaction's leaf to the header's merkle root
}

// Prove looks a transaction up on the main chain. Errors: [chain.ErrMissing].
func (x *Index) Prove(transaction chain.Hash) (Proof, error) {
	for height, e := range x.main {
		for _, t := range e.Block.Transactions {
			if t.Hash() != transaction {
				continue
			}
			return Proof{t, height, chain.TreeOf(e.Block.Transactions).Path(t.Leaf())}, nil
		}
	}
	return Proof{}, fmt.Errorf("transaction %v: %w", transaction, chain.ErrMissing)
}

// Headers gives the headers of the main chain, the genesis block's first.
func (x *Index) Headers() []chain.Header {
	out := make([]chain.Header, 0, len(x.main))
	for _, e := range x.main {
		out = append(out, e.Block.Header)
	}
	return out
}

// VerifyPayment reports whether headers, the genesis block's first, prove that the
// payment of p was made and that at least confirmations blocks, its own included, stand on it. It
// trusts nobody: the first header is that of [Rules.GenesisBlock] ([chain.ErrLink]); each other
// one names the one before ([chain.ErrLink]) and passes [chain.CheckHeader] at its own Bits
// ([ErrBits], [chain.ErrHash], [chain.ErrWork]), which is no easier than Rules.Easiest ([ErrDifficulty]); p.Height is
// one of theirs, confirmations deep, and p.Path leads from the transaction's
// [chain.Transaction.Leaf] to the merkle root there ([ErrProof]).
//
// It does not show that the sender owned the coins: that takes all blocks.
func VerifyPayment(r Rules, headers []chain.Header, p Proof, confirmations int) error {
	return todo.Err
}
