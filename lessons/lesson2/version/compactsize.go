package version

import (
	"errors"

	"nodebook/lessons/todo"
)

// ErrCompactSize is wrapped if a number is written in a longer form than it needs.
var ErrCompactSize = errors.New("CompactSize not in its shortest form")

// ReadCompactSize reads a number of 1, 3, 5 or 9 bytes, as its first byte says:
//
//	00 to fc   the number itself
//	fd         the next 2 bytes, little endian
//	fe         the next 4 bytes, little endian
//	ff         the next 8 bytes, little endian
//
// A number has one form only, the shortest.
//
// Errors: [ErrCompactSize] for a longer form, with its offset, as Cursor.Fail
// says it; io.ErrUnexpectedEOF for a number cut short.
func ReadCompactSize(c *Cursor) (uint64, error) {
	return 0, todo.Err
}

// AppendCompactSize appends n to dst in its shortest form and returns the
// longer slice.
func AppendCompactSize(dst []byte, n uint64) []byte {
	return nil
}
