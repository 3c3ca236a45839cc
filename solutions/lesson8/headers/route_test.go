package headers_test

import (
	"fmt"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson8/headers"
)

// grow makes n nodes after one.
func grow(n *headers.Node, count int) []*headers.Node {
	var nodes []*headers.Node
	for range count {
		n = &headers.Node{Height: n.Height + 1, Parent: n}
		nodes = append(nodes, n)
	}
	return nodes
}

func names(nodes []*headers.Node, of map[*headers.Node]string) string {
	var list []string
	for _, n := range nodes {
		list = append(list, of[n])
	}
	return expect.List(list)
}

func TestRoute(t *testing.T) {
	d := draw.From(t)
	root := &headers.Node{}
	trunk := grow(root, d.Between(1, 5))
	foot := trunk[len(trunk)-1]
	for _, tt := range [][2]int{{3, 5}, {5, 3}, {0, 0}, {0, 4}, {4, 0}, {1, 1}, {d.Between(1, 9), d.Between(1, 9)}} {
		a, b := grow(foot, tt[0]), grow(foot, tt[1])
		of := map[*headers.Node]string{root: "block 0"}
		for i, n := range trunk {
			of[n] = fmt.Sprintf("trunk%d", i+1)
		}
		var down, up []string
		for i, n := range a {
			of[n] = fmt.Sprintf("a%d", i+1)
			down = append([]string{of[n]}, down...)
		}
		for i, n := range b {
			of[n] = fmt.Sprintf("b%d", i+1)
			up = append(up, of[n])
		}
		from, to := append([]*headers.Node{foot}, a...)[tt[0]], append([]*headers.Node{foot}, b...)[tt[1]]
		try := expect.Tried(t, "Route(from, to), where from is %d and to is %d blocks above the fork", tt[0], tt[1])
		gotDown, gotUp := headers.Route(from, to)
		try.Why("blocks are undone from the tip down; the block at the fork stays")
		try.Shows("down", names(gotDown, of), expect.List(down))
		try.Why("blocks are connected in the order of their heights; the block at the fork is there already")
		try.Shows("up", names(gotUp, of), expect.List(up))
	}
}
