package framing_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

var readMagic = reader{"ReadMagic(r)", "magic", "the magic is little endian: its first byte counts least", func(r io.Reader) (any, error) { return framing.ReadMagic(r) }}

// networks are the known magics, their names, and their bytes on the wire.
var networks = []struct {
	magic framing.Magic
	name  string
	wire  [4]byte
}{
	{framing.Mainnet, "mainnet", [4]byte{0xf9, 0xbe, 0xb4, 0xd9}},
	{framing.Testnet3, "testnet3", [4]byte{0x0b, 0x11, 0x09, 0x07}},
	{framing.Testnet4, "testnet4", [4]byte{0x1c, 0x16, 0x3f, 0x28}},
	{framing.Signet, "signet", [4]byte{0x0a, 0x03, 0xcf, 0x40}},
	{framing.Regtest, "regtest", [4]byte{0xfa, 0xbf, 0xb5, 0xda}},
}

// drawMagic draws a magic that is none of the known ones.
func drawMagic(d *draw.Source) framing.Magic {
	for {
		m := framing.Magic(d.Uint32())
		known := false
		for _, n := range networks {
			known = known || n.magic == m
		}
		if !known {
			return m
		}
	}
}

func TestReadMagic(t *testing.T) {
	d := draw.From(t)
	for _, n := range networks {
		readMagic.takesOnly(t, d, n.wire[:], n.magic)
	}
}

func TestReadMagic_unknown(t *testing.T) {
	d := draw.From(t)
	for _, magic := range []framing.Magic{drawMagic(d), drawMagic(d), 0} {
		b := binary.LittleEndian.AppendUint32(nil, uint32(magic))
		try := expect.Tried(t, "ReadMagic(r), where r has the magic 0x%08x, of a network of somebody's own", uint32(magic)).Input(b)
		try.Why("ReadMagic reads the number and leaves it to its caller to judge it")
		got, err := framing.ReadMagic(&whole{b})
		try.NoError(err)
		try.Equal("", got, magic)
	}
}

func TestReadMagic_cut(t *testing.T) {
	d := draw.From(t)
	field := binary.LittleEndian.AppendUint32(nil, d.Uint32())
	readMagic.cut(t, d, field)
	readMagic.timesOut(t, field)
}

func TestMagic_String(t *testing.T) {
	for _, n := range networks {
		try := expect.Tried(t, "Magic(0x%08x).String()", uint32(n.magic))
		try.Equal("", n.magic.String(), n.name)
	}
	d := draw.From(t)
	for _, unknown := range []uint32{uint32(drawMagic(d)), uint32(d.Between(1, 0xffff)), 0} {
		try := expect.Tried(t, "Magic(0x%08x).String()", unknown)
		try.Why(`a number that is no known network's is shown as 8 hex digits, with leading zeros, behind "unknown network 0x"`)
		try.Equal("", framing.Magic(unknown).String(), fmt.Sprintf("unknown network 0x%08x", unknown))
	}
}
