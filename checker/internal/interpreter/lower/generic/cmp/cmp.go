// Package cmp holds the functions of the standard library's cmp, written for
// the interpreter.
package cmp

import std "cmp"

// Compare is cmp.Compare.
func Compare[T std.Ordered](x, y T) int {
	xNaN, yNaN := x != x, y != y
	switch {
	case xNaN && yNaN:
		return 0
	case xNaN || x < y:
		return -1
	case yNaN || x > y:
		return 1
	}
	return 0
}

// Less is cmp.Less.
func Less[T std.Ordered](x, y T) bool { return x != x && y == y || x < y }

// Or is cmp.Or.
func Or[T comparable](vals ...T) T {
	var zero T
	for _, v := range vals {
		if v != zero {
			return v
		}
	}
	return zero
}
