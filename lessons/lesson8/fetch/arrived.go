package fetch

import (
	"errors"

	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"

	"nodebook/lessons/todo"
)

// ErrUnasked is wrapped if a peer sends a block that it was not asked for.
var ErrUnasked = errors.New("a block that it was not asked for")

// Arrived takes a block that a peer sent and returns those that can be passed on
// now: from the first missing one, in the order of the list, all that have arrived
// without a gap. The window moves on after them, and each is returned once.
//
// A block's name is the hash of its header. Anyone can put other transactions under
// a good header, so a block whose transactions are not those of its header says
// nothing about the block of that name: it is missing again, and no peer is asked
// for it.
//
// What has arrived waits in memory. So the window gets shorter if blocks are large: it
// has as many as fit into its room ([Room] bytes) if all are as large as the largest
// that has arrived, with witnesses, but at least one. w.end() sees to that, from
// w.largest. A block that is refused does not count.
//
// Errors: [ErrUnasked] if this peer does not owe the block, and nothing changes;
// rules.ErrMerkle if the merkle root of the transactions' ids is not that of the
// header; rules.ErrMutated if it is and their tree is mutated.
func (w *Window) Arrived(peer int, b block.Block) ([]block.Block, error) {
	return nil, todo.Err
}

// checkTransactions checks that a block's transactions are those of its header.
func checkTransactions(b block.Block) error {
	ids := make([]block.Hash, len(b.Txs))
	for i, t := range b.Txs {
		ids[i] = t.ID()
	}
	switch root, mutated := block.MerkleRoot(ids); {
	case root != b.Header.Merkle:
		return rules.ErrMerkle
	case mutated:
		return rules.ErrMutated
	}
	return nil
}
