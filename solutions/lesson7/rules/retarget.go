package rules

import (
	"math/big"

	"nodebook/solutions/lesson7/block"
)

// The target changes with each block whose height is a multiple of Window, so that
// a window should take two weeks.
const (
	Window   = 2016        // blocks
	Timespan = 14 * 86_400 // seconds
)

// BitsOf returns the compact form of target: the largest number that it can
// express and that is not above target, with the smallest size whose number leaves
// the sign bit free. The target 0 has the bits 0. The caller's target stays as it is.
func BitsOf(target *big.Int) uint32 {
	// BEGIN SOLUTION of NextBits
	size := (target.BitLen() + 7) / 8
	var number uint32
	if size <= 3 {
		number = uint32(target.Uint64()) << (8 * (3 - size))
	} else {
		number = uint32(new(big.Int).Rsh(target, uint(8*(size-3))).Uint64())
	}
	if number&0x800000 != 0 {
		number >>= 8
		size++
	}
	return uint32(size)<<24 | number
	// END SOLUTION
}

// NextBits returns the bits that the block after the one at height tip must have.
// at returns the header at a height of 0 to tip.
//
// They are those of the tip, except in a block whose height is a multiple of
// [Window]. Its target is the tip's times span / [Timespan], rounded down, and at
// most that of p.Limit. The span is the time of the tip minus that of the block 2,015
// before it (one gap fewer than the window has blocks: Bitcoin's first
// implementation was off by one, so everyone is), taken as [Timespan] / 4 if it is
// smaller and as 4 * [Timespan] if it is larger. Without p.Retarget they are always
// those of p.Limit. All bits that at returns are those of a target.
func NextBits(tip int, at func(height int) block.Header, p Params) uint32 {
	// BEGIN SOLUTION
	// UNTESTED "All bits that at": it is a promise to this function.
	if !p.Retarget {
		return p.Limit
	}
	last := at(tip)
	if (tip+1)%Window != 0 {
		return last.Bits
	}
	span := int64(last.Time) - int64(at(tip-(Window-1)).Time)
	span = max(Timespan/4, min(4*Timespan, span))
	old, err := TargetOf(last.Bits)
	if err != nil {
		return p.Limit
	}
	limit, err := TargetOf(p.Limit)
	if err != nil {
		return p.Limit
	}
	target := new(big.Int).Mul(old, big.NewInt(span))
	target.Div(target, big.NewInt(Timespan))
	if target.Cmp(limit) > 0 {
		return p.Limit
	}
	return BitsOf(target)
	// END SOLUTION
}
