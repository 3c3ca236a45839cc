package version

import (
	"errors"
	"fmt"
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
	// BEGIN SOLUTION
	n, err := ReadCompactSize(c)
	if err != nil {
		return "", fmt.Errorf("length: %w", err)
	}
	if n > uint64(most) {
		return "", c.Fail(ErrTooLong, "%d bytes, at most %d", n, most)
	}
	b, err := c.Take("text", int(n))
	return string(b), err
	// END SOLUTION
}

// AppendVarString appends the length of s and s to dst.
//
// Errors: [ErrTooLong] for a text of more than most bytes.
func AppendVarString(dst []byte, s string, most int) ([]byte, error) {
	// BEGIN SOLUTION of ReadVarString
	if len(s) > most {
		return nil, fmt.Errorf("text: %w: %d bytes, at most %d", ErrTooLong, len(s), most)
	}
	return append(AppendCompactSize(dst, uint64(len(s))), s...), nil
	// END SOLUTION
}
