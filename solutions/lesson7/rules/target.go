// REFERENCE ONLY

package rules

import (
	"fmt"

	"nodebook/solutions/lesson7/block"
)

// targetBytes is [TargetOf] as 32 bytes, the most significant first. Numbers of equal
// length compare like their bytes, so [CheckWork] needs no large number.
func targetBytes(bits uint32) (target [block.HashSize]byte, err error) {
	if bits&0x800000 != 0 {
		return target, fmt.Errorf("bits %08x: %w: sign bit set", bits, ErrBits)
	}
	first := len(target) - int(bits>>24) // where the first of the three digits is
	for i := range 3 {
		digit, at := byte(bits>>(8*(2-i))), first+i
		switch {
		case digit == 0 || at >= len(target): // nothing, or a fraction
		case at < 0:
			return target, fmt.Errorf("bits %08x: %w: more than 256 bits", bits, ErrBits)
		default:
			target[at] = digit
		}
	}
	if target == [block.HashSize]byte{} {
		return target, fmt.Errorf("bits %08x: %w: a target of 0", bits, ErrBits)
	}
	return target, nil
}
