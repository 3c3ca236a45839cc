package framing_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
)

// capture is a drawn number of messages and their bytes.
func capture(d *draw.Source, magic framing.Magic, n int) ([]framing.Message, []byte) {
	var all []framing.Message
	var b []byte
	for i := range n {
		m, one := drawn(d, magic)
		if i == 1 {
			m = framing.Message{Command: "verack"}
			one = envelope(uint32(magic), m.Command, nil)
		}
		all, b = append(all, m), append(b, one...)
	}
	return all, b
}

// are wants got to be the messages want.
func are(try *expect.Try, got, want []framing.Message) {
	try.Equal("number of messages", len(got), len(want))
	for i := range want {
		try.Equal(fmt.Sprintf("message %d: Command", i+1), got[i].Command, want[i].Command)
		try.Bytes(fmt.Sprintf("message %d: Payload", i+1), got[i].Payload, want[i].Payload)
	}
}

func TestReadAll(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, 2, d.Between(3, 9)} {
		magic := framing.Magic(drawMagic(d))
		want, b := capture(d, magic, n)
		try := expect.Tried(t, "ReadAll(r, 0x%08x), where r has %s, in fragments, and then ends", uint32(magic), expect.Count(n, "message"))
		try.Why("an end between two messages is the end of the capture, and no error")
		got, err := framing.ReadAll(d.Fragments(b), magic)
		try.NoError(err)
		are(try, got, want)
	}
}

func TestReadAll_nothing(t *testing.T) {
	try := expect.Tried(t, "ReadAll(r, Mainnet), where r has ended")
	try.Why("a capture of no messages is a capture")
	got, err := framing.ReadAll(&whole{}, mainnet)
	try.NoError(err)
	are(try, got, nil)
}

func TestReadAll_bad(t *testing.T) {
	for i, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			d := draw.From(t)
			n := d.Between(1, 4)
			if i == 0 {
				n = d.Between(10, 12) // its number has two digits
			}
			want, b := capture(d, mainnet, n)
			offset := len(b)
			_, bad := drawn(d, mainnet)
			f.spoil(d, bad)
			_, after := drawn(d, mainnet)
			b = append(append(b, bad...), after...)

			try := expect.Tried(t, "ReadAll(r, Mainnet), where message %d, at offset %d, has %s", len(want)+1, offset, f.name)
			got, err := framing.ReadAll(d.Fragments(b), mainnet)
			try.Why("the first message that cannot be read ends the reading, and the caller learns of it")
			try.ErrorIs(err, sentinels[f.want], f.want)
			try.Why("what was read before the first bad message is good, and is returned beside the error")
			are(try, got, want)
			namesPlace(try, err, len(want)+1, offset)
		})
	}
}

func TestReadAll_cut(t *testing.T) {
	d := draw.From(t)
	want, b := capture(d, mainnet, d.Between(2, 5))
	_, last := drawn(d, mainnet)
	for _, n := range []int{1, d.Between(2, 23), 24, len(last) - 1} {
		cut := append(append([]byte{}, b...), last[:n]...)
		try := expect.Tried(t, "ReadAll(r, Mainnet), where r ends %s into message %d, which begins at offset %d", expect.Count(n, "byte"), len(want)+1, len(b))
		try.Why("a capture that ends inside a message was cut off: its reader must not take it for complete")
		got, err := framing.ReadAll(&whole{cut}, mainnet)
		try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
		are(try, got, want)
		namesPlace(try, err, len(want)+1, len(b))
	}
}

func TestReadAll_broken(t *testing.T) {
	d := draw.From(t)
	m, b := drawn(d, mainnet)
	try := expect.Tried(t, "ReadAll(r, Mainnet), where r times out after the first message")
	try.Why("a stream that breaks between two messages has not ended: only io.EOF says that it has")
	got, err := framing.ReadAll(&broken{b}, mainnet)
	try.ErrorIs(err, os.ErrDeadlineExceeded, "os.ErrDeadlineExceeded")
	are(try, got, []framing.Message{m})
	namesPlace(try, err, 2, len(b))
}

func TestReadAll_far(t *testing.T) {
	d := draw.From(t)
	big := framing.Message{Command: d.Word(5), Payload: make([]byte, d.Between(70_000, 90_000))}
	b := envelope(uint32(mainnet), big.Command, big.Payload)
	bad := bytes.Clone(b)
	bad[20] ^= 1
	try := expect.Tried(t, "ReadAll(r, Mainnet), where the first message has %d bytes, and the second a wrong checksum", len(b))
	_, err := framing.ReadAll(&whole{append(b, bad...)}, mainnet)
	try.ErrorIs(err, framing.ErrChecksum, "ErrChecksum")
	namesPlace(try, err, 2, len(b))
}

// namesPlace wants an error to say where it was found.
func namesPlace(try *expect.Try, err error, number, offset int) {
	try.Why(`the error says where the bad message begins, in the words "message %d at offset %d": messages are counted from 1, bytes from 0`, number, offset)
	try.Mentions(err, fmt.Sprintf("message %d at offset %d", number, offset))
}

func TestReadAll_vectors(t *testing.T) {
	for _, v := range wire.All("stream") {
		t.Run(v.Name, func(t *testing.T) {
			try := expect.Tried(t, "ReadAll(r, Mainnet), where r has this capture: %s", v.Source).Input(v.Bytes, layouts(v)...)
			got, err := framing.ReadAll(&whole{v.Bytes}, mainnet)
			if want := v.Expect; want != "ok" {
				try.ErrorIs(err, sentinel(t, sentinels, want), want)
			} else {
				try.NoError(err)
			}
			var commands []string
			for _, m := range got {
				commands = append(commands, m.Command)
			}
			want := v.Facts["messages"]
			if len(commands) == 0 {
				commands = []string{"(none)"}
			}
			try.Equal("commands", strings.Join(commands, " "), want)
		})
	}
}

// layouts is how a vector says that it is cut into fields.
func layouts(v wire.Vector) []expect.Field {
	var fields []expect.Field
	for _, f := range v.Fields {
		fields = append(fields, expect.Field(f))
	}
	return fields
}

func TestReadAll_nameless(t *testing.T) {
	d := draw.From(t)
	first, b := drawn(d, mainnet)
	last, end := drawn(d, mainnet)
	none := framing.Message{Payload: []byte{}}
	b = append(append(b, envelope(uint32(mainnet), "", nil)...), end...)
	try := expect.Tried(t, "ReadAll(r, Mainnet), where r has three messages, the second of which has an empty name and no payload")
	try.Why("a name may be empty, and a payload too: only the end of r ends the capture")
	got, err := framing.ReadAll(&whole{b}, mainnet)
	try.NoError(err)
	are(try, got, []framing.Message{first, none, last})
}
