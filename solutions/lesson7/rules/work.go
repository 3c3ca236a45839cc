package rules

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"

	"nodebook/solutions/lesson7/block"
)

// TargetOf reads a target in compact form: the highest byte of bits is a size, the
// other three are a number with a sign bit (0x800000), and the target is number *
// 256^(size-3), rounded down.
//
// Errors: [ErrBits] if the sign bit is set, and for a target of 0 or of 2^256 or
// more.
func TargetOf(bits uint32) (*big.Int, error) {
	// BEGIN SOLUTION of CheckWork
	size, number := int(bits>>24), int64(bits&0x7fffff)
	if bits&0x800000 != 0 {
		return nil, fmt.Errorf("bits %08x: %w: sign bit set", bits, ErrBits)
	}
	target := big.NewInt(number)
	if size >= 3 {
		target.Lsh(target, uint(8*(size-3)))
	} else {
		target.Rsh(target, uint(8*(3-size)))
	}
	if target.Sign() == 0 || target.BitLen() > 256 {
		return nil, fmt.Errorf("bits %08x: %w: want 1 to 256 bits, got %d", bits, ErrBits, target.BitLen())
	}
	return target, nil
	// END SOLUTION
}

// Work returns how many hashes it takes on average to find one that is not above
// target: 2^256 / (target + 1), rounded down. The target is 1 or more, and stays as it is.
func Work(target *big.Int) *big.Int {
	// BEGIN SOLUTION of CheckWork
	all := new(big.Int).Lsh(big.NewInt(1), 256)
	return all.Div(all, new(big.Int).Add(target, big.NewInt(1)))
	// END SOLUTION
}

// CheckWork checks that the hash of h, read as a number whose last byte counts
// most, is not above the target in h.Bits, nor that target above the one in
// p.Limit.
//
// Errors: [ErrBits] for a target that is not one or is above the limit;
// [ErrWork].
func CheckWork(h block.Header, p Params) error {
	// BEGIN SOLUTION
	target, err := TargetOf(h.Bits)
	if err != nil {
		return err
	}
	if h.Bits != p.Limit {
		limit, err := TargetOf(p.Limit)
		if err != nil {
			return err
		}
		if target.Cmp(limit) > 0 {
			return fmt.Errorf("bits %08x: %w: above the limit %08x", h.Bits, ErrBits, p.Limit)
		}
	}
	hash := h.Hash()
	number := hash
	slices.Reverse(number[:])
	var most [block.HashSize]byte
	if bytes.Compare(number[:], target.FillBytes(most[:])) > 0 { // the most significant byte first
		return fmt.Errorf("block %s: %w for bits %08x", hash, ErrWork, h.Bits)
	}
	return nil
	// END SOLUTION
}
