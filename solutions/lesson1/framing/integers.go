package framing

import "fmt"

// LittleEndian returns the integer whose digits in base 256 are b, the lowest
// place first: the byte at index i counts 256 to the power i. An empty b is 0.
//
// Errors: [ErrFit] for more than 8 bytes, whatever their values.
func LittleEndian(b []byte) (uint64, error) {
	// BEGIN SOLUTION
	if len(b) > 8 {
		return 0, fmt.Errorf("an integer of %d bytes: %w in 8", len(b), ErrFit)
	}
	var n uint64
	for i, digit := range b {
		n += uint64(digit) << (8 * i)
	}
	return n, nil
	// END SOLUTION
}

// BigEndian is [LittleEndian] with the highest place first, as we write
// numbers: the last byte of b counts 1.
//
// Errors: [ErrFit] for more than 8 bytes, whatever their values.
func BigEndian(b []byte) (uint64, error) {
	// BEGIN SOLUTION of LittleEndian
	if len(b) > 8 {
		return 0, fmt.Errorf("an integer of %d bytes: %w in 8", len(b), ErrFit)
	}
	var n uint64
	for _, digit := range b {
		n = n<<8 + uint64(digit)
	}
	return n, nil
	// END SOLUTION
}
