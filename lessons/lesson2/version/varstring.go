package version

import (
	"errors"

	"nodebook/lessons/todo"
)

// ErrTooLong is wrapped if a text or an address is longer than it may be.
var ErrTooLong = errors.New("too long")

// ReadVarString reads a text: its length as a CompactSize, then that many bytes.
// A text of more than most bytes is refused as soon as its length is known. The
// bytes are taken as they are; they need not be UTF-8.
//
// Errors: [ErrTooLong]; those of [ReadCompactSize]; io.ErrUnexpectedEOF for a
// text cut short.
func ReadVarString(c *Cursor, most int) (string, error) {
	return "", todo.Err
}

// AppendVarString appends the length of s and s to dst.
//
// Errors: [ErrTooLong] for a text of more than most bytes.
func AppendVarString(dst []byte, s string, most int) ([]byte, error) {
	return nil, todo.Err
}
