package consensus

import (
	"errors"
	"math/big"

	"nodebook/lessons/lesson5/chain"

	"nodebook/lessons/todo"
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
	return chain.Target{}, todo.Err
}

// BitsOf is the compact form of a target: the greatest that is not above it, with
// the smallest size. The target 0 has the bits 0, which [TargetOf] refuses.
func BitsOf(t chain.Target) uint32 {
	return 0
}

// Work is how many hashes it takes on average to solve a target: 2^512 divided
// by the target plus one, rounded down.
func Work(t chain.Target) *big.Int {
	return nil
}

// Retarget is the difficulty after a window of blocks that took spent seconds
// and should have taken want: the old target times spent / want, rounded down, and
// never above the target of easiest. A spent below want/4 (rounded down, but at
// least 1) counts as that, and one above 4*want as 4*want, so that one window
// changes the difficulty by no more than about 4 times. A target that would become 0
// stays as it was. Neither bits nor easiest is ever one that [TargetOf] refuses; want is above 0.
func Retarget(bits uint32, spent, want int64, easiest uint32) uint32 {
	return 0
}
