package version

import (
	"fmt"
	"io"
)

// Cursor reads a payload from front to back and knows where it is, so that an
// error can say so. The zero value is a cursor over no bytes.
type Cursor struct {
	payload []byte
	next    int    // offset of the next byte
	field   string // what was asked for last
	start   int    // and where it starts
}

// NewCursor returns a cursor at the first byte of a payload.
func NewCursor(payload []byte) *Cursor { return &Cursor{payload: payload} }

// Take returns the next n bytes and moves past them. field names them in errors.
// The bytes are the payload's own, not a copy: nothing is allocated, and the
// caller must not write to them.
//
// Errors: io.ErrUnexpectedEOF if fewer than n bytes are left; the cursor then
// stays where it is.
func (c *Cursor) Take(field string, n int) ([]byte, error) {
	c.field, c.start = field, c.next
	if n < 0 || n > c.Len() {
		return nil, c.Fail(io.ErrUnexpectedEOF, "%d of %d bytes", c.Len(), n)
	}
	c.next += n
	return c.payload[c.start:c.next], nil
}

// Len returns the number of bytes that are left.
func (c *Cursor) Len() int { return len(c.payload) - c.next }

// Offset returns the number of bytes that have been taken.
func (c *Cursor) Offset() int { return c.next }

// Fail wraps err with the name and the offset of the bytes that were taken
// last, and what was found there: "bool at offset 85: not a bool: got 02".
func (c *Cursor) Fail(err error, format string, args ...any) error {
	return fmt.Errorf("%s at offset %d: %w: %s", c.field, c.start, err, fmt.Sprintf(format, args...))
}
