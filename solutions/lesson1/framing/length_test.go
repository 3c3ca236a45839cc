package framing_test

import (
	"encoding/binary"
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

var readLength = reader{"ReadLength(r)", "length", "the length is little endian: its first byte counts least", func(r io.Reader) (any, error) { return framing.ReadLength(r) }}

func TestReadLength(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		n := uint32(d.Between(256, maxPayload))
		readLength.takesOnly(t, d, binary.LittleEndian.AppendUint32(nil, n), n)
	}
}

func TestReadLength_allowed(t *testing.T) {
	for _, n := range []uint32{0, 1, maxPayload - 1, maxPayload} {
		b := binary.LittleEndian.AppendUint32(nil, n)
		try := expect.Tried(t, "ReadLength(r), where the length is %d", n).Input(b)
		try.Why("0 to MaxPayload are allowed, both included; verack's payload has 0 bytes")
		got, err := framing.ReadLength(&whole{b})
		try.NoError(err)
		try.Equal("", got, n)
	}
}

func TestReadLength_tooLarge(t *testing.T) {
	d := draw.From(t)
	for _, n := range []uint32{maxPayload + 1, uint32(d.Between(maxPayload+2, 1<<31-1)), 1<<31 | d.Uint32(), 1<<32 - 1} {
		b := binary.LittleEndian.AppendUint32(nil, n)
		try := expect.Tried(t, "ReadLength(r), where the length is %d", n).Input(b)
		try.Why("a payload has at most MaxPayload = %d bytes; the field is unsigned and can say as much as 4 GiB", maxPayload)
		_, err := framing.ReadLength(&whole{b})
		try.ErrorIs(err, framing.ErrTooLarge, "ErrTooLarge")
		namesField(try, err, "length")
	}
}

func TestReadLength_cut(t *testing.T) {
	d := draw.From(t)
	field := binary.LittleEndian.AppendUint32(nil, uint32(d.Between(0, maxPayload)))
	readLength.cut(t, d, field)
	readLength.timesOut(t, field)
}
