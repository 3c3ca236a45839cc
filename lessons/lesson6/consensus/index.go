package consensus

import (
	"errors"
	"fmt"
	"math/big"

	"nodebook/lessons/lesson5/chain"

	"nodebook/lessons/todo"
)

// Errors of an index.
var (
	ErrOrphan    = errors.New("block before it is unknown")
	ErrDuplicate = errors.New("block is known")
	ErrBranch    = errors.New("block stands on an invalid one")
	ErrFull      = errors.New("too many blocks")
)

// MaxIndex bounds the blocks that an index holds, side branches included.
const MaxIndex = 100_000

// Entry is a block and its place in the tree of all blocks.
type Entry struct {
	Block  chain.Block
	Parent *Entry // nil for the genesis block
	Height int
	Work   *big.Int // of this block and of all below it

	bad   bool            // it or a block below it is invalid
	spent [][]chain.Token // for Disconnect, while it is connected
}

// Index contains all blocks that carry their work, on any branch, and the
// ledger of the branch with most work. It is not safe for concurrent use.
type Index struct {
	Rules   Rules
	Ledger  *chain.Ledger // of the main chain
	entries map[chain.Hash]*Entry
	main    []*Entry // the main chain by height
}

// Change is what a new block did to the main chain.
type Change struct {
	Removed []chain.Block // left the main chain, the highest first
	Added   []chain.Block // joined it, the lowest first
}

// NewIndex holds the genesis block of these rules.
func NewIndex(r Rules) *Index {
	g := r.GenesisBlock()
	x := &Index{Rules: r, Ledger: chain.NewLedger(), entries: map[chain.Hash]*Entry{}}
	e := &Entry{Block: g, Work: new(big.Int), spent: [][]chain.Token{nil}}
	x.Ledger.Mint(g.Transactions[0])
	x.entries[g.Header.ThisHash] = e
	x.main = []*Entry{e}
	return x
}

// Tip is the last block of the main chain.
func (x *Index) Tip() *Entry { return x.main[len(x.main)-1] }

// Height is the height of the main chain: 0 with the genesis block alone.
func (x *Index) Height() int { return len(x.main) - 1 }

// At is the entry at a height of the main chain, nil if there is none.
func (x *Index) At(height int) *Entry {
	if height < 0 || height >= len(x.main) {
		return nil
	}
	return x.main[height]
}

// Entry returns the entry of a block on any branch, or nil if it is unknown.
func (x *Index) Entry(h chain.Hash) *Entry { return x.entries[h] }

// OnMain reports whether e is on the main chain.
func (x *Index) OnMain(e *Entry) bool { return x.At(e.Height) == e }

// Len is how many blocks are known.
func (x *Index) Len() int { return len(x.entries) }

// NextBits is the difficulty that is due for a block on top of e: e's own, or at
// heights that are multiples of Window what [Retarget] makes of it, given the time
// from the first to the last of the Window blocks before it.
func (x *Index) NextBits(e *Entry) uint32 {
	r := x.Rules
	if (e.Height+1)%r.Window != 0 {
		return e.Block.Header.Bits
	}
	first := e
	for i := 1; i < r.Window && first.Parent != nil; i++ {
		first = first.Parent
	}
	if first.Parent == nil && e.Height > 0 { // nobody mined the genesis block: it is no measure of time
		for first = e; first.Parent.Parent != nil; {
			first = first.Parent
		}
	}
	gaps := int64(e.Height - first.Height)
	if gaps < 1 {
		return e.Block.Header.Bits
	}
	return Retarget(e.Block.Header.Bits, e.Block.Header.Timestamp-first.Block.Header.Timestamp, gaps*r.Interval, r.Easiest)
}

// Add takes in a block at time now, in seconds since 1970, and makes its branch the
// main chain if that has more work. Of two branches of equal work the one
// that was there first stays.
//
// It refuses a known block ([ErrDuplicate]), one on an unknown block
// ([ErrOrphan]) or on an invalid one ([ErrBranch]), a difficulty that
// is not due ([ErrDifficulty]), whatever [chain.CheckBlock] refuses, a time before the
// parent's ([chain.ErrTimestamp]) or more than Rules.Ahead after now ([ErrFuture]), and,
// when the branch would be the main chain, what [Index.Switch] refuses.
func (x *Index) Add(b chain.Block, now int64) (Change, error) {
	h := b.Header
	parent := x.entries[h.PreviousHash]
	switch {
	case x.entries[h.ThisHash] != nil:
		return Change{}, fmt.Errorf("block %v: %w", h.ThisHash, ErrDuplicate)
	case parent == nil:
		return Change{}, fmt.Errorf("block %v: %w", h.ThisHash, ErrOrphan)
	case parent.bad:
		return Change{}, fmt.Errorf("block %v: %w", h.ThisHash, ErrBranch)
	case len(x.entries) >= MaxIndex:
		return Change{}, fmt.Errorf("block %v: %w", h.ThisHash, ErrFull)
	case h.Bits != x.NextBits(parent):
		return Change{}, fmt.Errorf("block %v: %w: %08x", h.ThisHash, ErrDifficulty, h.Bits)
	case h.Timestamp < parent.Block.Header.Timestamp:
		return Change{}, fmt.Errorf("block %v: %w", h.ThisHash, chain.ErrTimestamp)
	case h.Timestamp > now+x.Rules.Ahead:
		return Change{}, fmt.Errorf("block %v: %w", h.ThisHash, ErrFuture)
	}
	target, err := TargetOf(h.Bits)
	if err != nil {
		return Change{}, err
	}
	if err := chain.CheckBlock(b, target); err != nil {
		return Change{}, err
	}
	work := Work(target)
	if work == nil { // it is not written yet
		return Change{}, fmt.Errorf("block %v: %w", h.ThisHash, chain.ErrWork)
	}
	e := &Entry{Block: b, Parent: parent, Height: parent.Height + 1, Work: new(big.Int).Add(parent.Work, work)}
	x.entries[h.ThisHash] = e
	if e.Work.Cmp(x.Tip().Work) <= 0 {
		return Change{}, nil
	}
	return x.Switch(e)
}

// Switch makes the branch that ends in e the main chain: it disconnects blocks
// from the tip down to the fork, the highest first, and connects the blocks of the branch, the
// lowest first, with x.disconnect and x.connect.
//
// If a block of the branch is invalid, x.condemn marks it and all above it up to e, the old main
// chain is put back block by block, and the error that x.connect gave is returned.
func (x *Index) Switch(e *Entry) (Change, error) {
	return Change{}, todo.Err
}

// connect puts e, whose parent is the tip, on the main chain.
func (x *Index) connect(e *Entry) error {
	if e.bad {
		return fmt.Errorf("block %v: %w", e.Block.Header.ThisHash, ErrBranch)
	}
	spent, err := Connect(x.Ledger, x.Rules, e.Block, e.Height)
	if err != nil {
		return fmt.Errorf("block %v: %w", e.Block.Header.ThisHash, err)
	}
	e.spent = spent
	x.main = append(x.main, e)
	return nil
}

// disconnect takes the tip off the main chain.
func (x *Index) disconnect() {
	e := x.Tip()
	Disconnect(x.Ledger, e.Block, e.spent)
	e.spent = nil
	x.main = x.main[:len(x.main)-1]
}

// condemn marks the blocks from e down to bad as invalid.
func (x *Index) condemn(e, bad *Entry) {
	for ; e != bad; e = e.Parent {
		e.bad = true
	}
	bad.bad = true
}
