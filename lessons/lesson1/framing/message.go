package framing

import (
	"io"

	"nodebook/lessons/todo"
)

// HeaderSize is the size in bytes of everything before a payload.
const HeaderSize = 24

// Message is one message, taken out of its envelope.
type Message struct {
	Command string // at most 12 bytes of printable ASCII
	Payload []byte // at most MaxPayload bytes
}

// ReadMessage reads one message of the network magic from r.
//
// A message can be wrong in more than one way. The header is read whole, then
// these are checked, in this order:
//
//  1. the length: [ErrTooLarge]
//  2. the magic: [ErrMagic]
//  3. the command: [ErrCommand]
//  4. the payload, which is read now: [io.ErrUnexpectedEOF]
//  5. the checksum: [ErrChecksum]
//
// If the header is refused, nothing after it is read. After ErrChecksum the
// whole message has been read, so that the caller may drop it and continue.
//
// Errors besides: [io.EOF] if the stream has ended before the first byte of a
// message, and only there; [io.ErrUnexpectedEOF] if it ends inside one.
func ReadMessage(r io.Reader, magic Magic) (Message, error) {
	return Message{}, todo.Err
}

// AppendMessage appends m, in the envelope of the network magic, to dst and
// returns the longer slice, as append does: magic, command padded with NUL
// bytes, length, checksum, payload. If there is an error, it returns dst as
// it was.
//
// Errors: [ErrCommand] for a command of more than [CommandSize] bytes or with a
// byte that is not printable ASCII; [ErrTooLarge] for a payload of more than
// [MaxPayload] bytes.
func AppendMessage(dst []byte, magic Magic, m Message) ([]byte, error) {
	return nil, todo.Err
}

// ReadAll reads messages of the network magic until r ends, and returns them in
// order.
//
// Errors: that of the first message that cannot be read, with the place where
// it starts: "message 3 at offset 150", with messages counted from 1 and the
// offset in bytes from the start of r. The messages before it are returned too.
func ReadAll(r io.Reader, magic Magic) ([]Message, error) {
	return nil, todo.Err
}
