package version_test

import (
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"
)

// value is the message as AppendVersion takes it.
func (o ours) value() version.Version {
	return version.Version{
		Protocol:    o.protocol,
		Services:    version.Services(o.services),
		Timestamp:   time.Unix(o.timestamp, 0).UTC(),
		Receiver:    o.receiver.value(),
		Sender:      o.sender.value(),
		Nonce:       o.nonce,
		UserAgent:   o.agent,
		StartHeight: o.height,
		Relay:       len(o.relay) == 0 || o.relay[0] == 1,
		OmitRelay:   len(o.relay) == 0,
	}
}

func TestAppendNetAddr(t *testing.T) {
	d := draw.From(t)
	for _, ip := range []netip.Addr{drawIPv4(d), drawIPv6(d), netip.IPv6Unspecified()} {
		a, dst := drawAddress(d, ip), d.Bytes(d.Between(1, 9))
		try := expect.Tried(t, "AppendNetAddr(dst, a), where a is %v and dst has %d bytes", a.value(), len(dst))
		try.Why("services are little endian, the port is big endian, an IPv4 address follows ten bytes 00 and two bytes ff")
		try.Bytes("", version.AppendNetAddr(dst[:len(dst):len(dst)], a.value()), join(dst, a.bytes()),
			append([]expect.Field{{Name: "dst", Size: len(dst)}}, netAddrLayout...)...)
	}
}

func TestAppendNetAddr_zero(t *testing.T) {
	port := drawPort(draw.From(t))
	try := expect.Tried(t, "AppendNetAddr(nil, a), where a has no IP (the zero netip.Addr) and port %d", port)
	try.Why("a node that does not know its own address writes 16 bytes 00")
	got := version.AppendNetAddr(nil, version.NetAddr{Port: port})
	try.Bytes("", got, join(make([]byte, 24), be16(port)), netAddrLayout...)
}

func TestAppendVersion(t *testing.T) {
	d := draw.From(t)
	for _, relay := range [][]byte{{0}, {1}} {
		o := drawVersion(d)
		o.relay = relay
		appends(t, o, d.Bytes(d.Between(1, 9)))
	}
}

func TestAppendVersion_absentRelay(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	o.relay = nil
	appends(t, o, nil)
}

func TestAppendVersion_signed(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	o.protocol, o.height, o.timestamp = int32(-d.Between(1, 1<<30)), -1, int64(-d.Between(1, 1<<40))
	appends(t, o, nil)
}

func TestAppendVersion_times(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	for _, o.timestamp = range []int64{0, -62_135_596_800, int64(d.Uint64()), math.MinInt64, math.MaxInt64} { // the second is the zero time.Time
		appends(t, o, nil)
	}
}

const whyTwice = "behind a dst of nil there is no room: each call appends to a new slice, and what it has returned belongs to the caller"

func TestAppendVersion_twice(t *testing.T) {
	d := draw.From(t)
	first, second := drawVersion(d), drawVersion(d)
	try := expect.Tried(t, "AppendVersion(nil, v), then AppendVersion(nil, another), and then the first result again")
	try.Why(whyTwice)
	got, err := version.AppendVersion(nil, first.value())
	try.NoError(err)
	_, err = version.AppendVersion(nil, second.value())
	try.NoError(err)
	try.Bytes("", got, first.bytes(), first.layout()...)
}

func TestAppendVersion_userAgent(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{0, 252, 253, maxUserAgent} {
		o := drawVersion(d)
		o.agent = d.Word(n)
		appends(t, o, nil)
	}
	o := drawVersion(d)
	o.agent = "/" + d.Word(3) + "\xff\x00/" // not UTF-8: ReadVersion reads it
	appends(t, o, nil)
}

func TestAppendVersion_longAgent(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	for _, o.agent = range []string{strings.Repeat("x", maxUserAgent+1), strings.Repeat("é", maxUserAgent)} {
		try := expect.Tried(t, "AppendVersion(nil, v), where v.UserAgent has %d bytes, %d letters", len(o.agent), utf8.RuneCountInString(o.agent))
		try.Why("no peer would take such a message: the bound counts bytes, and a letter may have several")
		_, err := version.AppendVersion(nil, o.value())
		try.ErrorIs(err, version.ErrTooLong, "ErrTooLong")
	}
	o.agent = strings.Repeat("é", maxUserAgent/2)
	appends(t, o, nil)
}

// appends wants AppendVersion to write o behind dst.
func appends(t *testing.T, o ours, dst []byte) {
	t.Helper()
	try := expect.Tried(t, "AppendVersion(dst, v), where dst has %d bytes and v is %s", len(dst), expect.Value(o.value()))
	layout := o.layout()
	if len(dst) > 0 {
		layout = append([]expect.Field{{Name: "dst", Size: len(dst)}}, layout...)
	}
	want := join(dst, o.bytes())
	try.Why("a user agent may be any 256 bytes, UTF-8 or not: what ReadVersion reads, AppendVersion writes")
	got, err := version.AppendVersion(dst[:len(dst):len(dst)], o.value())
	try.NoError(err)
	try.Why("the fields in the order of the wire, after the bytes that dst has already; the doc comment of Version has their sizes")
	try.Bytes("", got, want, layout...)
}

func TestAppendVersion_roundTrip(t *testing.T) {
	for _, v := range wire.All("version") {
		var layout []expect.Field
		for _, f := range v.Fields[4:] {
			layout = append(layout, expect.Field(f))
		}
		try := expect.Tried(t, "AppendVersion(nil, v), where v is what ReadVersion made of the vector %s", v.Name)
		try.Why("a round trip is byte for byte: what was read can be written again and keeps its checksum")
		read, err := version.ReadVersion(v.Payload())
		try.NoError(err)
		got, err := version.AppendVersion(nil, read)
		try.NoError(err)
		try.Bytes("", got, v.Payload(), layout...)
	}
}

func TestAppendNetAddr_zone(t *testing.T) {
	d := draw.From(t)
	a := drawAddress(d, drawIPv6(d))
	v := a.value()
	v.IP = v.IP.WithZone("eth0")
	try := expect.Tried(t, "AppendNetAddr(nil, a), where a is %v", v)
	try.Why("an IP has 16 bytes on the wire: a zone, which means something on one machine only, is not sent")
	try.Bytes("", version.AppendNetAddr(nil, v), a.bytes(), netAddrLayout...)
}

func TestAppendVersion_fraction(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	for _, o.timestamp = range []int64{int64(d.Between(1, 1<<31)), int64(-d.Between(1, 1<<31))} {
		v := o.value()
		v.Timestamp = time.Unix(o.timestamp, int64(d.Between(500_000_000, 999_999_999)))
		try := expect.Tried(t, "AppendVersion(nil, v), where v.Timestamp is %v", v.Timestamp.UTC())
		try.Why("seconds since 1970 are those that have passed, as Time.Unix counts them: a fraction of one does not count")
		got, err := version.AppendVersion(nil, v)
		try.NoError(err)
		try.Bytes("", got, o.bytes(), o.layout()...)
	}
}
