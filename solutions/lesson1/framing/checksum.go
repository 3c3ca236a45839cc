package framing

import (
	"crypto/sha256"
	"fmt"
	"io"
)

// ReadChecksum reads the 4 bytes of a checksum, as they are: a checksum is not
// a number and has no byte order.
//
// Errors, whose text names the field: [io.EOF] if the stream has ended,
// [io.ErrUnexpectedEOF] for a checksum cut short.
func ReadChecksum(r io.Reader) ([4]byte, error) {
	// BEGIN SOLUTION
	var sum [4]byte
	if _, err := io.ReadFull(r, sum[:]); err != nil {
		return [4]byte{}, fmt.Errorf("checksum: %w", err)
	}
	return sum, nil
	// END SOLUTION
}

// Hash256 returns the SHA-256 of the SHA-256 of b: 32 bytes.
func Hash256(b []byte) [32]byte {
	// BEGIN SOLUTION
	once := sha256.Sum256(b)
	return sha256.Sum256(once[:])
	// END SOLUTION
}

// Checksum returns the first 4 bytes of [Hash256] of b.
func Checksum(b []byte) [4]byte {
	// BEGIN SOLUTION
	sum := Hash256(b)
	return [4]byte(sum[:4])
	// END SOLUTION
}
