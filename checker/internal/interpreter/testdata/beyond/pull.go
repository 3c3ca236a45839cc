// beyond: uses iter.Pull, a function with type parameters from a compiled package
package main

import (
	"iter"
	"slices"
)

func main() {
	next, stop := iter.Pull(slices.Values([]int{1}))
	defer stop()
	next()
}
