package rules

import (
	"math/big"

	"nodebook/lessons/lesson7/block"

	"nodebook/lessons/todo"
)

// TargetOf reads a target in compact form: the highest byte of bits is a size, the
// other three are a number with a sign bit (0x800000), and the target is number *
// 256^(size-3), rounded down.
//
// Errors: [ErrBits] if the sign bit is set, and for a target of 0 or of 2^256 or
// more.
func TargetOf(bits uint32) (*big.Int, error) {
	return nil, todo.Err
}

// Work returns how many hashes it takes on average to find one that is not above
// target: 2^256 / (target + 1), rounded down. The target is 1 or more, and stays as it is.
func Work(target *big.Int) *big.Int {
	return nil
}

// CheckWork checks that the hash of h, read as a number whose last byte counts
// most, is not above the target in h.Bits, nor that target above the one in
// p.Limit.
//
// Errors: [ErrBits] for a target that is not one or is above the limit;
// [ErrWork].
func CheckWork(h block.Header, p Params) error {
	return todo.Err
}
