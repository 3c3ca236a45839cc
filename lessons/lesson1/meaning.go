package main

import (
	"bytes"
	"fmt"

	"nodebook/lessons/lesson1/framing"
)

// network says which network a magic is of.
func network(magic []byte) string {
	m, err := framing.ReadMagic(bytes.NewReader(magic))
	if err != nil {
		return "cut short"
	}
	return ascii([]byte(m.String()))
}

// size says what a length means, also one that is too large.
func size(length []byte) string {
	n, err := framing.LittleEndian(length)
	switch {
	case err != nil || len(length) < 4:
		return "cut short"
	case n > framing.MaxPayload:
		return fmt.Sprintf("%d bytes: too large", n)
	}
	return fmt.Sprintf("%d bytes", n)
}

// verdict says whether a checksum is the payload's, if all of that came.
func verdict(checksum, length, payload []byte) string {
	n, err := framing.LittleEndian(length)
	want := framing.Checksum(payload)
	switch {
	case len(checksum) < len(want):
		return "cut short"
	case err != nil || n != uint64(len(payload)):
		return "payload incomplete"
	case bytes.Equal(checksum, want[:]):
		return "of the payload"
	}
	return "not of the payload"
}

// cut is b[from:to], or as much of it as there is.
func cut(b []byte, from, to int) []byte {
	to = min(to, len(b))
	return b[min(from, to):to]
}

// ascii shows bytes as text, with a dot for each that is not printable ASCII:
// what a stranger sends must not get at our terminal.
func ascii(b []byte) string {
	text := bytes.Clone(b)
	for i, c := range text {
		if c < 0x20 || c > 0x7e {
			text[i] = '.'
		}
	}
	return string(text)
}
