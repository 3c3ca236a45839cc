package node

import (
	"context"
	"errors"
	"slices"
	"time"

	"nodebook/lessons/lesson5/chain"

	"nodebook/lessons/todo"
)

// ErrLate is the error of a block that another one has overtaken.
var ErrLate = errors.New("another block came first")

// Job is what a miner works on.
type Job struct {
	Blocks       []chain.Block       // the chain to extend
	Transactions []chain.Transaction // at most chain.MaxTransactions
	Changed      <-chan struct{}     // closed when the chain changes
}

// NextJob waits until at least [MinTransactions] are pending. Errors: ctx.Err().
func (n *Node) NextJob(ctx context.Context) (Job, error) {
	for {
		n.mu.Lock()
		if len(n.pool) >= MinTransactions {
			job := Job{slices.Clone(n.blocks), slices.Clone(n.pool[:min(len(n.pool), chain.MaxTransactions)]), n.changed}
			n.mu.Unlock()
			return job, ctx.Err()
		}
		n.mu.Unlock()
		select {
		case <-ctx.Done():
			return Job{}, ctx.Err()
		case <-n.wake:
		}
	}
}

// Template is the header to mine for a job: everything but Nonce and ThisHash.
// Its time is now's, but never before the last block's.
func (j Job) Template(now time.Time) chain.Header {
	h := chain.Header{Timestamp: now.Unix(), PreviousHash: chain.Start, MerkleRoot: chain.MerkleRoot(j.Transactions)}
	if k := len(j.Blocks); k > 0 {
		last := j.Blocks[k-1].Header
		h.PreviousHash = last.ThisHash
		h.Timestamp = max(h.Timestamp, last.Timestamp)
	}
	return h
}

// extend adds a block of our own to the chain, unless the chain is no longer the
// one that it extends.
func (n *Node) extend(b chain.Block) ([]chain.Block, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	prev := chain.Start
	if k := len(n.blocks); k > 0 {
		prev = n.blocks[k-1].Header.ThisHash
	}
	if b.Header.PreviousHash != prev {
		return nil, chain.ErrLink
	}
	ledger := n.ledger.Clone()
	for _, t := range b.Transactions {
		if _, err := ledger.Spend(t); err != nil {
			return nil, err
		}
	}
	blocks := append(slices.Clone(n.blocks), b)
	n.adopt(blocks, ledger, n.pool)
	return blocks, nil
}

// MineJob makes the block of a job: it mines the job's template with
// [chain.Mine], n.Workers at the same time, at the [chain.NextDifficulty] of
// the chain's length, and then waits n.Delay. When the job's Changed is closed
// or ctx ends, both stop immediately. It leaves no goroutine behind.
//
// Errors: [ErrLate] if the chain changed; ctx.Err() if ctx ended; any other of
// chain.Mine.
func (n *Node) MineJob(ctx context.Context, job Job) (chain.Block, error) {
	return chain.Block{}, todo.Err
}

// Work is the block worker: until ctx ends it takes one job after another from
// [Node.NextJob], makes its block with [Node.MineJob], adds it with n.extend, and
// sends [TypeBlocks] and the encoded chain that n.extend returns with n.Send. A
// block that comes too late, as MineJob or n.extend says, is forgotten, and the
// pool loses nothing. Use n.tellStart, n.tellBlock and n.Tell to say what
// happens.
//
// Work returns ctx.Err(), or the error of n.Send, and leaves no goroutine behind.
func (n *Node) Work(ctx context.Context) error {
	return todo.Err
}

func (n *Node) tellStart() { n.Tell("Starting block gen...") }

func (n *Node) tellBlock(b chain.Block) {
	n.Tell("Finished block gen, hash %s", chain.Literal(b.Header.ThisHash[:]))
	n.Tell("Block has %d txns", len(b.Transactions))
}
