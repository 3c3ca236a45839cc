package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Print("[end] ")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs(s string) iter.Seq2[int, rune] {
	return func(yield func(int, rune) bool) {
		for i, r := range s {
			if !yield(i, r) {
				return
			}
		}
	}
}

func find(n, want int) (int, bool) {
	for i := range count(n) {
		if i == want {
			return i * 10, true
		}
	}
	return -1, false
}

type tree struct {
	left, right *tree
	v           int
}

func (t *tree) all() iter.Seq[int] {
	return func(yield func(int) bool) { t.push(yield) }
}

func (t *tree) push(yield func(int) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.v) && t.right.push(yield)
}

func filter[V any](seq iter.Seq[V], ok func(V) bool) iter.Seq[V] {
	return func(yield func(V) bool) {
		for v := range seq {
			if ok(v) && !yield(v) {
				return
			}
		}
	}
}

func forever(yield func(int) bool) {
	for i := 0; ; i++ {
		if !yield(i) {
			return
		}
	}
}

func main() {
	for i := range count(3) {
		fmt.Print(i, " ")
	}
	fmt.Println()
	for i := range count(10) {
		if i == 1 {
			continue
		}
		if i == 3 {
			break
		}
		fmt.Print(i, " ")
	}
	fmt.Println()
	fmt.Println(find(5, 3))
	fmt.Println(find(2, 3))
	for i, r := range pairs("aß語") {
		fmt.Print(i, string(r), " ")
	}
	fmt.Println()
	t := &tree{&tree{nil, nil, 1}, &tree{nil, nil, 3}, 2}
	for v := range t.all() {
		fmt.Print(v, " ")
		if v == 2 {
			break
		}
	}
	fmt.Println()
outer:
	for i := range count(3) {
		for j := range count(3) {
			if j == 2 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			fmt.Print(i, j, " ")
		}
	}
	fmt.Println()
	for v := range filter(forever, func(i int) bool { return i%7 == 0 }) {
		if v > 21 {
			break
		}
		fmt.Print(v, " ")
	}
	fmt.Println()
	fmt.Println(slices.Collect(filter(slices.Values([]int{1, 2, 3, 4}), func(i int) bool { return i > 2 })))
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	fmt.Println(slices.Sorted(maps.Keys(m)), slices.Sorted(maps.Values(m)))
	for i, v := range slices.Backward([]string{"x", "y"}) {
		fmt.Print(i, v, " ")
	}
	fmt.Println()
	var funcs []func() int
	for i := range forever {
		if i == 3 {
			break
		}
		funcs = append(funcs, func() int { i *= 2; return i })
	}
	for _, f := range funcs {
		fmt.Print(f(), f(), " ")
	}
	fmt.Println()
	n := 0
	for range count(4) {
		n++
	}
	fmt.Println(n)
}
