package framing_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
)

// sentinels are the errors that these tests tell apart, by name.
var sentinels = map[string]error{
	"ErrMagic": framing.ErrMagic, "ErrCommand": framing.ErrCommand, "ErrTooLarge": framing.ErrTooLarge, "ErrChecksum": framing.ErrChecksum,
	"ErrFit": framing.ErrFit, "ErrPong": framing.ErrPong, "io.EOF": io.EOF, "io.ErrUnexpectedEOF": io.ErrUnexpectedEOF,
}

var _ = expect.Apart(sentinels)

// reasons say why a message deserves an error.
var reasons = map[string]string{
	"ErrTooLarge": "a payload has at most MaxPayload bytes", "ErrMagic": "the magic is another network's",
	"ErrCommand":  "a name is printable ASCII, with only NUL bytes after it",
	"ErrChecksum": "the checksum is not the one of this payload, all four bytes of it",
	"io.EOF":      "the stream ends before the message begins", "io.ErrUnexpectedEOF": "the stream ends inside the message",
}

// magicOf is the network a vector is of: mainnet where it does not say.
func magicOf(t *testing.T, v wire.Vector) framing.Magic {
	t.Helper()
	name, ok := v.Facts["network"]
	if !ok {
		return mainnet
	}
	for _, n := range networks {
		if n.name == name {
			return n.magic
		}
	}
	expect.Broken(t, fmt.Errorf("vector %s is of the unknown network %s", v.Name, name))
	return 0
}

// drawn is a message with a drawn name and payload, and its bytes.
func drawn(d *draw.Source, magic framing.Magic) (framing.Message, []byte) {
	m := framing.Message{Command: d.Word(d.Between(3, 12)), Payload: d.Bytes(d.Between(20, 60))}
	return m, envelope(uint32(magic), m.Command, m.Payload)
}

// is wants got to be want, part by part.
func is(try *expect.Try, got, want framing.Message) {
	try.Equal("Command", got.Command, want.Command)
	try.Bytes("Payload", got.Payload, want.Payload)
}

func TestReadMessage(t *testing.T) {
	d := draw.From(t)
	first, a := drawn(d, mainnet)
	second, b := drawn(d, mainnet)
	verack := framing.Message{Command: "verack"}
	all := append(append(a, envelope(uint32(mainnet), "verack", nil)...), b...)
	fields := []expect.Field{
		{Name: "message 1 header", Size: 24}, {Name: "message 1 payload", Size: len(first.Payload)},
		{Name: "message 2 header", Size: 24},
		{Name: "message 3 header", Size: 24}, {Name: "message 3 payload", Size: len(second.Payload)},
	}
	for _, s := range []struct {
		how    string
		why    string
		stream io.Reader
	}{
		{"all at once", "the message is good; its checksum is taken of the payload alone", &whole{all}},
		{"in fragments", "one call of Read may return fewer bytes than asked for; io.ReadFull keeps reading until it has them all", d.Fragments(all)},
	} {
		why, firstPayload := s.why, []byte(nil)
		for i, want := range []framing.Message{first, verack, second} {
			try := expect.Tried(t, "ReadMessage(r, Mainnet), message %d of 3 that r gives %s", i+1, s.how)
			try.Input(all, fields...).Why("%s", why)
			why = "each call takes one message from the stream: the next one begins where it ended"
			got, err := framing.ReadMessage(s.stream, mainnet)
			try.NoError(err)
			is(try, got, want)
			if i == 0 {
				firstPayload = got.Payload
				continue
			}
			try.Why("each message needs its own memory: a shared buffer is overwritten by the next message")
			try.Bytes("message 1's payload, afterwards", firstPayload, first.Payload)
		}
		try := expect.Tried(t, "ReadMessage(r, Mainnet) after the last of 3 messages")
		try.Why("a stream that ends between two messages has ended as it should")
		_, err := framing.ReadMessage(s.stream, mainnet)
		try.ErrorIs(err, io.EOF, "io.EOF")
	}
}

