package framing

import (
	"io"

	"nodebook/lessons/todo"
)

// MaxPayload is the most bytes that a payload may have. A peer that announces
// more is refused.
const MaxPayload = 4_000_000

// ReadLength reads the length of a payload in bytes: 4 bytes, little endian, at
// most [MaxPayload].
//
// Errors, whose text names the field: [ErrTooLarge]; [io.EOF] if the stream has
// ended, [io.ErrUnexpectedEOF] for a field cut short.
func ReadLength(r io.Reader) (uint32, error) {
	return 0, todo.Err
}
