package main

import (
	"encoding/json"
	"fmt"
)

type pair struct{ a, b int }

func (p pair) plus(n int) int { return p.a*100 + n }

type tree struct {
	nodes []int
	left  []int
}

func (t *tree) insert() int {
	t.nodes = append(t.nodes, 7)
	t.left = append(t.left, 0)
	return len(t.nodes) - 1
}

var total int

func visit(n int) int {
	if n == 0 {
		return 1
	}
	total += visit(n - 1)
	return total
}

func decode(b []byte) (pair2, error) {
	var p pair2
	return p, json.Unmarshal(b, &p)
}

type pair2 struct{ A, B int }

func main() {
	p, err := decode([]byte(`{"A":1,"B":2}`))
	fmt.Println(p, err)

	x := 1
	set := func(n int) int { x = n; return n }
	fmt.Println(x+set(10), x)
	y := x + set(20)
	fmt.Println(y)
	y = set(30) + x
	fmt.Println(y)
	fmt.Println(x, set(40))
	s := []int{1, 2, 3}
	grow := func() int { s = append([]int{9}, s...); return s[0] }
	fmt.Println(s[0]+grow(), s[0])
	s[1] = grow()
	fmt.Println(s)
	q := pair{1, 2}
	move := func() int { q.a = 50; return 1 }
	fmt.Println(q.a+move(), q)
	q = pair{1, 2}
	fmt.Println(q, move())
	q = pair{1, 2}
	fmt.Println(q.plus(move()))
	t := &tree{nodes: []int{0}, left: []int{0}}
	for range 5 {
		t.left[0] = t.insert()
	}
	fmt.Println(t.left, len(t.nodes))
	t.left[0] += t.insert()
	fmt.Println(t.left)
	visit(4)
	fmt.Println(total)
	total = 5
	total += visit(2)
	fmt.Println(total)
	a, b := x, set(77)
	fmt.Println(a, b)
	a, b = x, set(78)
	fmt.Println(a, b)
	arr := [3]int{1, 2, 3}
	setArr := func() int { arr[0] = 9; return 1 }
	fmt.Println(arr, setArr(), arr)
	arr[0] = 1
	z := []int{arr[0], setArr(), arr[0]}
	fmt.Println(z)
	m := map[string]int{"a": 1}
	setM := func() int { m["a"] = 5; return 1 }
	fmt.Println(m["a"]+setM(), len(m))
	w := pair{x, set(99)}
	fmt.Println(w)
	str := "a"
	app := func() string { str += "b"; return str }
	fmt.Println(str + app() + str)
	bs := []byte("xyz")
	chg := func() string { bs[0] = 'Q'; return "!" }
	fmt.Println(string(bs) + chg())
	i := 0
	next := func() int { i++; return i }
	k := [5]int{}
	k[i] = next()
	fmt.Println(k)
	k[next()] = i
	fmt.Println(k)
	i, k[i] = 4, next()
	fmt.Println(i, k)
	two := func() (int, int) { i = 1; return 2, 8 }
	i, k[i] = two()
	fmt.Println(i, k)
	ip := &x
	repoint := func() int { n := 5; ip = &n; return 1 }
	fmt.Println(*ip+repoint(), *ip)
	fmt.Println(x < set(1000))
	fmt.Println(x == set(3))
	var e any = x
	chE := func() int { e = "s"; return 1 }
	fmt.Println(e, chE(), e)
	fmt.Println(float64(x)+float64(set(8)), uint8(x)+uint8(set(9)))
	fn := func() int { return 1 }
	swap := func() int { fn = func() int { return 2 }; return 10 }
	fmt.Println(fn() + swap() + fn())
	add := func(a, b int) int { return a*1000 + b }
	fmt.Println(add(x, set(5)), add(set(6), x))
	ch := make(chan int, 3)
	ch <- 1
	ch <- 2
	fmt.Println(<-ch*10 + <-ch)
	sl := []int{1, 2, 3, 4}
	cut := func() int { sl = sl[2:]; return 1 }
	fmt.Println(sl[0:cut()], len(sl)+cut(), len(sl))
	if v := x + set(11); v > x {
		fmt.Println("v", v, x)
	}
	switch x + set(12) {
	case 24:
		fmt.Println("24")
	case 23:
		fmt.Println("23")
	}
	sl = []int{1, 2, 3, 4}
	fmt.Println(append(sl, cut()))
	defer fmt.Println("deferred", x, set(13))
	x = 14
	for j := x; j < x+set(j+1)-j; j++ {
		fmt.Println("loop", j, x)
		break
	}
}
