package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

type number interface {
	~int | ~int64 | ~float64
}

func sum[T number](xs ...T) (t T) {
	for _, x := range xs {
		t += x
	}
	return t
}

func mapped[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func filter[S ~[]E, E any](s S, ok func(E) bool) S {
	var out S
	for _, e := range s {
		if ok(e) {
			out = append(out, e)
		}
	}
	return out
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(x T) { s.items = append(s.items, x) }

var errEmpty = errors.New("empty")

func (s *stack[T]) pop() (T, error) {
	var zero T
	if len(s.items) == 0 {
		return zero, errEmpty
	}
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, nil
}

type pair[K comparable, V any] struct {
	Key   K
	Value V
}

func (p pair[K, V]) String() string { return fmt.Sprintf("%v=%v", p.Key, p.Value) }

type list[T any] struct {
	head *node[T]
	size int
}

type node[T any] struct {
	value T
	next  *node[T]
}

func (l *list[T]) add(v T) *list[T] {
	l.head = &node[T]{v, l.head}
	l.size++
	return l
}

func (l *list[T]) each(f func(T)) {
	for n := l.head; n != nil; n = n.next {
		f(n.value)
	}
}

type tree[K cmp.Ordered, V any] struct {
	left, right *tree[K, V]
	key         K
	value       V
}

func (t *tree[K, V]) put(k K, v V) *tree[K, V] {
	if t == nil {
		return &tree[K, V]{key: k, value: v}
	}
	switch c := cmp.Compare(k, t.key); {
	case c < 0:
		t.left = t.left.put(k, v)
	case c > 0:
		t.right = t.right.put(k, v)
	default:
		t.value = v
	}
	return t
}

func (t *tree[K, V]) walk(f func(K, V)) {
	if t != nil {
		t.left.walk(f)
		f(t.key, t.value)
		t.right.walk(f)
	}
}

type celsius float64
type ids []int

type set[T comparable] map[T]struct{}

func (s set[T]) add(xs ...T) set[T] {
	for _, x := range xs {
		s[x] = struct{}{}
	}
	return s
}

type shower interface{ show() string }
type cat struct{ name string }

func (c cat) show() string { return "cat " + c.name }

func showAll[T shower](xs []T) string {
	return strings.Join(mapped(xs, func(x T) string { return x.show() }), ", ")
}

func ptr[T any](v T) *T { return &v }

func reduce[T, A any](xs []T, a A, f func(A, T) A) A {
	for _, x := range xs {
		a = f(a, x)
	}
	return a
}

func kind[T any](v T) string {
	switch any(v).(type) {
	case int:
		return "int"
	case string:
		return "string"
	case celsius:
		return "celsius"
	}
	return "other"
}

func main() {
	fmt.Println(sum(1, 2, 3), sum(1.5, 2.5), sum[celsius](1, 2), sum[int]())
	fmt.Println(mapped([]int{1, 2, 3}, func(i int) string { return strings.Repeat("x", i) }))
	evens := filter(ids{1, 2, 3, 4}, func(i int) bool { return i%2 == 0 })
	fmt.Printf("%v %d\n", evens, len(evens))
	var s stack[string]
	s.push("a")
	s.push("b")
	fmt.Println(s.pop())
	fmt.Println(s.pop())
	fmt.Println(s.pop())
	fmt.Println(pair[string, int]{"a", 1}, pair[int, []int]{1, []int{2}})
	l := (&list[int]{}).add(1).add(2).add(3)
	l.each(func(i int) { fmt.Print(i, " ") })
	fmt.Println(l.size)
	var t *tree[string, int]
	for i, w := range strings.Fields("the quick brown fox jumps over the lazy dog") {
		t = t.put(w, i)
	}
	t.walk(func(k string, v int) { fmt.Print(k, ":", v, " ") })
	fmt.Println()
	fmt.Println(len(set[string]{}.add("a", "b", "a")), showAll([]cat{{"tom"}, {"kit"}}))
	p := ptr(5)
	*p++
	fmt.Println(*p, *ptr("s"))
	fmt.Println(reduce([]string{"a", "bb"}, 0, func(n int, s string) int { return n + len(s) }))
	fmt.Println(kind(1), kind("s"), kind(celsius(1)), kind(1.5))
	fmt.Println(max(celsius(3), 2), min("b", "a", "c"))
}
