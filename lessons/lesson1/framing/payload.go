package framing

import (
	"io"

	"nodebook/lessons/todo"
)

// ReadPayload reads exactly n bytes, or none for 0: that succeeds even if the
// stream has ended. The bytes after them stay unread.
//
// Errors, whose text names the field: [ErrTooLarge] for more than [MaxPayload],
// before anything is read or allocated; [io.ErrUnexpectedEOF] if the stream has
// fewer than n bytes, even if it has none: the header promised them.
func ReadPayload(r io.Reader, n uint32) ([]byte, error) {
	return nil, todo.Err
}
