package version_test

import (
	"net/netip"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var ipReader = reader{
	call:  "ReadIP(c)",
	form:  "16 bytes; an IPv4 address is the last four of them, behind ten bytes 00 and two bytes ff",
	parts: []expect.Field{{Name: "IP", Size: 16}},
	read:  func(c *version.Cursor) (any, error) { ip, err := version.ReadIP(c); return ip.String(), err },
}

var portReader = reader{
	call:  "ReadPort(c)",
	form:  "2 bytes, big endian: the highest byte comes first, unlike in every other number of the protocol",
	parts: []expect.Field{{Name: "port", Size: 2}},
	read:  func(c *version.Cursor) (any, error) { return version.ReadPort(c) },
}

func TestReadIP_4(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		ip := drawIPv4(d)
		b := ip.As16()
		ipReader.takes(t, d, b[:], ip.String())
		try := expect.Tried(t, "ReadIP(c), and then Is4() of the address, for %s in its mapped form", ip)
		try.Input(b[:], expect.Field{Name: "zeros", Size: 10}, expect.Field{Name: "ffff", Size: 2}, expect.Field{Name: "IPv4", Size: 4})
		try.Why("the address of an IPv4 node is an IPv4 address; the mapped form is only how it travels")
		got, err := version.ReadIP(version.NewCursor(b[:]))
		try.NoError(err)
		try.Equal("", got.Is4(), true)
	}
}

func TestReadIP_6(t *testing.T) {
	d := draw.From(t)
	almost := [16]byte(d.Bytes(16)) // ten zeros, but no ffff after them: not a mapped IPv4 address
	clear(almost[:10])
	almost[10], almost[11] = 0xff, 0xfe
	for _, ip := range []netip.Addr{drawIPv6(d), drawIPv6(d), netip.AddrFrom16(almost), netip.IPv6Unspecified(), netip.IPv6LinkLocalAllNodes()} {
		b := ip.As16()
		ipReader.takes(t, d, b[:], ip.String())
	}
}

func TestReadIP_cut(t *testing.T) {
	ipReader.cut(t, draw.From(t).Bytes(16))
}

func TestReadPort(t *testing.T) {
	d := draw.From(t)
	for range 5 {
		port := drawPort(d)
		portReader.takes(t, d, be16(port), port)
	}
}

func TestReadPort_cut(t *testing.T) {
	portReader.cut(t, be16(drawPort(draw.From(t))))
}
