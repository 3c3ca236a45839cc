package framing

import "nodebook/lessons/todo"

// LittleEndian returns the integer whose digits in base 256 are b, the lowest
// place first: the byte at index i counts 256 to the power i. An empty b is 0.
//
// Errors: [ErrFit] for more than 8 bytes, whatever their values.
func LittleEndian(b []byte) (uint64, error) {
	return 0, todo.Err
}

// BigEndian is [LittleEndian] with the highest place first, as we write
// numbers: the last byte of b counts 1.
//
// Errors: [ErrFit] for more than 8 bytes, whatever their values.
func BigEndian(b []byte) (uint64, error) {
	return 0, todo.Err
}
