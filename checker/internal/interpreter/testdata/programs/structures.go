package main

import (
	"container/heap"
	"container/list"
	"fmt"
	"strings"
)

type item struct {
	name string
	prio int
}

type queue []*item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].prio > q[j].prio }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*item)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

type graph map[string][]string

func (g graph) bfs(from string) (order []string) {
	seen := map[string]bool{from: true}
	for todo := []string{from}; len(todo) > 0; {
		var n string
		n, todo = todo[0], todo[1:]
		order = append(order, n)
		for _, m := range g[n] {
			if !seen[m] {
				seen[m] = true
				todo = append(todo, m)
			}
		}
	}
	return order
}

type matrix [2][2]int

func (m matrix) mul(o matrix) (r matrix) {
	for i := range m {
		for j := range m {
			for k := range m {
				r[i][j] += m[i][k] * o[k][j]
			}
		}
	}
	return
}

type visitor interface{ visit(n *node) visitor }
type node struct {
	name string
	kids []*node
}
type depth struct {
	n    int
	most *int
}

func (d depth) visit(n *node) visitor {
	*d.most = max(*d.most, d.n)
	return depth{d.n + 1, d.most}
}

func walk(v visitor, n *node) {
	if v = v.visit(n); v == nil {
		return
	}
	for _, k := range n.kids {
		walk(v, k)
	}
}

type option func(*config)
type config struct {
	name string
	tags []string
	deep struct{ on bool }
}

func named(s string) option     { return func(c *config) { c.name = s } }
func tagged(t ...string) option { return func(c *config) { c.tags = append(c.tags, t...) } }

func build(opts ...option) *config {
	c := &config{name: "default"}
	for _, o := range opts {
		o(c)
	}
	return c
}

type state interface{ next(*machine) state }
type stateFunc func(*machine) state

func (f stateFunc) next(m *machine) state { return f(m) }

type machine struct {
	in  string
	out []string
}

func start(m *machine) state {
	if m.in == "" {
		return nil
	}
	if strings.HasPrefix(m.in, " ") {
		return stateFunc(space)
	}
	return stateFunc(word)
}
func space(m *machine) state { m.in = strings.TrimLeft(m.in, " "); return stateFunc(start) }
func word(m *machine) state {
	w, rest, _ := strings.Cut(m.in, " ")
	m.out, m.in = append(m.out, w), rest
	return stateFunc(start)
}

type account struct{ balance int }

var bank = map[string]*account{}

func init() { bank["init"] = &account{1} }

func (a *account) move(to *account, n int) bool {
	if a.balance < n {
		return false
	}
	a.balance, to.balance = a.balance-n, to.balance+n
	return true
}

func main() {
	q := &queue{}
	heap.Init(q)
	for i, n := range []string{"low", "high", "mid"} {
		heap.Push(q, &item{n, []int{1, 9, 5}[i]})
	}
	for q.Len() > 0 {
		fmt.Print(heap.Pop(q).(*item).name, " ")
	}
	fmt.Println()
	g := graph{"a": {"b", "c"}, "b": {"d"}, "c": {"d", "a"}}
	fmt.Println(g.bfs("a"))
	m := matrix{{1, 1}, {1, 0}}
	r := matrix{{1, 0}, {0, 1}}
	for range 10 {
		r = r.mul(m)
	}
	fmt.Println(r, r == matrix{{89, 55}, {55, 34}})
	most := 0
	walk(depth{1, &most}, &node{"root", []*node{{"a", nil}, {"b", []*node{{"c", nil}}}}})
	fmt.Println(most)
	c := build(named("x"), tagged("a", "b"), func(c *config) { c.deep.on = true })
	fmt.Printf("%+v\n", *c)
	mc := &machine{in: "  hello big  world"}
	for s := state(stateFunc(start)); s != nil; {
		s = s.next(mc)
	}
	fmt.Printf("%q\n", mc.out)
	bank["a"], bank["b"] = &account{10}, &account{}
	fmt.Println(bank["a"].move(bank["b"], 7), bank["a"].move(bank["b"], 7), *bank["a"], *bank["b"], len(bank))
	bank["a"].balance++
	l := list.New()
	l.PushBack(1)
	l.PushFront("zero")
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value, " ")
	}
	fmt.Println()
	grid := make([][]rune, 3)
	for i := range grid {
		grid[i] = []rune(strings.Repeat(".", 4))
	}
	grid[1][2] = '#'
	for _, row := range grid {
		fmt.Println(string(row))
	}
	counts := map[string]map[string]int{}
	for _, p := range [][2]string{{"x", "a"}, {"x", "b"}, {"y", "a"}, {"x", "a"}} {
		if counts[p[0]] == nil {
			counts[p[0]] = map[string]int{}
		}
		counts[p[0]][p[1]]++
	}
	fmt.Println(counts)
	type point struct{ x, y int }
	visited := map[point]struct{}{}
	p := point{}
	for _, d := range "RRULLD" {
		switch d {
		case 'R':
			p.x++
		case 'L':
			p.x--
		case 'U':
			p.y++
		case 'D':
			p.y--
		}
		visited[p] = struct{}{}
	}
	fmt.Println(len(visited), p)
	shared := []int{1, 2, 3, 4}
	x, y := shared[:2], shared[2:]
	x = append(x, 99)
	fmt.Println(shared, x, y)
	defer func() {
		fmt.Println(recover() != nil)
	}()
	var nilMap map[string]int
	fmt.Println(nilMap["x"], len(nilMap))
	nilMap["x"]++
}
