package framing

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
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
	// BEGIN SOLUTION
	// UNTESTED "A message can be wrong": the list of checks says which ways there are.
	var header [HeaderSize]byte
	if n, err := io.ReadFull(r, header[:]); err != nil {
		return Message{}, fmt.Errorf("header: %w after %d of %d bytes", err, n, HeaderSize)
	}
	field := bytes.NewReader(header[16:20])
	length, err := ReadLength(field)
	if err != nil {
		return Message{}, err
	}
	field.Reset(header[:4])
	got, err := ReadMagic(field)
	if err != nil {
		return Message{}, err
	}
	if got != magic {
		return Message{}, fmt.Errorf("magic: %w: %v, want %v", ErrMagic, got, magic)
	}
	field.Reset(header[4:16])
	command, err := ReadCommand(field)
	if err != nil {
		return Message{}, err
	}
	payload, err := ReadPayload(r, length)
	if err != nil {
		return Message{}, err
	}
	field.Reset(header[20:])
	want, err := ReadChecksum(field)
	if err != nil {
		return Message{}, err
	}
	if sum := Checksum(payload); sum != want {
		return Message{}, fmt.Errorf("checksum: %x %w, whose checksum is %x", want, ErrChecksum, sum)
	}
	return Message{Command: command, Payload: payload}, nil
	// END SOLUTION
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
	// BEGIN SOLUTION
	if len(m.Command) > CommandSize || strings.ContainsFunc(m.Command, func(c rune) bool { return c < 0x20 || c > 0x7e }) {
		return dst, fmt.Errorf("command: %w: %q", ErrCommand, m.Command)
	}
	if len(m.Payload) > MaxPayload {
		return dst, fmt.Errorf("payload: %w: %d bytes, at most %d", ErrTooLarge, len(m.Payload), MaxPayload)
	}
	network, err := PutLittleEndian(uint64(magic), 4)
	if err != nil {
		return dst, fmt.Errorf("magic: %w", err)
	}
	length, err := PutLittleEndian(uint64(len(m.Payload)), 4)
	if err != nil {
		return dst, fmt.Errorf("length: %w", err)
	}
	sum := Checksum(m.Payload)
	dst = append(dst, network...)
	dst = append(dst, m.Command...)
	dst = append(dst, make([]byte, CommandSize-len(m.Command))...)
	dst = append(dst, length...)
	dst = append(dst, sum[:]...)
	return append(dst, m.Payload...), nil
	// END SOLUTION
}

// ReadAll reads messages of the network magic until r ends, and returns them in
// order.
//
// Errors: that of the first message that cannot be read, with the place where
// it starts: "message 3 at offset 150", with messages counted from 1 and the
// offset in bytes from the start of r. The messages before it are returned too.
func ReadAll(r io.Reader, magic Magic) ([]Message, error) {
	// BEGIN SOLUTION
	var all []Message
	offset := 0
	for {
		m, err := ReadMessage(r, magic)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, fmt.Errorf("message %d at offset %d: %w", len(all)+1, offset, err)
		}
		all = append(all, m)
		offset += HeaderSize + len(m.Payload)
	}
	// END SOLUTION
}