func TestReadMessage_networks(t *testing.T) {
	d := draw.From(t)
	own := framing.Magic(drawMagic(d))
	for _, magic := range []framing.Magic{testnet3, regtest, own} {
		want, b := drawn(d, magic)
		try := expect.Tried(t, "ReadMessage(r, 0x%08x), where r has a message with that magic", uint32(magic)).Input(b, layout...)
		try.Why("the caller says which network is the right one; it may be one of its own")
		got, err := framing.ReadMessage(&whole{b}, magic)
		try.NoError(err)
		is(try, got, want)

		try = expect.Tried(t, "ReadMessage(r, Mainnet), where r has a message with the magic 0x%08x", uint32(magic)).Input(b, layout...)
		try.Why("it is a message of another network")
		_, err = framing.ReadMessage(&whole{b}, mainnet)
		try.ErrorIs(err, framing.ErrMagic, "ErrMagic")
	}
	_, b := drawn(d, mainnet)
	try := expect.Tried(t, "ReadMessage(r, 0), where r has a message of mainnet").Input(b, layout...)
	try.Why("0 is a number like any other: the caller asks for messages with that magic, and this one has another")
	_, err := framing.ReadMessage(&whole{b}, 0)
	try.ErrorIs(err, framing.ErrMagic, "ErrMagic")
}

func TestReadMessage_endWithData(t *testing.T) {
	d := draw.From(t)
	last, b := drawn(d, mainnet)
	for _, want := range []framing.Message{last, {Command: "verack"}} {
		b = envelope(uint32(mainnet), want.Command, want.Payload)
		try := expect.Tried(t, "ReadMessage(r, Mainnet), where r returns io.EOF together with the last bytes of a message of %d", len(b)).Input(b, layout...)
		try.Why("a Read may return bytes and an error at the same time: use the bytes first")
		got, err := framing.ReadMessage(iotest.DataErrReader(&whole{b}), mainnet)
		try.NoError(err)
		is(try, got, want)
	}
}

func TestReadMessage_cut(t *testing.T) {
	d := draw.From(t)
	_, b := drawn(d, mainnet)
	middle := d.Between(26, len(b)-2)
	for n := range b {
		if n > 25 && n != middle && n != len(b)-1 {
			continue // inside the payload all places are alike
		}
		try := expect.Tried(t, "ReadMessage(r, Mainnet), where r ends after %d of the message's %d bytes", n, len(b))
		try.Input(b[:n], layout...)
		_, err := framing.ReadMessage(&whole{b[:n]}, mainnet)
		if n == 0 {
			try.Why("a stream that ends before a message begins has ended as it should")
			try.ErrorIs(err, io.EOF, "io.EOF")
			continue
		}
		try.Why("io.EOF says that all is well; inside a message, and between header and payload too, nothing is well")
		try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
		try.NotErrorIs(err, io.EOF, "io.EOF")
	}
}

func TestReadMessage_timeout(t *testing.T) {
	d := draw.From(t)
	_, b := drawn(d, mainnet)
	for _, n := range []int{0, d.Between(1, 23), 24, d.Between(25, len(b)-1)} {
		try := expect.Tried(t, "ReadMessage(r, Mainnet), where r times out after %d of the message's %d bytes", n, len(b))
		try.Why(`the stream's own error is kept, wrapped with %%w, so that a caller can tell a slow peer from a lying one`)
		_, err := framing.ReadMessage(&broken{b[:n]}, mainnet)
		try.ErrorIs(err, os.ErrDeadlineExceeded, "os.ErrDeadlineExceeded")
	}
}

// fault is one way to spoil the header of a good message.
type fault struct {
	name  string // what was done to it
	spoil func(d *draw.Source, header []byte)
	want  string
	why   string
}

var faults = []fault{
	{"a length over MaxPayload", func(d *draw.Source, h []byte) {
		binary.LittleEndian.PutUint32(h[16:], uint32(d.Between(5_000_000, 50_000_000)))
	}, "ErrTooLarge", "a payload has at most MaxPayload bytes"},
	{"the magic of another network", func(d *draw.Source, h []byte) { h[d.IntN(4)] ^= byte(d.Between(1, 255)) }, "ErrMagic",
		"the caller said which network it is on"},
	{"a byte after the command's NUL", func(d *draw.Source, h []byte) { h[10], h[11+d.IntN(5)] = 0, byte(d.Between(1, 255)) }, "ErrCommand",
		"after a name only NUL may follow"},
	{"a wrong checksum", func(d *draw.Source, h []byte) { h[20+d.IntN(4)] ^= byte(d.Between(1, 255)) }, "ErrChecksum",
		"the first 4 bytes of Hash256 of the payload are others"},
}

