package slices

import (
	std "cmp"
	"iter"
)

// Sort is slices.Sort.
func Sort[S ~[]E, E std.Ordered](x S) { SortStableFunc(x, order[E]) }

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
func IsSorted[S ~[]E, E std.Ordered](x S) bool { return IsSortedFunc(x, order[E]) }

// IsSortedFunc is slices.IsSortedFunc.
func IsSortedFunc[S ~[]E, E any](x S, cmp func(a, b E) int) bool {
	for i := len(x) - 1; i > 0; i-- {
		if cmp(x[i], x[i-1]) < 0 {
			return false
		}
	}
	return true
}

// All is slices.All.
func All[S ~[]E, E any](s S) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i, v := range s {
			if !yield(i, v) {
				return
			}
		}
	}
}

// Backward is slices.Backward.
func Backward[S ~[]E, E any](s S) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i := len(s) - 1; i >= 0; i-- {
			if !yield(i, s[i]) {
				return
			}
		}
	}
}

// Values is slices.Values.
func Values[S ~[]E, E any](s S) iter.Seq[E] {
	return func(yield func(E) bool) {
		for _, v := range s {
			if !yield(v) {
				return
			}
		}
	}
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

// Chunk is slices.Chunk.
func Chunk[S ~[]E, E any](s S, n int) iter.Seq[S] {
	if n < 1 {
		panic("cannot be less than 1")
	}
	return func(yield func(S) bool) {
		for i := 0; i < len(s); i += n {
			end := min(n, len(s)-i) + i
			if !yield(s[i:end:end]) {
				return
			}
		}
	}
}
