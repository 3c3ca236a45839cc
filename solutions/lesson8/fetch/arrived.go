package fetch

import (
	"errors"
	"fmt"
	"time"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
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
	// BEGIN SOLUTION
	// UNTESTED "What has arrived waits": it is the reason of the next sentence.
	hash := b.Header.Hash()
	i, ok := w.index[hash]
	if !ok || w.slot(i).peer != peer {
		return nil, fmt.Errorf("%w: %s", ErrUnasked, hash)
	}
	s := w.slot(i)
	delete(w.index, hash)
	w.owes[peer]--
	if i == w.first {
		w.since = time.Time{}
	}
	if err := checkTransactions(b); err != nil {
		*s = slot{}
		return nil, fmt.Errorf("block %s: %w", hash, err)
	}
	w.largest = max(w.largest, b.Size(true))
	*s = slot{state: arrived, block: b}
	var ready []block.Block
	for w.first < len(w.wanted) && w.slot(w.first).state == arrived {
		ready = append(ready, w.slot(w.first).block)
		*w.slot(w.first) = slot{}
		w.first++
		w.since = time.Time{}
		w.limit = max(MinStall, w.limit*85/100)
	}
	return ready, nil
	// END SOLUTION
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
