// Package node is a node of toycoin's network: it receives transactions and
// chains on a relay's channel, keeps the longest valid chain, and mines.
//
//	node.go    what a node knows, and what it does with a message
//	worker.go  the block worker, which mines in the background
//
// The node that needs no relay is lesson 6's.
package node

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"nodebook/lessons/lesson5/chain"

	"nodebook/lessons/todo"
)

// Bounds of a node.
const (
	MinTransactions = 2     // pending, before the worker starts a block
	MaxPool         = 1_000 // pending transactions
	MaxWaiting      = 100   // transactions whose tokens nobody has seen yet
)

// Types of message: the first four bytes of a payload.
const (
	TypeTransaction = "TXN " // then chain.EncodePair
	TypeBlocks      = "BLOC" // then chain.EncodeBlocks, the whole chain
)

// One sentinel for each reason to refuse a message.
var (
	ErrType     = errors.New("unknown message type")
	ErrPoolFull = errors.New("too many pending transactions")
	ErrShort    = errors.New("chain is not longer than ours")
)

// Node is what a node knows. Its methods are safe for concurrent use; mu guards
// the fields below it.
type Node struct {
	Workers int                        // miners at once
	Delay   time.Duration              // before a mined block is sent, to slow a node down
	Send    func(payload []byte) error // publishes to the channel
	Tell    func(format string, args ...any)
	Now     func() time.Time

	mu      sync.Mutex
	blocks  []chain.Block       // the chain
	ledger  *chain.Ledger       // of the chain
	pool    []chain.Transaction // pending, in the order of their arrival
	pending *chain.Ledger       // the ledger with the pool entered as well
	waiting []chain.Pair        // until a transaction that they spend comes
	changed chan struct{}       // closed when the chain changes, and replaced
	wake    chan struct{}       // holds one token when the worker should look
}

// New is a node without blocks that mines on one core and says nothing.
func New() *Node {
	return &Node{
		Workers: 1,
		Send:    func([]byte) error { return nil },
		Tell:    func(string, ...any) {},
		Now:     time.Now,
		ledger:  chain.NewLedger(), pending: chain.NewLedger(),
		changed: make(chan struct{}), wake: make(chan struct{}, 1),
	}
}

// Blocks is the chain.
func (n *Node) Blocks() []chain.Block {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.blocks)
}

// Pool gives the pending transactions, oldest first.
func (n *Node) Pool() []chain.Transaction {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.pool)
}

// wakeWorker lets the worker look at the pool. n.mu need not be held.
func (n *Node) wakeWorker() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// Woken reports whether the worker has been woken and has not looked yet.
func (n *Node) Woken() bool { return len(n.wake) > 0 }

// mustHold panics unless somebody holds n.mu. It cannot see who does, but a caller
// that has forgotten it gets caught as soon as nobody else happens to.
func (n *Node) mustHold() {
	if n.mu.TryLock() {
		n.mu.Unlock()
		panic("n.mu is not held: lock it first, and unlock it when you are done")
	}
}

// adopt makes blocks the chain and l, their ledger, the ledger. Of candidates,
// transactions that are pending, it keeps in the pool what the ledger still
// accepts, in order: not what is in a block already, nor what spends a spent
// token. n.mu is held.
func (n *Node) adopt(blocks []chain.Block, l *chain.Ledger, candidates []chain.Transaction) {
	n.mustHold()
	n.blocks, n.ledger = blocks, l
	n.pool, n.pending = nil, l.Clone()
	for _, t := range candidates {
		if len(n.pool) >= MaxPool {
			break
		}
		if _, err := n.pending.Spend(t); err == nil {
			n.pool = append(n.pool, t)
		}
	}
	n.retryWaiting()
	close(n.changed)
	n.changed = make(chan struct{})
	n.wakeWorker()
}

// retryWaiting moves from waiting to the pool what can be spent by now. n.mu is held.
func (n *Node) retryWaiting() {
	n.mustHold()
	for again := true; again; {
		again = false
		n.waiting = slices.DeleteFunc(n.waiting, func(p chain.Pair) bool {
			err := n.enter(p)
			again = again || err == nil
			return !errors.Is(err, chain.ErrMissing)
		})
	}
}

// enter puts a transaction into the pool if the ledger of all that is pending
// accepts its tokens and itself. n.mu is held.
func (n *Node) enter(p chain.Pair) error {
	n.mustHold()
	if h := p.Transaction.Hash(); n.pending.Knows(h) {
		return fmt.Errorf("transaction %v: %w", h, chain.ErrKnown)
	}
	for _, k := range p.Tokens {
		if err := n.pending.CheckUnspent(k); err != nil {
			return err
		}
	}
	if len(n.pool) >= MaxPool {
		return fmt.Errorf("transaction %v: %w", p.Transaction.Hash(), ErrPoolFull)
	}
	if _, err := n.pending.Spend(p.Transaction); err != nil {
		return err
	}
	n.pool = append(n.pool, p.Transaction)
	return nil
}

// HandleTransaction takes a transaction into the pool. The pair must pass
// [chain.CheckTransaction], and n.enter must accept it: that refuses a token
// that is unknown ([chain.ErrMissing]), that a block or a pending transaction
// has spent ([chain.ErrSpent]), a transaction that is there already
// ([chain.ErrKnown]), and one too many ([ErrPoolFull]).
//
// If the error is [chain.ErrMissing], the token's transaction may be on its way: the
// pair is put at the end of n.waiting, and the oldest pair leaves it if there were
// [MaxWaiting]. The error is still returned. After a success, n.retryWaiting gives the
// pairs that waited another chance, and n.wakeWorker is called.
func (n *Node) HandleTransaction(p chain.Pair) error {
	return todo.Err
}

// HandleBlocks makes blocks the chain if they are more than ours ([ErrShort]),
// pass [chain.CheckChain], and [chain.Replay], which enters every transaction
// in them, accepts them. Then n.adopt makes the change; its candidates are the
// transactions of our old blocks, oldest first, and then those of the pool:
// whatever the new chain does not contain is pending again. The caller may
// write to blocks afterwards.
func (n *Node) HandleBlocks(blocks []chain.Block) error {
	return todo.Err
}

// HandleData handles one message: by its first four bytes, [TypeTransaction] or
// [TypeBlocks], it decodes the rest with [chain.DecodePair] or
// [chain.DecodeBlocks] and handles it with [Node.HandleTransaction] or
// [Node.HandleBlocks]. Anything else, and anything shorter, is [ErrType]:
// whatever the bytes are, a node survives them.
func (n *Node) HandleData(data []byte) error {
	return todo.Err
}
