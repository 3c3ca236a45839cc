package framing_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
)

// stage appends a drawn message and wants one field of it to be right. The
// fields are tested one by one, so that a function that is half done passes half.
func stage(t *testing.T, name string, from, to int, why string) {
	t.Helper()
	d := draw.From(t)
	for range 3 {
		magic := framing.Magic(drawMagic(d))
		m, b := drawn(d, magic)
		try := expect.Tried(t, "AppendMessage(nil, 0x%08x, Message{%q, %d bytes}), its %s: bytes %d to %d", uint32(magic), m.Command, len(m.Payload), name, from, to)
		try.Why("the name is printable ASCII and not too long, and so is the payload: such a message can be sent, whatever it says")
		if name == "checksum" {
			try.Input(m.Payload, expect.Field{Name: "payload"})
		}
		got, err := framing.AppendMessage(nil, magic, m)
		try.NoError(err)
		try.Why("%s", why)
		cut := func(b []byte) []byte { return b[min(from, len(b)):min(to, len(b))] }
		try.Bytes("", cut(got), cut(b), expect.Field{Name: name})
	}
}

func TestAppendMessage_magic(t *testing.T) {
	stage(t, "magic", 0, 4, "the magic is that of the caller's network, 4 bytes, little endian: the lowest first")
}

func TestAppendMessage_command(t *testing.T) {
	stage(t, "command", 4, 16, "the name fills 12 bytes, padded with NUL bytes")
}

func TestAppendMessage_length(t *testing.T) {
	stage(t, "length", 16, 20, "the length counts the payload alone, in 4 bytes, little endian")
}

func TestAppendMessage_checksum(t *testing.T) {
	stage(t, "checksum", 20, 24, "the checksum is taken of the payload alone")
}

func TestAppendMessage_payload(t *testing.T) {
	stage(t, "payload", 24, 1<<20, "the payload follows as it is, and nothing follows it")
}

func TestAppendMessage(t *testing.T) {
	d := draw.From(t)
	m, b := drawn(d, regtest)
	for _, m := range []framing.Message{m, {Command: "verack"}, {Command: d.Word(12), Payload: d.Bytes(1)}} {
		b = envelope(uint32(regtest), m.Command, m.Payload)
		before := d.Bytes(d.Between(1, 9))
		dst := append(make([]byte, 0, 100), before...)
		given := bytes.Clone(m.Payload)
		try := expect.Tried(t, "AppendMessage(dst, Regtest, Message{%q, %d bytes}), where dst has %d bytes", m.Command, len(m.Payload), len(dst))
		try.Why("1 to 12 letters are a name, no bytes are a payload: such a message can be sent")
		got, err := framing.AppendMessage(dst, regtest, m)
		try.NoError(err)
		try.Why("like append, it keeps the bytes of dst and puts the message after them")
		try.Bytes("what dst had", got[:min(len(got), len(before))], before)
		try.Bytes("", got, append(bytes.Clone(before), b...), append([]expect.Field{{Name: "dst", Size: len(before)}}, layout...)...)
		try.Why("a function that writes elsewhere leaves the payload as it was")
		try.Bytes("the payload afterwards", m.Payload, given)
	}
}

func TestAppendMessage_keeps(t *testing.T) {
	d := draw.From(t)
	first, b := drawn(d, regtest)
	second, _ := drawn(d, mainnet)
	try := expect.Tried(t, "AppendMessage(nil, Regtest, m1), and then AppendMessage(nil, Mainnet, m2)")
	got, err := framing.AppendMessage(nil, regtest, first)
	try.NoError(err)
	_, err = framing.AppendMessage(nil, mainnet, second)
	try.NoError(err)
	try.Why("each result needs its own memory: a shared buffer is overwritten by the next message")
	try.Bytes("the first message, after the second call", got, b, layout...)
}

func TestAppendMessage_vectors(t *testing.T) {
	for _, v := range append(wire.All("message"), wire.All("version")...) {
		if !v.Good() {
			continue
		}
		command := string(bytes.TrimRight(v.Bytes[4:16], "\x00"))
		magic := framing.Magic(binary.LittleEndian.Uint32(v.Bytes))
		try := expect.Tried(t, "AppendMessage(nil, 0x%08x, Message{%q, %d bytes}): %s", uint32(magic), command, len(v.Payload()), v.Source)
		try.Why("0 to 12 bytes of printable ASCII are a name, 0 to MaxPayload bytes are a payload")
		got, err := framing.AppendMessage(nil, magic, framing.Message{Command: command, Payload: v.Payload()})
		try.NoError(err)
		try.Bytes("", got, v.Bytes, layout...)
	}
}

