package framing

import (
	"io"

	"nodebook/lessons/todo"
)

// ReadChecksum reads the 4 bytes of a checksum, as they are: a checksum is not
// a number and has no byte order.
//
// Errors, whose text names the field: [io.EOF] if the stream has ended,
// [io.ErrUnexpectedEOF] for a checksum cut short.
func ReadChecksum(r io.Reader) ([4]byte, error) {
	return [4]byte{}, todo.Err
}

// Hash256 returns the SHA-256 of the SHA-256 of b: 32 bytes.
func Hash256(b []byte) [32]byte {
	return [32]byte{}
}

// Checksum returns the first 4 bytes of [Hash256] of b.
func Checksum(b []byte) [4]byte {
	return [4]byte{}
}
