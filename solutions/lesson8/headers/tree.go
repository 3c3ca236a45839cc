package headers

import (
	"errors"
	"fmt"
	"math/big"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

var (
	// ErrOrphan is wrapped if the block before a header is not known.
	ErrOrphan = errors.New("the block before is not known")

	// ErrCondemned is wrapped if a header is that of an invalid block, or follows
	// one.
	ErrCondemned = errors.New("an invalid block, or one after it")
)

// Node is a header in a [Tree]. Nobody changes it once it is there.
type Node struct {
	Header block.Header
	Hash   block.Hash
	Height int
	Work   *big.Int // of all headers from block 0 to this one
	Parent *Node    // nil for block 0
}

// Tree is all headers that we know: a chain, and what branches off it. One
// goroutine owns it.
type Tree struct {
	Params rules.Params

	nodes     map[block.Hash]*Node
	condemned map[block.Hash]bool
	order     []*Node // in which they were added
	best      *Node
}

// NewTree returns a tree with block 0, which nobody checks.
func NewTree(genesis block.Header, p rules.Params) *Tree {
	n := &Node{Header: genesis, Hash: genesis.Hash(), Work: workOf(genesis)}
	return &Tree{Params: p, nodes: map[block.Hash]*Node{n.Hash: n}, condemned: map[block.Hash]bool{}, order: []*Node{n}, best: n}
}

func workOf(h block.Header) *big.Int {
	target, err := rules.TargetOf(h.Bits)
	if err != nil {
		return new(big.Int)
	}
	return rules.Work(target)
}

// Best returns the node of the most work, and of several the one that was added
// first.
func (t *Tree) Best() *Node { return t.best }

// Node returns the node of a block, or nil if the tree does not have it.
func (t *Tree) Node(h block.Hash) *Node { return t.nodes[h] }

// Len returns how many nodes the tree has.
func (t *Tree) Len() int { return len(t.nodes) }

// Add adds headers in their order and returns how many of them are new. One that the
// tree has already is passed over. Each new one is checked against its own branch;
// if one of these is not true, the error before it is returned:
//
//   - [ErrCondemned]: neither it nor the header before it is condemned.
//   - [ErrOrphan]: the header before it is in the tree.
//   - rules.ErrBits: its bits are those of rules.NextBits.
//   - Its work passes rules.CheckWork, and its time rules.CheckTime with the eleven headers before it and now; their errors are wrapped.
//
// What follows a condemned header is condemned, too. Add stops at the first error, and
// the headers before that one stay. The best node changes if one has more work than it,
// not if it has as much.
func (t *Tree) Add(hs []block.Header, now int64) (int, error) {
	// BEGIN SOLUTION
	added := 0
	work, of := new(big.Int), uint32(0) // neighbours mostly have the same bits
	for i, h := range hs {
		hash := h.Hash()
		if t.nodes[hash] != nil {
			continue
		}
		if t.condemned[hash] || t.condemned[h.Previous] {
			t.condemned[hash] = true
			return added, fmt.Errorf("header %d: %w", i, ErrCondemned)
		}
		parent := t.nodes[h.Previous]
		if parent == nil {
			return added, fmt.Errorf("header %d: %w: %s", i, ErrOrphan, h.Previous)
		}
		bits := rules.NextBits(parent.Height, func(height int) block.Header { return parent.Ancestor(height).Header }, t.Params)
		if h.Bits != bits {
			return added, fmt.Errorf("header %d: bits %08x: %w: want %08x", i, h.Bits, rules.ErrBits, bits)
		}
		if err := rules.CheckWork(h, t.Params); err != nil {
			return added, fmt.Errorf("header %d: %w", i, err)
		}
		if err := rules.CheckTime(h, parent.Last(11), now); err != nil {
			return added, fmt.Errorf("header %d: %w", i, err)
		}
		n := &Node{Header: h, Hash: hash, Height: parent.Height + 1, Parent: parent}
		if h.Bits != of {
			work, of = workOf(h), h.Bits
		}
		n.Work = new(big.Int).Add(parent.Work, work)
		t.nodes[hash] = n
		t.order = append(t.order, n)
		added++
		if n.Work.Cmp(t.best.Work) > 0 {
			t.best = n
		}
	}
	return added, nil
	// END SOLUTION
}

// Ancestor returns the node at a height of 0 to n's own, on n's branch.
func (n *Node) Ancestor(height int) *Node {
	for n.Height > height {
		n = n.Parent
	}
	return n
}

// Last returns the headers of the last count nodes of n's branch, n's own last, or
// fewer if there are not as many.
func (n *Node) Last(count int) []block.Header {
	hs := make([]block.Header, count)
	from := count
	for ; n != nil && from > 0; n = n.Parent {
		from--
		hs[from] = n.Header
	}
	return hs[from:]
}

// Condemn removes a block that turned out to be invalid, and all that follow it,
// for good.
func (t *Tree) Condemn(bad *Node) {
	t.condemned[bad.Hash] = true
	var order []*Node
	t.best = t.order[0]
	for _, n := range t.order {
		if t.condemned[n.Hash] || t.condemned[n.Header.Previous] {
			t.condemned[n.Hash] = true
			delete(t.nodes, n.Hash)
			continue
		}
		order = append(order, n)
		if n.Work.Cmp(t.best.Work) > 0 {
			t.best = n
		}
	}
	t.order = order
}
