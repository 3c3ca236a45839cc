package framing_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

var readMagic = reader{"ReadMagic(r)", "magic", "the magic is little endian: its first byte counts least", func(r io.Reader) (any, error) {
	m, err := framing.ReadMagic(r)
	return numberOf(m), err
}}

// number is a magic as messages show it, without the learner's String method.
type number string

func (n number) String() string { return string(n) }

func numberOf[T ~uint | ~uint16 | ~uint32 | ~uint64](n T) number {
	return number(fmt.Sprintf("0x%08x", uint64(n)))
}

// network is a known magic, its name, its bytes on the wire, and what the
// learner's package calls it.
type network struct {
	magic    framing.Magic
	name     string
	wire     [4]byte
	constant framing.Magic
}

// networks are the known ones.
var networks = []network{
	{mainnet, "mainnet", [4]byte{0xf9, 0xbe, 0xb4, 0xd9}, framing.Mainnet},
	{testnet3, "testnet3", [4]byte{0x0b, 0x11, 0x09, 0x07}, framing.Testnet3},
	{testnet4, "testnet4", [4]byte{0x1c, 0x16, 0x3f, 0x28}, framing.Testnet4},
	{signet, "signet", [4]byte{0x0a, 0x03, 0xcf, 0x40}, framing.Signet},
	{regtest, "regtest", [4]byte{0xfa, 0xbf, 0xb5, 0xda}, framing.Regtest},
}

// drawMagic draws a magic that is none of the known ones.
func drawMagic(d *draw.Source) uint32 {
	for {
		m := d.Uint32()
		if !slices.ContainsFunc(networks, func(n network) bool { return binary.LittleEndian.Uint32(n.wire[:]) == m }) {
			return m
		}
	}
}

func TestReadMagic(t *testing.T) {
	d := draw.From(t)
	for _, n := range networks {
		readMagic.takesOnly(t, d, n.wire[:], numberOf(binary.LittleEndian.Uint32(n.wire[:])))
	}
}

func TestReadMagic_unknown(t *testing.T) {
	d := draw.From(t)
	for _, n := range []uint32{drawMagic(d), drawMagic(d), 1<<31 | d.Uint32(), 0} {
		b := binary.LittleEndian.AppendUint32(nil, n)
		try := expect.Tried(t, "ReadMagic(r), where r has the magic 0x%08x, of a network of somebody's own", n).Input(b)
		try.Why("ReadMagic reads the number and leaves it to its caller to judge it")
		got, err := framing.ReadMagic(&whole{b})
		try.NoError(err)
		try.Equal("", numberOf(got), numberOf(n))
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
		try := expect.Tried(t, "Magic(0x%08x).String()", uint32(n.magic)).Why("each network has one name, in lower case")
		try.Equal("", n.magic.String(), n.name)
		try.Why("the constants of this package are given: they are the numbers of the real networks")
		try.Equal("the constant of "+n.name, numberOf(n.constant), numberOf(binary.LittleEndian.Uint32(n.wire[:])))
	}
	d := draw.From(t)
	for _, unknown := range []uint32{drawMagic(d), uint32(d.Between(1, 0xffff)), 0, 0xfeedbabe} {
		try := expect.Tried(t, "Magic(0x%08x).String()", unknown)
		try.Why(`a number that is no known network's is shown as 8 hex digits, with leading zeros, behind "unknown network 0x"`)
		try.Equal("", framing.Magic(unknown).String(), fmt.Sprintf("unknown network 0x%08x", unknown))
	}
}
