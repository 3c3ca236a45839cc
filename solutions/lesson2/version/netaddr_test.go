package version_test

import (
	"net/netip"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var netAddrReader = reader{
	call:  "ReadNetAddr(c)",
	form:  "services 8, IP 16, port 2, in this order",
	parts: netAddrLayout,
	read:  func(c *version.Cursor) (any, error) { a, err := version.ReadNetAddr(c); return show(a), err },
}

// timedReader reads time and address, the time as Unix seconds.
var timedReader = reader{
	call:  "ReadTimedNetAddr(c)",
	form:  "a time of 4 bytes, unsigned and in UTC, and then what ReadNetAddr reads",
	parts: append([]expect.Field{{Name: "time", Size: 4}}, netAddrLayout...),
	read: func(c *version.Cursor) (any, error) {
		a, err := version.ReadTimedNetAddr(c)
		return timed{a.Time.Unix(), zone(a.Time), show(a.NetAddr)}, err
	},
}

type timed struct {
	Time    int64
	Zone    string
	NetAddr string
}

func TestReadNetAddr(t *testing.T) {
	d := draw.From(t)
	for _, ip := range []netip.Addr{drawIPv4(d), drawIPv6(d), netip.IPv6Unspecified()} {
		a := drawAddress(d, ip)
		netAddrReader.takes(t, d, a.bytes(), show(a.value()))
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
		timedReader.takes(t, d, join(le32(seen), a.bytes()), timed{int64(seen), "UTC", show(a.value())})
	}
}

func TestReadTimedNetAddr_cut(t *testing.T) {
	d := draw.From(t)
	timedReader.cut(t, join(le32(d.Uint32()), drawAddress(d, drawIPv6(d)).bytes()))
}
