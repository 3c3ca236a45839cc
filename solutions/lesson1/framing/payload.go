package framing

import (
	"fmt"
	"io"
)

// ReadPayload reads exactly n bytes, or none for 0: that succeeds even if the
// stream has ended. The bytes after them stay unread.
//
// Errors, whose text names the field: [ErrTooLarge] for more than [MaxPayload],
// before anything is read or allocated; [io.ErrUnexpectedEOF] if the stream has
// fewer than n bytes, even if it has none: the header promised them.
func ReadPayload(r io.Reader, n uint32) ([]byte, error) {
	// BEGIN SOLUTION
	if n > MaxPayload {
		return nil, fmt.Errorf("payload: %w: %d bytes, at most %d", ErrTooLarge, n, MaxPayload)
	}
	payload := make([]byte, n)
	got, err := io.ReadFull(r, payload)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("payload: %w after %d of %d bytes", err, got, n)
	}
	return payload, nil
	// END SOLUTION
}
