package headers

import "slices"

// Route returns the way from one node of a tree to another: first the nodes to leave,
// from the first one down, then those to enter, in the order of their heights. The
// node at which the branches meet is in neither; between a node and itself both are
// empty.
func Route(from, to *Node) (down, up []*Node) {
	// BEGIN SOLUTION
	for from != to {
		if from.Height >= to.Height {
			down = append(down, from)
			from = from.Parent
		} else {
			up = append(up, to)
			to = to.Parent
		}
	}
	slices.Reverse(up)
	return down, up
	// END SOLUTION
}
