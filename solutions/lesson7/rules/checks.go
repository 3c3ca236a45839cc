// REFERENCE ONLY

package rules

import (
	"fmt"

	"nodebook/solutions/lesson7/block"
)

func checkMerkle(b block.Block) error {
	if len(b.Txs) == 0 {
		return ErrEmpty
	}
	ids := make([]block.Hash, len(b.Txs))
	for i, t := range b.Txs {
		ids[i] = t.ID()
	}
	root, mutated := block.MerkleRoot(ids)
	if root != b.Header.Merkle {
		return fmt.Errorf("%w: got %s, want %s", ErrMerkle, root, b.Header.Merkle)
	}
	if mutated {
		return ErrMutated
	}
	return nil
}

// checkTxs checks the transactions one by one and counts their signature
// operations.
func checkTxs(b block.Block) error {
	if !b.Txs[0].Coinbase() {
		return ErrNoCoinbase
	}
	for i, t := range b.Txs[1:] {
		if t.Coinbase() {
			return fmt.Errorf("transaction %d: %w", i+1, ErrCoinbases)
		}
	}
	ops := 0
	for i, t := range b.Txs {
		if err := CheckTx(t); err != nil {
			return fmt.Errorf("transaction %d: %w", i, err)
		}
		ops += txSigOps(t)
	}
	if ops > MaxSigOps {
		return fmt.Errorf("%w: %d, at most %d", ErrSigOps, ops, MaxSigOps)
	}
	return nil
}

func txSigOps(t block.Tx) (ops int) {
	for _, in := range t.In {
		ops += SigOps(in.Script)
	}
	for _, out := range t.Out {
		ops += SigOps(out.Script)
	}
	return ops
}

func checkVersion(h block.Header, height int, p Params) error {
	least := int32(0)
	for _, fork := range []struct {
		from    int
		version int32
	}{{p.BIP34, 2}, {p.BIP66, 3}, {p.BIP65, 4}} {
		if height >= fork.from {
			least = max(least, fork.version)
		}
	}
	if least > 0 && h.Version < least {
		return fmt.Errorf("%w: %d, at least %d", ErrVersion, h.Version, least)
	}
	return nil
}

func firstWitness(b block.Block) int {
	for i, t := range b.Txs {
		if t.HasWitness() {
			return i
		}
	}
	return -1
}
