package headers

import (
	"errors"
	"math/big"

	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"

	"nodebook/lessons/todo"
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
	return 0, todo.Err
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
