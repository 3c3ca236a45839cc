package chain_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
)

// labelled fills in a tree by hand; sizes too.
func inner(left, right *chain.Tree) *chain.Tree {
	if right == nil {
		return &chain.Tree{Label: label(1, left.Label), Left: left, Size: 1 + left.Size}
	}
	return &chain.Tree{Label: label(1, left.Label, right.Label), Left: left, Right: right, Size: 1 + left.Size + right.Size}
}

func leaf(h chain.Hash) *chain.Tree {
	return &chain.Tree{Label: chain.Label(append([]byte{0}, h[:]...)), Size: 1}
}

func sameTree(a, b *chain.Tree) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Label == b.Label && a.Size == b.Size && sameTree(a.Left, b.Left) && sameTree(a.Right, b.Right)
}

// shape draws a tree in one line: sizes, children in brackets.
func shape(t *chain.Tree) string {
	switch {
	case t == nil:
		return "-"
	case t.Left == nil && t.Right == nil:
		return strconv.Itoa(t.Size)
	}
	return strconv.Itoa(t.Size) + "(" + shape(t.Left) + " " + shape(t.Right) + ")"
}

// places is a shape without its sizes.
func places(shape string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, shape)
}

func TestTree_Insert(t *testing.T) {
	h := hashes(draw.From(t), 7)
	l := func(i int) *chain.Tree { return leaf(h[i]) }
	pair := func(i int) *chain.Tree { return inner(l(i), l(i+1)) }
	four := inner(pair(0), pair(2))
	want := []*chain.Tree{
		inner(l(0), nil),
		pair(0),
		inner(pair(0), inner(l(2), nil)),
		four,
		inner(four, inner(l(4), nil)),
		inner(four, pair(4)),
		inner(four, inner(pair(4), inner(l(6), nil))),
	}
	const (
		right = "an inner node without a right child takes the leaf itself, with no inner node in between"
		full  = "two children of equal size: the tree is full, and becomes the left child of the new root"
		goOn  = "two children of different size: the left one is full, so that the leaf goes into the right one"
	)
	why := []string{"the root is an inner node, whose left child the first leaf becomes", right, full, goOn, full, goOn, goOn}
	got := &chain.Tree{}
	for i := range h {
		try := expect.Tried(t, "Insert of leaf %d into a tree of %d leaves; a shape has each node's size, and its left and right child in brackets", i+1, i)
		try.Why("%s", why[i])
		got.Insert(h[i])
		if sized := shape(got); sized != shape(want[i]) && places(sized) == places(shape(want[i])) {
			try.Why("a size counts the node and all nodes below it, so that it grows with each leaf that comes in below")
		}
		try.Shows("shape", shape(got), shape(want[i]))
		try.Why("a label is the hash of its children's labels, a lone child's taken once, and changes with each label below it")
		try.Bytes("root label", got.Label[:], want[i].Label[:], expect.Field{Name: "prefix", Size: 1}, expect.Field{Name: "hash", Size: 64})
		try.True(sameTree(got, want[i]), "a wrong label below the root", "every label and size brought up to date")
	}
}

func TestTree_Insert_vectors(t *testing.T) {
	got := &chain.Tree{}
	for i, want := range toycoin.Hex("merkle.txt") {
		got.Insert(sum(strconv.Itoa(i)))
		try := expect.Tried(t, "Insert of the hashes of \"0\" to %q, the root another implementation found", strconv.Itoa(i))
		try.Why("nodes whose trees differ do not accept each other's blocks")
		try.Bytes("root label", got.Label[:], want, expect.Field{Name: "prefix", Size: 1}, expect.Field{Name: "hash", Size: 64})
	}
}

func TestTree_Insert_many(t *testing.T) {
	h := hashes(draw.From(t), 200)
	got := &chain.Tree{}
	for i := range h {
		got.Insert(h[i])
		try := expect.Tried(t, "Insert of %d leaves", i+1)
		try.Why("the left child of a node is full: the leaves in it are a power of two")
		try.True(got.Label == root(h[:i+1], true), "a wrong root", "the root of a tree whose left child holds the greatest power of two of leaves below their number")
	}
}

