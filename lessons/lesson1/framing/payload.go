package framing

import (
	"io"

	"nodebook/lessons/todo"
)

// ReadPayload reads exactly n bytes, or none for 0: that succeeds even where the
// stream has ended. The bytes after them stay unread.
//
// Errors, whose text names the field: [ErrTooLarge] for more than [MaxPayload],
// before anything is read or allocated; [io.ErrUnexpectedEOF] where the stream
// has fewer than n bytes, also where it has none: the header had promised them.
func ReadPayload(r io.Reader, n uint32) ([]byte, error) {
	return nil, todo.Err
}
