package consensus

import (
	"errors"
	"fmt"
	"math/big"

	"nodebook/solutions/lesson5/chain"
)

// ErrBits is the error of bits that are not a target in compact form.
var ErrBits = errors.New("no target")

// TargetOf reads a compact target, the form in which a header of this lesson carries it:
// the highest byte of bits is a size, the other three are a number, and the
// target is number * 256^(size-3), as in Bitcoin's headers.
//
// Errors: [ErrBits] for a number of 0 or above 0x7fffff (Bitcoin's sign bit), and
// for a target of 2^512 or more or below 1.
func TargetOf(bits uint32) (chain.Target, error) {
	// BEGIN SOLUTION
	size, number := int(bits>>24), bits&0xffffff
	if number == 0 || number > 0x7fffff {
		return chain.Target{}, fmt.Errorf("bits %08x: %w", bits, ErrBits)
	}
	n := big.NewInt(int64(number))
	if size >= 3 {
		n.Lsh(n, uint(8*(size-3)))
	} else {
		n.Rsh(n, uint(8*(3-size)))
	}
	if n.Sign() == 0 || n.BitLen() > 8*chain.HashSize {
		return chain.Target{}, fmt.Errorf("bits %08x: %w", bits, ErrBits)
	}
	var t chain.Target
	n.FillBytes(t[:])
	return t, nil
	// END SOLUTION
}

// BitsOf is the compact form of a target: the greatest that is not above it, with
// the smallest size. The target 0 has the bits 0, which [TargetOf] refuses.
func BitsOf(t chain.Target) uint32 {
	// BEGIN SOLUTION
	n := new(big.Int).SetBytes(t[:])
	size := (n.BitLen() + 7) / 8
	if size < 3 {
		n.Lsh(n, uint(8*(3-size)))
	} else {
		n.Rsh(n, uint(8*(size-3)))
	}
	number := uint32(n.Uint64())
	if number > 0x7fffff { // the highest bit is taken: one byte more
		number >>= 8
		size++
	}
	if number == 0 {
		return 0
	}
	return uint32(size)<<24 | number
	// END SOLUTION
}

// Work is how many hashes it takes on average to solve a target: 2^512 divided
// by the target plus one, rounded down.
func Work(t chain.Target) *big.Int {
	// BEGIN SOLUTION
	n := new(big.Int).SetBytes(t[:])
	n.Add(n, big.NewInt(1))
	return n.Div(new(big.Int).Lsh(big.NewInt(1), 8*chain.HashSize), n)
	// END SOLUTION
}

// Retarget is the difficulty after a window of blocks that took spent seconds
// and should have taken want: the old target times spent / want, rounded down, and
// never above the target of easiest. A spent below want/4 (rounded down, but at
// least 1) counts as that, and one above 4*want as 4*want, so that one window
// changes the difficulty by no more than about 4 times. A target that would become 0
// stays as it was. Neither bits nor easiest is ever one that [TargetOf] refuses; want is above 0.
func Retarget(bits uint32, spent, want int64, easiest uint32) uint32 {
	// BEGIN SOLUTION
	// UNTESTED "Neither bits nor easiest": it says what a caller does not do.
	old, err := TargetOf(bits)
	if err != nil {
		return easiest
	}
	limit, err := TargetOf(easiest)
	if err != nil {
		return easiest
	}
	spent = max(1, want/4, min(want*4, spent))
	n := new(big.Int).SetBytes(old[:])
	n.Mul(n, big.NewInt(spent))
	n.Div(n, big.NewInt(want))
	if n.Cmp(new(big.Int).SetBytes(limit[:])) > 0 {
		return easiest
	}
	var t chain.Target
	n.FillBytes(t[:])
	if b := BitsOf(t); b != 0 {
		return b
	}
	return bits
	// END SOLUTION
}