// steps is the path of leaf i by hand.
func steps(h []chain.Hash, i int, alone bool) []chain.Step {
	n := len(h)
	if n == 1 {
		if alone {
			return []chain.Step{{Side: chain.Alone}}
		}
		return nil
	}
	half := 1
	for half*2 < n {
		half *= 2
	}
	if i < half {
		return append(steps(h[:half], i, false), chain.Step{Sibling: root(h[half:], n > 2), Side: chain.OnRight})
	}
	return append(steps(h[half:], i-half, n > 2), chain.Step{Sibling: root(h[:half], false), Side: chain.OnLeft})
}

// tree is the tree of h made by hand, not by Insert.
func tree(h []chain.Hash, alone bool) *chain.Tree {
	n := len(h)
	if n == 1 {
		if alone {
			return inner(leaf(h[0]), nil)
		}
		return leaf(h[0])
	}
	half := 1
	for half*2 < n {
		half *= 2
	}
	return inner(tree(h[:half], false), tree(h[half:], n > 2))
}

func TestTree_Path(t *testing.T) {
	d := draw.From(t)
	for n := 1; n <= 11; n++ {
		h := hashes(d, n)
		first := tree(h, true).Path(h[0])
		for i := range h {
			try := expect.Tried(t, "Path of leaf %d of a tree of %d", i+1, n)
			try.Why("the siblings on the way up, the lowest first; where a node has one child, a step that is Alone")
			got, want := tree(h, true).Path(h[i]), steps(h, i, true)
			try.Equal("number of steps", len(got), len(want))
			for j := range got {
				try.Equal("side of step "+strconv.Itoa(j), got[j].Side, want[j].Side)
				if want[j].Side != chain.Alone {
					try.Bytes("sibling of step "+strconv.Itoa(j), got[j].Sibling[:], want[j].Sibling[:])
				}
			}
		}
		try := expect.Tried(t, "Path of leaf 1 of a tree of %d, and then of each leaf; the steps of the first path afterwards", n)
		try.Why("a caller keeps a path to prove its leaf later: the next call must not write into its slice")
		try.True(slices.Equal(first, steps(h, 0, true)), "other steps", "the steps as they were")
	}
}

func TestTree_Path_absent(t *testing.T) {
	d := draw.From(t)
	h := hashes(d, 6)
	w := tree(h, true)
	try := expect.Tried(t, "Path of a hash that is not a leaf").Why("a leaf that is not in the tree has no path")
	try.True(w.Path(chain.Hash(d.Bytes(64))) == nil, "a path", "nil")
	try = expect.Tried(t, "Path of the hash in an inner node's label").Why("an inner node is not a leaf: the prefix of its label tells them apart")
	try.True(w.Path(chain.Hash(w.Left.Label[1:])) == nil, "a path", "nil")
	try = expect.Tried(t, "Path in the empty tree").Why("a leaf that is not in the tree has no path")
	try.True((&chain.Tree{}).Path(h[0]) == nil, "a path", "nil")
	same := []chain.Hash{h[0], h[1], h[1], h[1], h[2]}
	try = expect.Tried(t, "Path of a hash that three leaves have").Why("it is the first one's")
	try.Equal("path", tree(same, true).Path(h[1]), steps(same, 1, true))
}

func TestVerifyPath(t *testing.T) {
	d := draw.From(t)
	for n := 1; n <= 11; n++ {
		h := hashes(d, n)
		for i := range h {
			try := expect.Tried(t, "VerifyPath of the path of leaf %d of %d", i+1, n)
			try.Why("each step hashes what we have with its sibling, which comes first if it is on the left, and the last hash is the root")
			try.True(chain.VerifyPath(root(h, true), h[i], steps(h, i, true)), "false", "true")
			try = expect.Tried(t, "VerifyPath of no steps, with the root and the leaf %d of %d of a right path that it has seen", i+1, n)
			try.Why("the answer depends on the arguments alone: what was proven in an earlier call proves nothing in this one")
			try.True(!chain.VerifyPath(root(h, true), h[i], nil), "true", "false")
			try = expect.Tried(t, "VerifyPath of the path of leaf %d of %d under another root", i+1, n)
			try.Why("a path proves a leaf under one root alone")
			try.True(!chain.VerifyPath(root(append(h[:n:n], h[0]), true), h[i], steps(h, i, true)), "true", "false")
		}
	}
}

