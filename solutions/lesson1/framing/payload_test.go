package framing_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

func TestReadPayload(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		want := d.Bytes(d.Between(1, 80))
		n := uint32(len(want))
		readPayload := reader{fmt.Sprintf("ReadPayload(r, %d)", n), "payload", "it is exactly as many bytes as were asked for", func(r io.Reader) (any, error) {
			return framing.ReadPayload(r, n)
		}}
		readPayload.takesOnly(t, d, want, want)
	}
}

func TestReadPayload_large(t *testing.T) {
	d := draw.From(t)
	block := d.Bytes(16_000)
	try := expect.Tried(t, "ReadPayload(r, %d), where r has as many bytes, and gives them in pieces", maxPayload)
	try.Why("MaxPayload bytes are allowed, one more is not")
	got, err := framing.ReadPayload(&repeated{block: block, left: maxPayload}, maxPayload)
	try.NoError(err)
	try.Why("the header has promised that many bytes, and all of them are the payload, however many calls of Read it takes")
	try.Equal("number of bytes", len(got), maxPayload)
	for at := 0; at < len(got); at += len(block) {
		piece := got[at:min(at+len(block), len(got))]
		try.Bytes(fmt.Sprintf("from byte %d", at), piece, block[:len(piece)])
	}
}

func TestReadPayload_none(t *testing.T) {
	d := draw.From(t)
	tail := d.Bytes(d.Between(0, 3))
	try := expect.Tried(t, "ReadPayload(r, 0), where r has %s", expect.Count(len(tail), "byte"))
	try.Why("no bytes are there even if the stream has ended: this is how a verack ends a conversation")
	r := &whole{tail}
	got, err := framing.ReadPayload(r, 0)
	try.NoError(err)
	try.Equal("number of bytes", len(got), 0)
	try.Bytes("left in r", r.rest, tail)

	try = expect.Tried(t, "ReadPayload(r, 0), where r has ended")
	try.Why("no bytes are there even if the stream has ended: this is how a verack ends a conversation")
	_, err = framing.ReadPayload(&whole{}, 0)
	try.NoError(err)

	try = expect.Tried(t, "ReadPayload(r, 0), where every Read times out, since the peer waits for us to speak")
	try.Why("do not call Read for 0 bytes: on a silent connection it blocks forever")
	_, err = framing.ReadPayload(&broken{}, 0)
	try.NoError(err)
}

func TestReadPayload_keeps(t *testing.T) {
	d := draw.From(t)
	first, second := d.Bytes(d.Between(8, 40)), d.Bytes(d.Between(8, 40))
	r := &whole{append(bytes.Clone(first), second...)}
	try := expect.Tried(t, "ReadPayload(r, %d), and then ReadPayload(r, %d) for the payload after it", len(first), len(second))
	got, err := framing.ReadPayload(r, uint32(len(first)))
	try.NoError(err)
	next, err := framing.ReadPayload(r, uint32(len(second)))
	try.NoError(err)
	try.Why("each payload needs its own memory: a shared buffer is overwritten by the next payload")
	try.Bytes("the first payload, after the second was read", got, first)
	_ = append(got, "more"...)
	try.Why("append writes past the end of a slice if its array has room there: a payload that is cut from a larger array has no room, as b[:n:n], or an array of its own")
	try.Bytes("the second payload, after append(first, ...)", next, second)
}

func TestReadPayload_cut(t *testing.T) {
	d := draw.From(t)
	b := d.Bytes(d.Between(5, 60))
	for _, n := range []int{0, 1, d.Between(2, len(b)-2), len(b) - 1} {
		try := expect.Tried(t, "ReadPayload(r, %d), where r ends after %s", len(b), expect.Count(n, "byte")).Input(b[:n])
		try.Why("the header has promised %d bytes: a stream with fewer was cut off, also where it has none", len(b))
		_, err := framing.ReadPayload(d.Fragments(b[:n]), uint32(len(b)))
		try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
		try.NotErrorIs(err, io.EOF, "io.EOF")
		namesField(try, err, "payload")
	}
	readPayload := reader{fmt.Sprintf("ReadPayload(r, %d)", len(b)), "payload", "", func(r io.Reader) (any, error) {
		return framing.ReadPayload(r, uint32(len(b)))
	}}
	readPayload.timesOut(t, b)
}

func TestReadPayload_tooLarge(t *testing.T) {
	d := draw.From(t)
	for _, n := range []uint32{maxPayload + 1, uint32(d.Between(5_000_000, 50_000_000)), 1 << 31, 1<<32 - 1} {
		b := d.Bytes(10)
		r := &whole{b}
		try := expect.Tried(t, "ReadPayload(r, %d), where r has 10 bytes", n)
		try.Why("a payload has at most MaxPayload = %d bytes", maxPayload)
		if n >= 1<<31 {
			try.Why("a payload has at most MaxPayload = %d bytes; as an int32, a number from 2^31 on is negative, and less than that", maxPayload)
		}
		var err error
		used := allocated(func() { _, err = framing.ReadPayload(r, n) })
		try.ErrorIs(err, framing.ErrTooLarge, "ErrTooLarge")
		noEarlyMake(try, used, n)
		try.Why("what is refused is not read")
		try.Bytes("left in r", r.rest, b)
		namesField(try, err, "payload")
	}
}

// repeated is a stream that gives the same block again and again, a piece of it at
// a time.
type repeated struct {
	block []byte
	at    int // in the block
	left  int // of the stream
}

func (s *repeated) Read(p []byte) (int, error) {
	if s.left == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(s.left, len(p))], s.block[s.at:])
	s.at = (s.at + n) % len(s.block)
	s.left -= n
	return n, nil
}
