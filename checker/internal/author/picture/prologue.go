package picture

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

func hypot(x, y float64) float64 { return math.Hypot(x, y) }

// prologue draws the picture of the first page.
func prologue() ([]Picture, error) {
	return []Picture{neighbours()}, nil
}

type point struct{ x, y float64 }

// mesh is a network without a middle: places, and who is joined to whom.
type mesh struct {
	at    []point
	links [][]int
}

// scatter draws n places that keep a distance from each other, and joins each to
// its three nearest.
func scatter(n int, width, height float64) mesh {
	r := rand.New(rand.NewPCG(11, 2009))
	var m mesh
	for len(m.at) < n {
		p := point{20 + r.Float64()*(width-40), 20 + r.Float64()*(height-40)}
		if !slices.ContainsFunc(m.at, func(q point) bool { return hypot(p.x-q.x, p.y-q.y) < 44 }) {
			m.at = append(m.at, p)
		}
	}
	m.links = make([][]int, n)
	for i := range m.at {
		for _, j := range m.nearest(i)[:3] {
			m.join(i, j)
		}
	}
	return m
}

// nearest are the other places in the order of their distance from place i.
func (m mesh) nearest(i int) []int {
	var order []int
	for j := range m.at {
		if j != i {
			order = append(order, j)
		}
	}
	far := func(j int) float64 { return hypot(m.at[i].x-m.at[j].x, m.at[i].y-m.at[j].y) }
	slices.SortFunc(order, func(a, b int) int { return int(1000 * (far(a) - far(b))) })
	return order
}

func (m mesh) join(i, j int) {
	if !slices.Contains(m.links[i], j) {
		m.links[i] = append(m.links[i], j)
		m.links[j] = append(m.links[j], i)
	}
}

// steps is how many links away each place is from one.
func (m mesh) steps(from int) []int {
	far := slices.Repeat([]int{-1}, len(m.at))
	far[from] = 0
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		for _, j := range m.links[queue[0]] {
			if far[j] < 0 {
				far[j] = far[queue[0]] + 1
				queue = append(queue, j)
			}
		}
	}
	return far
}

// corner is the place nearest to a point.
func (m mesh) corner(p point) int {
	best := 0
	for i, q := range m.at {
		if hypot(p.x-q.x, p.y-q.y) < hypot(p.x-m.at[best].x, p.y-m.at[best].y) {
			best = i
		}
	}
	return best
}

// neighbours is a mesh in which one node is yours, and a payment is on its way.
func neighbours() Picture {
	const height = 270
	m := scatter(30, Width, height)
	you, payer := m.corner(point{95, 190}), m.corner(point{390, 40})
	calls := m.nearest(you)[:10]
	callers := m.nearest(you)[10:12]
	heard := m.steps(payer)
	c := newCanvas(height + 96)
	for i, links := range m.links {
		for _, j := range links {
			if i < j && i != you && j != you {
				c.line(m.at[i].x, m.at[i].y, m.at[j].x, m.at[j].y, "rule")
			}
		}
	}
	for _, j := range calls {
		c.between(m.at[you], m.at[j], "1")
	}
	for _, j := range callers {
		c.between(m.at[j], m.at[you], "4")
	}
	for i, p := range m.at {
		switch {
		case i == you:
			c.circle(p.x, p.y, 9, "f1")
		case heard[i] <= 2:
			c.circle(p.x, p.y, 7, "f2")
		default:
			c.circle(p.x, p.y, 7, "plain")
		}
	}
	y := float64(height) + 20
	c.circle(26, y-5, 8, "f1")
	c.text(44, y, "", "your node:")
	c.arrow(128, y-5, 152, y-5, "1", "thick")
	c.text(160, y, "", "calls %d,", len(calls))
	c.arrow(228, y-5, 252, y-5, "4", "thick")
	c.text(260, y, "", "is called by %d", len(callers))
	n := 0
	for _, far := range heard {
		if far <= 2 {
			n++
		}
	}
	c.circle(26, y+21, 7, "f2")
	c.text(44, y+26, "", "has heard of a payment, after two hops")
	c.circle(26, y+47, 7, "plain")
	c.text(44, y+52, "", "will hear of it from a neighbour")
	return Picture{Name: "neighbours", Title: "No node is in the middle",
		Desc: fmt.Sprintf("A mesh of %d nodes, each joined to a few others and none to a centre. Your node calls %d of them and is called by %d. "+
			"A payment that was made at the far side has reached %d nodes, from neighbour to neighbour.", len(m.at), len(calls), len(callers), n),
		canvas: c}
}

// between is an arrow from the rim of one node to the rim of another.
func (c *canvas) between(from, to point, hue string) {
	dx, dy := to.x-from.x, to.y-from.y
	n := hypot(dx, dy)
	dx, dy = dx/n, dy/n
	c.arrow(from.x+9*dx, from.y+9*dy, to.x-9*dx, to.y-9*dy, hue, "thick")
}
