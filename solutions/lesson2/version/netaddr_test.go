package version_test

import (
	"net/netip"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var netAddrReader = reader{
	name:  "ReadNetAddr",
	parts: netAddrLayout,
	read:  func(c *version.Cursor) (any, error) { return version.ReadNetAddr(c) },
}

// timedReader reads time and address, the time as Unix seconds.
var timedReader = reader{
	name:  "ReadTimedNetAddr",
	parts: append([]expect.Field{{Name: "time", Size: 4}}, netAddrLayout...),
	read: func(c *version.Cursor) (any, error) {
		a, err := version.ReadTimedNetAddr(c)
		return timed{a.Time.Unix(), a.Time.Location().String(), a.NetAddr}, err
	},
}

type timed struct {
	Time     int64
	Location string
	NetAddr  version.NetAddr
}

func TestReadNetAddr(t *testing.T) {
	d := draw.From(t)
	for _, ip := range []netip.Addr{drawIPv4(d), drawIPv6(d), netip.IPv6Unspecified()} {
		a := drawAddress(d, ip)
		netAddrReader.takes(t, d, a.bytes(), a.value())
	}
}

func TestReadNetAddr_cut(t *testing.T) {
	d := draw.From(t)
	netAddrReader.cut(t, drawAddress(d, drawIPv4(d)).bytes())
}

func TestReadTimedNetAddr(t *testing.T) {
	d := draw.From(t)
	for _, seen := range []uint32{uint32(d.Between(1_231_006_505, 1_900_000_000)), 0, 1 << 31, 1<<32 - 1} {
		a := drawAddress(d, drawIPv4(d))
		timedReader.takes(t, d, join(le32(seen), a.bytes()), timed{int64(seen), "UTC", a.value()})
	}
}

func TestReadTimedNetAddr_cut(t *testing.T) {
	d := draw.From(t)
	timedReader.cut(t, join(le32(d.Uint32()), drawAddress(d, drawIPv6(d)).bytes()))
}
