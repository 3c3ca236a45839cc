package slices

import (
	std "cmp"
	"iter"
)

// Sort is slices.Sort.
func Sort[S ~[]E, E std.Ordered](x S) { SortStableFunc(x, std.Compare[E]) }

// SortFunc is slices.SortFunc. Equal elements stay in order, which it does not
// promise.
func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int) { SortStableFunc(x, cmp) }

// SortStableFunc is slices.SortStableFunc.
func SortStableFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	merge(x, make([]E, len(x)), cmp)
}

// merge sorts x by halves; room is as long as x.
func merge[E any](x, room []E, cmp func(a, b E) int) {
	if len(x) < 2 {
		return
	}
	mid := len(x) / 2
	merge(x[:mid], room[:mid], cmp)
	merge(x[mid:], room[mid:], cmp)
	if cmp(x[mid], x[mid-1]) >= 0 {
		return
	}
	copy(room, x)
	i, j := 0, mid
	for k := range x {
		if j >= len(x) || i < mid && cmp(room[j], room[i]) >= 0 {
			x[k] = room[i]
			i++
		} else {
			x[k] = room[j]
			j++
		}
	}
}

// IsSorted is slices.IsSorted.
func IsSorted[S ~[]E, E std.Ordered](x S) bool { return IsSortedFunc(x, std.Compare[E]) }

// IsSortedFunc is slices.IsSortedFunc.
func IsSortedFunc[S ~[]E, E any](x S, cmp func(a, b E) int) bool {
	for i := len(x) - 1; i > 0; i-- {
		if cmp(x[i], x[i-1]) < 0 {
			return false
		}
	}
	return true
}

// AppendSeq is slices.AppendSeq.
func AppendSeq[S ~[]E, E any](s S, seq iter.Seq[E]) S {
	seq(func(v E) bool {
		s = append(s, v)
		return true
	})
	return s
}

// Collect is slices.Collect.
func Collect[E any](seq iter.Seq[E]) []E {
	var s []E
	return AppendSeq(s, seq)
}

// Sorted is slices.Sorted.
func Sorted[E std.Ordered](seq iter.Seq[E]) []E {
	s := Collect(seq)
	Sort(s)
	return s
}

// SortedFunc is slices.SortedFunc.
func SortedFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	s := Collect(seq)
	SortStableFunc(s, cmp)
	return s
}

// SortedStableFunc is slices.SortedStableFunc.
func SortedStableFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	return SortedFunc(seq, cmp)
}

// Compare is slices.Compare.
func Compare[S ~[]E, E std.Ordered](s1, s2 S) int {
	return CompareFunc(s1, s2, std.Compare[E])
}

// CompareFunc is slices.CompareFunc.
func CompareFunc[S1 ~[]E1, S2 ~[]E2, E1, E2 any](s1 S1, s2 S2, cmp func(E1, E2) int) int {
	for i := range s1 {
		if i >= len(s2) {
			return 1
		}
		if c := cmp(s1[i], s2[i]); c != 0 {
			return c
		}
	}
	if len(s1) < len(s2) {
		return -1
	}
	return 0
}

// BinarySearch is slices.BinarySearch.
func BinarySearch[S ~[]E, E std.Ordered](x S, target E) (int, bool) {
	return BinarySearchFunc(x, target, std.Compare[E])
}

// BinarySearchFunc is slices.BinarySearchFunc.
func BinarySearchFunc[S ~[]E, E, T any](x S, target T, cmp func(E, T) int) (int, bool) {
	lo, hi := 0, len(x)
	for lo < hi {
		mid := (lo + hi) / 2
		if cmp(x[mid], target) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(x) && cmp(x[lo], target) == 0
}
