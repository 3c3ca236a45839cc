package swift

import (
	"nodebook/lessons/lesson7/block"
)

// Sum is a number below 2^256, in four parts of 64 bits, the least significant first.
type Sum [4]uint64

// Plus returns s + o modulo 2^256: what goes beyond is dropped.
func (s Sum) Plus(o Sum) Sum {
	return Sum{}
}

// Minus returns s - o modulo 2^256, so that s.Plus(o).Minus(o) is s for all numbers.
func (s Sum) Minus(o Sum) Sum {
	return Sum{}
}

// Salt is a secret that each node draws for itself: whoever knows it can look for other
// coins with the same sum.
type Salt [32]byte

// Term returns what stands for a coin in a sum: the SHA-256 of the salt, the id of the
// transaction that makes the coin, and the index of the output (4 bytes, little
// endian), read as a number whose first byte is the least significant.
func Term(salt Salt, p block.OutPoint) Sum {
	return Sum{}
}
