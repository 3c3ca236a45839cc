package framing

import (
	"fmt"
	"io"
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
	// BEGIN SOLUTION
	var b [4]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, fmt.Errorf("length: %w", err)
	}
	n, err := LittleEndian(b[:])
	if err != nil {
		return 0, fmt.Errorf("length: %w", err)
	}
	if n > MaxPayload {
		return 0, fmt.Errorf("length: %w: %d bytes, at most %d", ErrTooLarge, n, MaxPayload)
	}
	return uint32(n), nil
	// END SOLUTION
}
