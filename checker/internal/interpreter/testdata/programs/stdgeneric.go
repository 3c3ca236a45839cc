package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

type peer struct {
	name string
	ping int
}

type names []string

func main() {
	xs := []int{3, 1, 2}
	slices.Sort(xs)
	fmt.Println(xs, slices.Contains(xs, 2), slices.Index(xs, 3), slices.Max(xs), slices.Min(xs))
	peers := []peer{{"c", 3}, {"a", 9}, {"b", 3}}
	slices.SortFunc(peers, func(a, b peer) int {
		return cmp.Or(cmp.Compare(a.ping, b.ping), strings.Compare(a.name, b.name))
	})
	fmt.Println(peers)
	i, ok := slices.BinarySearchFunc(peers, 9, func(p peer, want int) int { return p.ping - want })
	fmt.Println(i, ok, slices.IndexFunc(peers, func(p peer) bool { return p.name == "b" }))
	fmt.Println(slices.Equal(xs, []int{1, 2, 3}), slices.Compact([]int{1, 1, 2, 2, 1}))
	ys := slices.Clone(xs)
	slices.Reverse(ys)
	fmt.Println(xs, ys, slices.Insert(ys, 1, 8, 9), slices.Delete([]int{0, 1, 2, 3}, 1, 3))
	fmt.Println(slices.ContainsFunc(xs, func(x int) bool { return x > 2 }), slices.Concat(xs, ys), slices.Repeat(xs, 2))
	n := names{"b", "a"}
	slices.Sort(n)
	fmt.Printf("%v %T\n", []string(n), []string(n))
	i, ok = slices.BinarySearch(n, "b")
	fmt.Println(i, ok, slices.IsSorted(n), slices.Compare(n, names{"a", "c"}))
	fs := []float64{2, math.NaN(), 1}
	slices.Sort(fs)
	fmt.Println(fs, slices.IsSorted(fs), slices.IsSorted([]float64{1, math.NaN()}))
	m := map[string]int{"a": 1, "b": 2}
	c := maps.Clone(m)
	c["z"] = 26
	fmt.Println(len(m), len(c), maps.Equal(m, c))
	maps.DeleteFunc(c, func(k string, v int) bool { return v < 2 })
	fmt.Println(slices.Sorted(maps.Keys(c)))
	maps.Copy(m, c)
	fmt.Println(m)
	for c := range slices.Chunk([]int{1, 2, 3, 4, 5}, 2) {
		fmt.Print(c)
	}
	fmt.Println()
	fmt.Println(slices.MaxFunc(peers, func(a, b peer) int { return cmp.Compare(a.ping, b.ping) }))
	fmt.Println(cmp.Compare("a", "b"), cmp.Less(2, 1), cmp.Or("", "x", "y"), slices.Compare([]int{1, 2}, []int{1, 3}))
	fmt.Println(slices.SortedFunc(maps.Keys(m), func(a, b string) int { return strings.Compare(b, a) }))
	for part := range strings.SplitSeq("a,b,c", ",") {
		fmt.Print(part, ";")
	}
	for f := range strings.FieldsSeq("  x  y ") {
		fmt.Print(f, ";")
	}
	fmt.Println()
	before, after, found := strings.Cut("key=value", "=")
	fmt.Println(before, after, found)
}
