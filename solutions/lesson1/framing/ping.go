package framing

import (
	"fmt"
	"io"
)

// Ping writes the 4 ASCII bytes "ping" to conn and reads 4 bytes, which must be
// "pong". What follows them stays unread.
//
// Errors: [ErrPong] for another answer; otherwise the error of the write or of
// the read, [io.ErrUnexpectedEOF] for an answer cut short.
func Ping(conn io.ReadWriter) error {
	// BEGIN SOLUTION
	if _, err := io.WriteString(conn, "ping"); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	var answer [4]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return fmt.Errorf("pong: %w", err)
	}
	if string(answer[:]) != "pong" {
		return fmt.Errorf("pong: %w: got %q", ErrPong, answer)
	}
	return nil
	// END SOLUTION
}