func TestAppendMessage_refuses(t *testing.T) {
	d := draw.From(t)
	tests := []struct {
		name string
		m    framing.Message
		want error
		in   string
		why  string
	}{
		{"a command of 13 letters", framing.Message{Command: d.Word(13)}, framing.ErrCommand, "ErrCommand", "the field has 12 bytes; to cut the name would send another one"},
		{"a command of 40 letters", framing.Message{Command: d.Word(40)}, framing.ErrCommand, "ErrCommand", "the field has 12 bytes; to cut the name would send another one"},
		{"a command of 7 letters and 14 bytes", framing.Message{Command: "ééééééé"}, framing.ErrCommand, "ErrCommand", "the field has 12 bytes, and names are printable ASCII"},
		{"the letter š, U+0161, in its command", framing.Message{Command: d.Word(3) + "š"}, framing.ErrCommand, "ErrCommand", "names are printable ASCII, 0x20 to 0x7e; cut down to a byte, š would be taken for an a"},
		{"a command with a NUL in it", framing.Message{Command: d.Word(3) + "\x00" + d.Word(3)}, framing.ErrCommand, "ErrCommand", "no reader would accept it: after the first NUL only NUL may follow"},
		{"a command that ends in a NUL", framing.Message{Command: d.Word(3) + "\x00"}, framing.ErrCommand, "ErrCommand", "padding does not belong to the name: a reader would return another name"},
		{"a command with a line break", framing.Message{Command: d.Word(3) + "\n"}, framing.ErrCommand, "ErrCommand", "names are printable ASCII, 0x20 to 0x7e"},
		{"a command with the byte 0x1f", framing.Message{Command: d.Word(3) + "\x1f"}, framing.ErrCommand, "ErrCommand", "names are printable ASCII, 0x20 to 0x7e"},
		{"a command with the byte 0x7f", framing.Message{Command: "\x7f" + d.Word(3)}, framing.ErrCommand, "ErrCommand", "names are printable ASCII, 0x20 to 0x7e"},
		{"a command with the byte 0xff", framing.Message{Command: d.Word(3) + "\xff"}, framing.ErrCommand, "ErrCommand", "names are printable ASCII, 0x20 to 0x7e"},
		{"a payload of MaxPayload + 1 bytes", framing.Message{Command: "block", Payload: tooLarge()}, framing.ErrTooLarge, "ErrTooLarge", "no reader would accept it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := draw.From(t).Bytes(5)
			dst := append(make([]byte, 0, 100), before...)
			try := expect.Tried(t, "AppendMessage(dst, Mainnet, m), where m has %s", tt.name).Why("%s", tt.why)
			got, err := framing.AppendMessage(dst, mainnet, tt.m)
			try.ErrorIs(err, tt.want, tt.in)
			try.Why("what cannot be sent leaves dst as it was")
			try.Bytes("", got, before)
		})
	}
}

func TestAppendMessage_allowed(t *testing.T) {
	d := draw.From(t)
	for _, m := range []framing.Message{{Command: " ~" + d.Word(10)}, {}} {
		try := appendAllowed(t, m)
		got, err := framing.AppendMessage(nil, mainnet, m)
		try.NoError(err)
		try.Bytes("", got, envelope(uint32(mainnet), m.Command, m.Payload), layout...)
	}
}

func TestAppendMessage_largest(t *testing.T) {
	m := framing.Message{Command: "block", Payload: tooLarge()[:maxPayload]}
	header := envelope(uint32(mainnet), m.Command, nil)
	binary.LittleEndian.PutUint32(header[16:], maxPayload)
	copy(header[20:], "\x5a\x65\x69\x26") // to hash so much takes as long as ten other tests
	try := appendAllowed(t, m)
	got, err := framing.AppendMessage(nil, mainnet, m)
	try.NoError(err)
	cut := min(24, len(got))
	try.Bytes("the bytes before the payload", got[:cut], header, layout...)
	try.Bytes("the bytes after the header", got[cut:], m.Payload)
}

func appendAllowed(t *testing.T, m framing.Message) *expect.Try {
	try := expect.Tried(t, "AppendMessage(nil, Mainnet, m), where m has the command %q and %d bytes of payload", m.Command, len(m.Payload))
	return try.Why("0 to 12 bytes of printable ASCII (0x20 to 0x7e) are a name, 0 to MaxPayload bytes are a payload")
}

func TestAppendMessage_behind(t *testing.T) {
	d := draw.From(t)
	room := d.Bytes(64)
	given := bytes.Clone(room)
	try := expect.Tried(t, "AppendMessage(nil, Mainnet, m), where m's payload is the first 20 bytes of an array of 64")
	try.Why("the payload is only read: what follows it in memory is somebody else's")
	_, err := framing.AppendMessage(nil, mainnet, framing.Message{Command: "tx", Payload: room[:20]})
	try.NoError(err)
	try.Bytes("the array afterwards", room, given)
}
