package chain

import "errors"

// ErrEmpty is the error of a block without transactions: it has no merkle root.
var ErrEmpty = errors.New("no transactions")

// The first byte of a label says what the label is of, so that no one can pass
// an inner node off as a transaction.
const (
	LeafPrefix  = 0x00
	InnerPrefix = 0x01
)

// Label names a node of a merkle tree.
type Label [1 + HashSize]byte // 1-byte prefix, 64-byte hash

// LeafLabel is the label of a leaf: [LeafPrefix] and the leaf's own hash.
func LeafLabel(leaf Hash) Label { return Label(append([]byte{LeafPrefix}, leaf[:]...)) }

// InnerLabel is the label above the labels of one or two children, prefixes and
// all: [InnerPrefix] and the hash of their concatenation.
func InnerLabel(children ...Label) Label {
	var b []byte
	for _, c := range children {
		b = append(b, c[:]...)
	}
	h := HashOf(b)
	return Label(append([]byte{InnerPrefix}, h[:]...))
}

// Tree is a node of a merkle tree and all below it. A leaf has no children; an
// inner node has a left child and perhaps a right one.
type Tree struct {
	Label       Label
	Left, Right *Tree
	Size        int // nodes, this one included
}

// Step is one step of the way from a leaf up to the root.
type Step struct {
	Sibling Label // the label next to ours
	Side    Side  // where the sibling is
}

// Side says where a sibling is.
type Side int

// A node without a right child hashes its left child's label alone.
const (
	Alone Side = iota // there is no sibling
	OnLeft
	OnRight
)

// Insert adds a leaf to the tree whose root is t, and brings labels and sizes of
// t and of all changed nodes up to date. The zero Tree is the empty tree. At an inner node
//
//   - without a left child, the leaf becomes the left child
//   - without a right child, the leaf becomes the right child
//   - with two children of equal size, t is full: a copy of it becomes the left
//     child, and a new inner node with the leaf as its left child becomes the right one
//   - otherwise the leaf goes into the right child
//
// A lone child is hashed alone, not twice as in Bitcoin.
func (t *Tree) Insert(leaf Hash) {
}

// NewTree is the tree of leaves, in order.
func NewTree(leaves []Hash) *Tree {
	t := &Tree{}
	for _, h := range leaves {
		t.Insert(h)
	}
	return t
}

// Path is the way from the first leaf with this hash up to t, t left out: the
// sibling at each level, the lowest first. It is nil if t has no such leaf.
func (t *Tree) Path(leaf Hash) []Step {
	return nil
}

// VerifyPath reports whether path leads from leaf to root. It needs nothing but
// its arguments: this is how a light client checks what it is told. An empty
// path proves nothing; a Side that is not one of the three is refused.
func VerifyPath(root Label, leaf Hash, path []Step) bool {
	return false
}