func TestReadMessage_faults(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			d := draw.From(t)
			_, b := drawn(d, mainnet)
			f.spoil(d, b)
			r := &whole{b}
			try := expect.Tried(t, "ReadMessage(r, Mainnet), whose header has %s", f.name).Input(b, layout...).Why("%s", f.why)
			var err error
			used := allocated(func() { _, err = framing.ReadMessage(r, mainnet) })
			try.Other("", onlyFirst).ErrorIs(err, sentinels[f.want], f.want)
			if f.want == "ErrChecksum" {
				return
			}
			noEarlyMake(try, used, binary.LittleEndian.Uint32(b[16:]))
			try.Why("if the header is refused, read nothing after it: it may never arrive")
			try.Bytes("left in r", r.rest, b[24:])
		})
	}
}

// onlyFirst is why an error is no other of the sentinels.
const onlyFirst = "the first check that fails decides, and the error names only that one"

// Two faults in one header: the order of the checks decides.
func TestReadMessage_order(t *testing.T) {
	for i, first := range faults {
		for _, second := range faults[i+1:] {
			t.Run(first.name+" and "+second.name, func(t *testing.T) {
				d := draw.From(t)
				_, b := drawn(d, mainnet)
				second.spoil(d, b)
				first.spoil(d, b)
				try := expect.Tried(t, "ReadMessage(r, Mainnet), whose header has both %s and %s", first.name, second.name)
				try.Input(b, layout...).Why("checks are made in the order length, magic, command, payload, checksum")
				_, err := framing.ReadMessage(&whole{b}, mainnet)
				try.Other("", onlyFirst).ErrorIs(err, sentinels[first.want], first.want)
			})
		}
	}
}

func TestReadMessage_changedPayload(t *testing.T) {
	d := draw.From(t)
	for _, how := range []struct {
		name  string
		spoil func(message []byte)
	}{
		{"a byte of the payload was changed on the way", func(b []byte) { b[d.Between(24, len(b)-1)] ^= byte(d.Between(1, 255)) }},
		{"the checksum is four zeros", func(b []byte) { clear(b[20:24]) }},
		{"the checksum is another one", func(b []byte) { copy(b[20:], d.Bytes(4)) }},
	} {
		_, b := drawn(d, mainnet)
		next, after := drawn(d, mainnet)
		how.spoil(b)
		r := &whole{append(b, after...)}
		try := expect.Tried(t, "ReadMessage(r, Mainnet), where %s", how.name).Input(b, layout...)
		try.Why("the first 4 bytes of Hash256 of this payload are others")
		_, err := framing.ReadMessage(r, mainnet)
		try.ErrorIs(err, framing.ErrChecksum, "ErrChecksum")

		try = expect.Tried(t, "ReadMessage(r, Mainnet) again, after it returned ErrChecksum because %s", how.name)
		try.Why("a message with a wrong checksum has been read to its end: its reader may drop it and read the next one")
		got, err := framing.ReadMessage(r, mainnet)
		try.NoError(err)
		is(try, got, next)
	}
}

func TestReadMessage_vectors(t *testing.T) {
	for _, v := range append(wire.All("message"), wire.All("version")...) {
		magic := magicOf(t, v)
		try := expect.Tried(t, "ReadMessage(r, 0x%08x), where r has this message: %s", uint32(magic), v.Source).Input(v.Bytes, layout...)
		got, err := framing.ReadMessage(&whole{v.Bytes}, magic)
		if v.Expect != "ok" {
			try.Why("%s; the checks are made in the order length, magic, command, payload, checksum", reasons[v.Expect])
			try.ErrorIs(err, sentinel(t, sentinels, v.Expect), v.Expect)
			continue
		}
		try.NoError(err)
		try.Equal("Command", got.Command, string(bytes.TrimRight(v.Bytes[4:16], "\x00")))
		try.Bytes("Payload", got.Payload, v.Payload())
	}
}

func TestReadMessage_halting(t *testing.T) {
	d := draw.From(t)
	want, b := drawn(d, mainnet)
	try := expect.Tried(t, "ReadMessage(r, Mainnet), where r gives a few bytes, then none without an error, then a few more").Input(b, layout...)
	try.Why("a Read of 0 bytes without an error means nothing: only io.EOF is the end of a stream")
	got, err := framing.ReadMessage(&halting{rest: b}, mainnet)
	try.NoError(err)
	is(try, got, want)
}
