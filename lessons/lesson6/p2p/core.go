package p2p

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson5/chain"
	"nodebook/lessons/lesson6/consensus"
)

// Bounds of a node.
const (
	KnownSize  = 2_000   // hashes that it knows a peer to have
	BatchSize  = 1 << 20 // bytes of blocks in one answer, unless one is larger
	RemindMost = 3       // transactions that we remind a peer of at once
	BatchMost  = 500     // blocks in one answer
)

// ErrPeer is the error of a peer that does not follow the protocol: it is dropped.
var ErrPeer = errors.New("peer breaks the protocol")

// Core is what a node knows and decides. It does no input or output and starts no goroutine:
// its owner, a program or a simulation, hands it messages and sends what it says. It is not
// safe for concurrent use.
type Core struct {
	Name  string
	Index *consensus.Index
	Pool  *Pool

	Send func(peer int, m framing.Message) // must not block, nor call back
	Emit func(Event)
	Save func(chain.Block) error // keeps a block that was taken in
	Now  func() time.Time

	peers map[int]*Peer // by number
	seq   uint64
}

// Peer is what a core knows of a peer.
type Peer struct {
	Name  string
	known *Seen // what it has: we sent it, or it sent it
}

// NewCore is a node with the genesis block.
func NewCore(name string, r consensus.Rules) *Core {
	x := consensus.NewIndex(r)
	return &Core{
		Name: name, Index: x, Pool: NewPool(x.Ledger),
		Send: func(int, framing.Message) {}, Emit: func(Event) {}, Save: func(chain.Block) error { return nil }, Now: time.Now,
		peers: map[int]*Peer{},
	}
}

// emit announces an event.
func (c *Core) emit(e Event) {
	c.seq++
	e.Seq, e.Ms, e.Node = c.seq, c.Now().UnixMilli(), c.Name
	c.Emit(e)
}

// Short is how events name a hash.
func Short(h chain.Hash) string { return hex.EncodeToString(h[:8]) }

// send sends one message to a peer.
func (c *Core) send(peer int, command string, payload []byte) {
	c.emit(Event{Kind: KindSent, Peer: c.peers[peer].Name, Command: command, Bytes: len(payload)})
	c.Send(peer, framing.Message{Command: command, Payload: payload})
}

// Restore takes in blocks from disk.
func (c *Core) Restore(blocks []chain.Block) {
	for _, b := range blocks {
		if change, err := c.Index.Add(b, c.Now().Unix()); err == nil && len(change.Added) > 0 {
			c.Pool.Update(c.Index.Ledger, change)
		}
	}
}

// Join begins with a new peer: we ask it for the blocks that we lack.
func (c *Core) Join(peer int, name string) {
	c.peers[peer] = &Peer{name, NewSeen(KnownSize)}
	c.emit(Event{Kind: KindPeer, Peer: name})
	c.Ask(peer, nil)
}

// Leave ends with a peer.
func (c *Core) Leave(peer int, why error) {
	p := c.peers[peer]
	if p == nil {
		return
	}
	delete(c.peers, peer)
	e := Event{Kind: KindLeft, Peer: p.Name}
	if why != nil {
		e.Error = why.Error()
	}
	c.emit(e)
}

// Peers gives the numbers of the peers, lowest first.
func (c *Core) Peers() []int {
	var out []int
	for p := range c.peers {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// Ask asks a peer for the blocks after last, if it has that, or after those of
// ours. To ask everyone from time to time makes up for messages that were lost.
func (c *Core) Ask(peer int, last []chain.Hash) {
	var b []byte
	for _, h := range append(last, c.Index.Locator()...) {
		b = append(b, h[:]...)
	}
	c.send(peer, "getblocks", b)
}

// Remind sends a peer the transactions that have waited longest: each of the
// peers may have missed one, and one that comes back after a reorganisation was
// perhaps never heard of outside our branch.
func (c *Core) Remind(peer int) {
	for _, t := range c.Pool.txns[:min(len(c.Pool.txns), RemindMost)] {
		c.peers[peer].known.Add(t.Hash())
		c.send(peer, "tx", chain.EncodeTransaction(t))
	}
}

// Gossip passes a transaction or a block, whose hash is h, on to every peer whose known
// does not contain h (the peer neither sent it nor was sent it), and adds h to known.
// Peers are served in the order of c.Peers, with c.send.
func (c *Core) Gossip(h chain.Hash, command string, payload []byte) {
}

// Receive handles a message of a peer. An error that wraps [ErrPeer] says that
// the peer should be dropped.
func (c *Core) Receive(peer int, m framing.Message) error {
	p := c.peers[peer]
	if p == nil {
		return nil
	}
	switch m.Command {
	case "tx":
		t, err := chain.DecodeTransaction(m.Payload)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPeer, err)
		}
		p.known.Add(t.Hash())
		return c.takeTransaction(t)
	case "block":
		b, err := chain.DecodeBlock(m.Payload)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPeer, err)
		}
		p.known.Add(b.Header.ThisHash)
		_, err = c.takeBlock(b)
		if errors.Is(err, consensus.ErrOrphan) {
			c.Ask(peer, nil)
			return nil
		}
		c.announce(b.Header.ThisHash)
		return err
	case "getblocks":
		return c.answer(peer, m.Payload)
	case "blocks":
		return c.takeBlocks(peer, m.Payload)
	case "ping":
		c.send(peer, "pong", m.Payload)
	}
	return nil // what we do not know may be of a later version
}

// Submit takes in a transaction of our own.
func (c *Core) Submit(t chain.Transaction) error { return c.takeTransaction(t) }

