package swift

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"nodebook/solutions/lesson7/block"
)

// Sum is a number below 2^256, in four parts of 64 bits, the least significant first.
type Sum [4]uint64

// Plus returns s + o modulo 2^256: what goes beyond is dropped.
func (s Sum) Plus(o Sum) Sum {
	// BEGIN SOLUTION
	var carry uint64
	for i := range s {
		s[i], carry = bits.Add64(s[i], o[i], carry)
	}
	return s
	// END SOLUTION
}

// Minus returns s - o modulo 2^256, so that s.Plus(o).Minus(o) is s for all numbers.
func (s Sum) Minus(o Sum) Sum {
	// BEGIN SOLUTION of Sum.Plus
	var borrow uint64
	for i := range s {
		s[i], borrow = bits.Sub64(s[i], o[i], borrow)
	}
	return s
	// END SOLUTION
}

// Salt is a secret that each node draws for itself: whoever knows it can look for other
// coins with the same sum.
type Salt [32]byte

// Term returns what stands for a coin in a sum: the SHA-256 of the salt, the id of the
// transaction that makes the coin, and the index of the output (4 bytes, little
// endian), read as a number whose first byte is the least significant.
func Term(salt Salt, p block.OutPoint) Sum {
	// BEGIN SOLUTION
	b := append(salt[:], p.TxID[:]...)
	h := sha256.Sum256(binary.LittleEndian.AppendUint32(b, p.Index))
	var s Sum
	for i := range s {
		s[i] = binary.LittleEndian.Uint64(h[8*i:])
	}
	return s
	// END SOLUTION
}