func TestVerifyPath_refuses(t *testing.T) {
	d := draw.From(t)
	h := hashes(d, 7)
	r := root(h, true)
	changed := func(i int, f func(p []chain.Step) []chain.Step) []chain.Step { return f(steps(h, i, true)) }
	bare := chain.Label(append([]byte{0}, h[0][:]...))
	two := root(h[:2], false)
	type refusal struct {
		name string
		root chain.Label
		leaf chain.Hash
		path []chain.Step
		why  string
	}
	for i := range h {
		try := expect.Tried(t, "VerifyPath of the path of leaf %d of %d", i+1, len(h))
		try.Why("each step hashes what we have with its sibling, which comes first if it is on the left, and the last hash is the root")
		try.True(chain.VerifyPath(r, h[i], steps(h, i, true)), "false", "true")
	}
	tests := []refusal{
		{"the path of another leaf", r, h[1], steps(h, 0, true), "a path proves its own leaf"},
		{"no steps, the leaf's label for a root", bare, h[0], nil, "an empty path proves nothing"},
		{"a sibling changed", r, h[2], changed(2, func(p []chain.Step) []chain.Step { p[1].Sibling[d.Between(0, 64)] ^= 1; return p }), "every sibling counts, prefix and all"},
		{"left and right swapped", r, h[2], changed(2, func(p []chain.Step) []chain.Step { p[0].Side = chain.OnLeft; return p }), "order matters under a hash"},
		{"the last step missing", r, h[3], changed(3, func(p []chain.Step) []chain.Step { return p[:len(p)-1] }), "the path must end at the root"},
		{"a step too many", r, h[3], changed(3, func(p []chain.Step) []chain.Step { return append(p, chain.Step{Side: chain.Alone}) }), "the path must end at the root"},
		{"an inner node passed off as a leaf", r, chain.Hash(two[1:]), steps(h, 0, true)[1:], "leaves and inner nodes differ in their prefix, or two transactions' hashes could pose as one"},
	}
	for _, side := range []chain.Side{3, -1, chain.Side(d.Between(4, 1000))} {
		for _, as := range []struct {
			what string
			root chain.Label
		}{{"Alone", label(1, bare)}, {"OnLeft", label(1, r, bare)}, {"OnRight", label(1, bare, r)}, {"no step", bare}} {
			tests = append(tests, refusal{fmt.Sprintf("an unknown side %d, where %s would prove it", side, as.what), as.root, h[0],
				[]chain.Step{{Sibling: r, Side: side}}, "a side that is none of the three is refused"})
		}
	}
	for _, tt := range tests {
		try := expect.Tried(t, "VerifyPath with %s, after right paths of the same tree", tt.name).Why("%s", tt.why)
		try.True(!chain.VerifyPath(tt.root, tt.leaf, tt.path), "true", "false")
	}
}

func TestVerifyPath_random(t *testing.T) {
	d := draw.From(t)
	for range 16 {
		h := hashes(d, d.Between(2, 9))
		i := d.IntN(len(h))
		leaf, path := h[i], steps(h, i, true)
		name, why, right := "", "each step hashes what we have with its sibling, which comes first if it is on the left, and the last hash is the root", false
		switch d.IntN(4) {
		case 0:
			name, why, leaf = ", for another leaf", "a path proves its own leaf", h[(i+1)%len(h)]
		case 1:
			name, why = ", without its first step", "every step counts"
			path = path[1:]
		default:
			right = true
		}
		try := expect.Tried(t, "VerifyPath of the path of leaf %d of %d%s", i+1, len(h), name).Why("%s", why)
		try.True(chain.VerifyPath(root(h, true), leaf, path) == right, strconv.FormatBool(!right), strconv.FormatBool(right))
	}
}
