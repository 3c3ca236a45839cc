package ibd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"
	"nodebook/lessons/lesson8/coins"
	"nodebook/lessons/lesson8/headers"
)

// ErrMissing is wrapped if a block has not been put yet.
var ErrMissing = errors.New("the block is not here yet")

// Invalid is the error of a block that breaks a rule. Node says which.
type Invalid struct {
	Node *headers.Node
	Err  error
}

func (e *Invalid) Error() string {
	return fmt.Sprintf("block %d, %s: %v", e.Node.Height, e.Node.Hash, e.Err)
}

// Unwrap returns the rule's error.
func (e *Invalid) Unwrap() error { return e.Err }

// Options are how a chain works, and not what comes out.
type Options struct {
	Run         func(block.Spend) error // checks an input
	Workers     int                     // how many inputs are checked at the same time
	FlushAt     int                     // entries in the cache that are worth a flush
	VerifyAt    int                     // inputs that are worth starting the workers for
	Batch       int                     // Schnorr signatures that VerifyBatch gets at a time; 0: Run checks them, too
	AssumeValid block.Hash              // this block and those before it: no input is checked
}

// Chain is a chain of blocks on disk and its coins.
type Chain struct {
	Tree    *headers.Tree
	Options Options

	coins   *coins.Cache
	blocks  *Log
	undos   *Log
	put     map[block.Hash]block.Block // in the file, and not connected yet
	tip     *headers.Node              // whose coins the cache has
	flushed *headers.Node              // whose coins the database has
	jobs    []block.Spend              // to be checked before the next flush
	of      []*headers.Node            // whose block each job is from
	checked int                        // inputs
	batched int                        // of these, by VerifyBatch
	assume  []*headers.Node            // up to Options.AssumeValid, by height, once it is known
	payload []byte                     // of the last record, whose memory the next one gets
}

// Tip returns the node of the last block that is connected.
func (c *Chain) Tip() *headers.Node { return c.tip }

// Flushed returns the node of the block whose coins are on the disk.
func (c *Chain) Flushed() *headers.Node { return c.flushed }

// Checked returns how many inputs have been checked.
func (c *Chain) Checked() int { return c.checked }

// Batched returns how many of them VerifyBatch has checked.
func (c *Chain) Batched() int { return c.batched }

// Cached returns how many outpoints are in memory.
func (c *Chain) Cached() int { return c.coins.Len() }

// Has reports whether a block has been put, now or before a crash.
func (c *Chain) Has(h block.Hash) bool { return c.blocks.Has(h) }

// Put appends a block to the file of blocks, so that it can be connected.
func (c *Chain) Put(b block.Block) error {
	h := b.Header.Hash()
	if c.blocks.Has(h) {
		return nil
	}
	c.payload = block.AppendBlock(c.payload[:0], b, true)
	if err := c.blocks.Append(h, c.payload); err != nil {
		return fmt.Errorf("block file: %w", err)
	}
	c.put[h] = b
	return nil
}

// Block returns a block that was put.
func (c *Chain) Block(h block.Hash) (block.Block, error) {
	if b, ok := c.put[h]; ok {
		return b, nil
	}
	if !c.blocks.Has(h) {
		return block.Block{}, fmt.Errorf("block %s: %w", h, ErrMissing)
	}
	raw, err := c.blocks.Read(h)
	if err != nil {
		return block.Block{}, fmt.Errorf("block file: %w", err)
	}
	return block.ReadBlock(raw)
}

// putUndo appends what a block spent to the file of undo. Nothing has no record.
func (c *Chain) putUndo(h block.Hash, undo rules.Undo) error {
	if len(undo) == 0 {
		return nil
	}
	b := append(c.payload[:0], h[:]...)
	for _, u := range undo {
		at := len(b)
		b = coins.AppendCoin(append(b, 0, 0, 0, 0), u)
		binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	}
	c.payload = b
	if err := c.undos.Append(h, b); err != nil {
		return fmt.Errorf("undo file: %w", err)
	}
	return nil
}

// undo returns what a block spent. If a record is lost, rules.Disconnect says so.
func (c *Chain) undo(h block.Hash) (rules.Undo, error) {
	if !c.undos.Has(h) {
		return nil, nil
	}
	b, err := c.undos.Read(h)
	if err != nil {
		return nil, fmt.Errorf("undo file: %w", err)
	}
	var undo rules.Undo
	for b = b[block.HashSize:]; len(b) >= 4; {
		n := int(binary.LittleEndian.Uint32(b))
		if n > len(b)-4 {
			return nil, fmt.Errorf("undo file: block %s: %w", h, errTorn)
		}
		u, err := coins.ReadCoin(b[4 : 4+n])
		if err != nil {
			return nil, fmt.Errorf("undo file: block %s: %w", h, err)
		}
		undo, b = append(undo, u), b[4+n:]
	}
	return undo, nil
}

// goBack goes back to what is on the disk.
func (c *Chain) goBack() {
	c.coins.Discard()
	c.tip = c.flushed
	c.jobs, c.of = nil, nil
}

// assumed reports whether a block's inputs are taken as good: it is the assumed
// block or before it.
func (c *Chain) assumed(n *headers.Node) bool {
	if c.assume == nil { // found once: a walk for each block takes longer than their signatures
		for a := c.Tree.Node(c.Options.AssumeValid); a != nil; a = a.Parent {
			c.assume = append(c.assume, a)
		}
		slices.Reverse(c.assume)
	}
	return n.Height < len(c.assume) && c.assume[n.Height] == n
}
