package framing

import "nodebook/lessons/todo"

// PutLittleEndian returns n as size bytes, its digits in base 256, the lowest
// place first and zeros for the places that n does not need.
//
// Errors: [ErrFit] if n needs more than size bytes, or if size is not 0 to 8.
func PutLittleEndian(n uint64, size int) ([]byte, error) {
	return nil, todo.Err
}

// PutBigEndian is [PutLittleEndian] with the highest place first: zeros, if
// there are any, come before the number.
//
// Errors: [ErrFit] if n needs more than size bytes, or if size is not 0 to 8.
func PutBigEndian(n uint64, size int) ([]byte, error) {
	return nil, todo.Err
}
