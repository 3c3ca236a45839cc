package version_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var protocolReader = reader{
	call:  "ReadProtocolVersion(c)",
	form:  "4 bytes, little endian: the lowest byte comes first; the number may be negative",
	parts: []expect.Field{{Name: "protocol version", Size: 4}},
	read:  func(c *version.Cursor) (any, error) { return version.ReadProtocolVersion(c) },
}

func TestReadProtocolVersion(t *testing.T) {
	d := draw.From(t)
	for range 5 {
		n := int32(d.Between(31_800, 70_016))
		protocolReader.takes(t, d, le32(uint32(n)), n)
	}
}

func TestReadProtocolVersion_signed(t *testing.T) {
	d := draw.From(t)
	n := int32(-d.Between(1, 1<<30))
	protocolReader.takes(t, d, le32(uint32(n)), n)
}

func TestReadProtocolVersion_cut(t *testing.T) {
	protocolReader.cut(t, le32(uint32(draw.From(t).Between(31_800, 70_016))))
}

func TestCanSendPong(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int32{60_000, 60_001, 60_002, 70_016, 0, -1, int32(d.Between(1, 59_999)), int32(d.Between(60_003, 80_000))} {
		try := expect.Tried(t, "CanSendPong(%d)", n)
		try.Why("a node of protocol 60001 or later answers a ping with a pong (BIP 31)")
		try.Equal("", version.CanSendPong(n), n >= 60_001)
	}
}
