package framing

import (
	"fmt"
	"slices"
)

// PutLittleEndian returns n as size bytes, its digits in base 256, the lowest
// place first and zeros for the places that n does not need.
//
// Errors: [ErrFit] if n needs more than size bytes, or if size is not 0 to 8.
func PutLittleEndian(n uint64, size int) ([]byte, error) {
	// BEGIN SOLUTION
	if size < 0 || size > 8 {
		return nil, fmt.Errorf("an integer of %d bytes: %w", size, ErrFit)
	}
	b := make([]byte, size)
	rest := n
	for i := range b {
		b[i] = byte(rest)
		rest >>= 8
	}
	if rest != 0 {
		return nil, fmt.Errorf("%d in %d bytes: %w", n, size, ErrFit)
	}
	return b, nil
	// END SOLUTION
}

// PutBigEndian is [PutLittleEndian] with the highest place first: zeros, if
// there are any, come before the number.
//
// Errors: [ErrFit] if n needs more than size bytes, or if size is not 0 to 8.
func PutBigEndian(n uint64, size int) ([]byte, error) {
	// BEGIN SOLUTION of PutLittleEndian
	b, err := PutLittleEndian(n, size)
	slices.Reverse(b)
	return b, err
	// END SOLUTION
}