// takeTransaction takes a transaction into the pool and passes it on. One that
// does not fit is forgotten, and may come again: its token may be on the way.
func (c *Core) takeTransaction(t chain.Transaction) error {
	h := t.Hash()
	if c.Pool.Pending().Knows(h) {
		return nil
	}
	if err := c.Pool.Add(t); err != nil {
		c.emit(Event{Kind: KindWrong, Hash: Short(h), Error: err.Error()})
		if errors.Is(err, chain.ErrSignature) || errors.Is(err, chain.ErrSum) || errors.Is(err, chain.ErrVersion) {
			return fmt.Errorf("%w: %w", ErrPeer, err)
		}
		return nil
	}
	c.emit(Event{Kind: KindSeen, Hash: Short(h), Value: t.ReceiverValue, Count: len(c.Pool.txns)})
	c.Gossip(h, "tx", chain.EncodeTransaction(t))
	return nil
}

// Mined takes in a block of our own.
func (c *Core) Mined(b chain.Block) error {
	c.emit(Event{Kind: KindFound, Hash: Short(b.Header.ThisHash), Height: c.Index.Height() + 1, Count: len(b.Transactions)})
	_, err := c.takeBlock(b)
	c.announce(b.Header.ThisHash)
	return err
}

// takeBlock takes in a block and keeps it, and reports whether it was new.
func (c *Core) takeBlock(b chain.Block) (bool, error) {
	h := b.Header.ThisHash
	change, err := c.Index.Add(b, c.Now().Unix())
	switch {
	case errors.Is(err, consensus.ErrDuplicate):
		return false, nil
	case errors.Is(err, consensus.ErrOrphan):
		return false, err
	case err != nil:
		c.emit(Event{Kind: KindWrong, Hash: Short(h), Error: err.Error()})
		if errors.Is(err, consensus.ErrFuture) || errors.Is(err, consensus.ErrFull) {
			return false, nil // it may be our clock, and it is our bound
		}
		return false, fmt.Errorf("%w: %w", ErrPeer, err)
	}
	e := c.Index.Entry(h)
	c.emit(Event{Kind: KindBlock, Hash: Short(h), Parent: Short(b.Header.PreviousHash), Height: e.Height, Count: len(b.Transactions)})
	if len(change.Added) > 0 {
		c.Pool.Update(c.Index.Ledger, change)
		tip := c.Index.Tip()
		c.emit(Event{Kind: KindTip, Hash: Short(tip.Block.Header.ThisHash), Parent: Short(tip.Block.Header.PreviousHash),
			Height: tip.Height, Removed: len(change.Removed), Added: len(change.Added), Count: len(c.Pool.txns)})
	}
	if err := c.Save(b); err != nil {
		c.emit(Event{Kind: KindWrong, Error: err.Error()})
	}
	return true, nil
}

// announce passes a block on if it is on the main chain. Peers who lack what is
// below it will ask.
func (c *Core) announce(h chain.Hash) {
	if e := c.Index.Entry(h); e != nil && c.Index.OnMain(e) {
		c.Gossip(h, "block", chain.EncodeBlock(e.Block))
	}
}

// answer answers "getblocks": a locator, hashes of 64 bytes each, newest first.
func (c *Core) answer(peer int, payload []byte) error {
	n := len(payload) / chain.HashSize
	if len(payload)%chain.HashSize != 0 || n == 0 || n > consensus.MaxLocator {
		return fmt.Errorf("%w: locator of %d bytes", ErrPeer, len(payload))
	}
	locator := make([]chain.Hash, n)
	for i := range locator {
		locator[i] = chain.Hash(payload[i*chain.HashSize:])
	}
	var b []byte
	for _, block := range c.Index.After(locator, BatchMost) {
		text := chain.EncodeBlock(block)
		if len(b) > 0 && len(b)+len(text) > BatchSize {
			break
		}
		b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
		b = append(b, text...)
		c.peers[peer].known.Add(block.Header.ThisHash)
	}
	if len(b) > 0 {
		c.send(peer, "blocks", b)
	}
	return nil
}

// takeBlocks takes in the answer to a locator, each block behind its length as 4
// bytes, big endian. Where it brought anything new there may be more.
func (c *Core) takeBlocks(peer int, payload []byte) error {
	var last []chain.Hash
	for len(payload) > 0 {
		if len(payload) < 4 || uint64(len(payload)-4) < uint64(binary.BigEndian.Uint32(payload)) {
			return fmt.Errorf("%w: blocks cut short", ErrPeer)
		}
		n := int(binary.BigEndian.Uint32(payload))
		b, err := chain.DecodeBlock(payload[4 : 4+n])
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPeer, err)
		}
		payload = payload[4+n:]
		c.peers[peer].known.Add(b.Header.ThisHash)
		added, err := c.takeBlock(b)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPeer, err)
		}
		if added {
			last = []chain.Hash{b.Header.ThisHash}
		}
	}
	if last != nil {
		c.announce(last[0])
		c.Ask(peer, last)
	}
	return nil
}

// Template is the block to mine next, nonce and hash missing: a coinbase for
// receiver, and what is pending.
func (c *Core) Template(receiver chain.Address) chain.Block {
	tip := c.Index.Tip()
	pending := c.Pool.txns[:min(len(c.Pool.txns), chain.MaxTransactions-1)]
	txns := append([]chain.Transaction{c.Index.Rules.NewCoinbase(tip.Height+1, receiver)}, pending...)
	return chain.Block{Transactions: txns, Header: chain.Header{
		Timestamp:    max(c.Now().Unix(), tip.Block.Header.Timestamp),
		PreviousHash: tip.Block.Header.ThisHash,
		MerkleRoot:   chain.MerkleRoot(txns),
		Bits:         c.Index.NextBits(tip),
	}}
}
