package consensus

import (
	"errors"
	"fmt"

	"nodebook/solutions/lesson5/chain"
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
	// BEGIN SOLUTION
	// UNTESTED "It does not show": it says what headers cannot show.
	if len(headers) == 0 || headers[0] != r.GenesisBlock().Header {
		return fmt.Errorf("header 0: %w", chain.ErrLink)
	}
	easiest, err := TargetOf(r.Easiest)
	if err != nil {
		return err
	}
	for i := 1; i < len(headers); i++ {
		h := headers[i]
		if h.PreviousHash != headers[i-1].ThisHash {
			return fmt.Errorf("header %d: %w", i, chain.ErrLink)
		}
		target, err := TargetOf(h.Bits)
		if err != nil {
			return fmt.Errorf("header %d: %w", i, err)
		}
		if !chain.Hash(target).Solves(easiest) {
			return fmt.Errorf("header %d: %w", i, ErrDifficulty)
		}
		if err := chain.CheckHeader(h, target); err != nil {
			return fmt.Errorf("header %d: %w", i, err)
		}
	}
	if p.Height < 0 || p.Height >= len(headers) || len(headers)-p.Height < confirmations {
		return fmt.Errorf("%w: block %d of %d is not %d deep", ErrProof, p.Height, len(headers), confirmations)
	}
	if !chain.VerifyPath(headers[p.Height].MerkleRoot, p.Transaction.Leaf(), p.Path) {
		return fmt.Errorf("%w: the path does not lead to the merkle root of block %d", ErrProof, p.Height)
	}
	return nil
	// END SOLUTION
}
