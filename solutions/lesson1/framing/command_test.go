package framing_test

import (
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

var readCommand = reader{"ReadCommand(r)", "command", "the name ends before the NUL bytes that pad it; any name of printable ASCII is well formed", func(r io.Reader) (any, error) { return framing.ReadCommand(r) }}

// commandField pads a name with NUL bytes.
func commandField(name string) []byte {
	b := make([]byte, 12)
	copy(b, name)
	return b
}

func TestReadCommand(t *testing.T) {
	d := draw.From(t)
	for _, name := range []string{"version", "verack", d.Word(d.Between(1, 11))} {
		readCommand.takesOnly(t, d, commandField(name), name)
	}
}

func TestReadCommand_names(t *testing.T) {
	d := draw.From(t)
	tests := []struct{ kind, name, why string }{
		{"a name of 12 letters", d.Word(12), "a name that fills the field has no NUL after it"},
		{"an empty name", "", "12 NUL bytes are a well-formed name, of no letters"},
		{"a name that ends in a space", d.Word(d.Between(1, 10)) + " ", "a space is printable: only NUL bytes are padding"},
		{"a name that begins with a space", " " + d.Word(d.Between(1, 10)), "a space is printable: only NUL bytes are padding"},
		{"a name of capitals, digits and signs", "A~" + d.Word(2) + "0 {}!", "printable ASCII is 0x20 to 0x7e"},
		{"a name that nobody knows", d.Word(9), "a command that we do not know is none the worse for it: newer nodes have newer messages"},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			b := commandField(tt.name)
			try := expect.Tried(t, "ReadCommand(r), where r has %s", tt.kind).Input(b).Why("%s", tt.why)
			got, err := framing.ReadCommand(&whole{b})
			try.NoError(err)
			try.Equal("", got, tt.name)
		})
	}
}

func TestReadCommand_malformed(t *testing.T) {
	d := draw.From(t)
	word := func() string { return d.Word(d.Between(2, 5)) }
	tests := []struct{ kind, field, why string }{
		{"letters after the first NUL", word() + "\x00" + word(), "after a name only NUL may follow"},
		{"one letter in the last byte", string(commandField(word())[:11]) + d.Word(1), "after a name only NUL may follow"},
		{"a space after the first NUL", word() + "\x00 ", "after a name only NUL may follow, and a space is not NUL"},
		{"a NUL before the name", "\x00" + word(), "the name has ended before it began: what follows is no padding"},
		{"a byte above 0x7f", word() + string([]byte{byte(d.Between(0x80, 0xff))}), "names are printable ASCII, 0x20 to 0x7e"},
		{"a letter that is not ASCII", word() + "é", "names are printable ASCII, 0x20 to 0x7e; é is two bytes of UTF-8"},
		{"the control character 0x1f", word() + "\x1f", "names are printable ASCII, 0x20 to 0x7e"},
		{"the control character DEL", word() + "\x7f", "0x7f is ASCII, but it is not printable"},
		{"an escape sequence", "\x1b[2J" + word(), "printing this name would clear the screen: a peer must not control our terminal"},
		{"a byte 0x80 in a full field", d.Word(11) + "\x80", "names are printable ASCII, 0x20 to 0x7e"},
		{"a line feed", word() + "\n", "0x20 to 0x7e are printable; of white space that is the space alone, and a line feed would start a line of our log"},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			b := commandField(tt.field)
			try := expect.Tried(t, "ReadCommand(r), where the field has %s", tt.kind)
			try.Input(b, expect.Field{Name: "command"}).Why("%s", tt.why)
			_, err := framing.ReadCommand(&whole{b})
			try.ErrorIs(err, framing.ErrCommand, "ErrCommand")
			namesField(try, err, "command")
		})
	}
}

func TestReadCommand_cut(t *testing.T) {
	d := draw.From(t)
	field := commandField(d.Word(d.Between(1, 12)))
	readCommand.cut(t, d, field)
	readCommand.timesOut(t, field)
}
