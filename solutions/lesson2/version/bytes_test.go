package version_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

// The bytes of these tests are put together by hand, so that no test of reading
// needs a function that writes.

// What the page says, in numbers of the tests' own: the learner's constants are
// part of what is tested.
const (
	maxUserAgent     = 256
	maxAddrs         = 1000
	maxAddrSize      = 512
	handshakeTimeout = 60 * time.Second
)

const (
	ipv4      version.Network = 1
	ipv6      version.Network = 2
	torV2     version.Network = 3
	torV3     version.Network = 4
	i2p       version.Network = 5
	cjdns     version.Network = 6
	yggdrasil version.Network = 7
)

func le16(n uint16) []byte { return binary.LittleEndian.AppendUint16(nil, n) }
func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
func le64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }
func be16(n uint16) []byte { return binary.BigEndian.AppendUint16(nil, n) }

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// compact is n as a CompactSize.
func compact(n uint64) []byte {
	switch {
	case n < 0xfd:
		return []byte{byte(n)}
	case n < 1<<16:
		return join([]byte{0xfd}, le16(uint16(n)))
	case n < 1<<32:
		return join([]byte{0xfe}, le32(uint32(n)))
	}
	return join([]byte{0xff}, le64(n))
}

// address is an address of 26 bytes and the fields it is made of.
type address struct {
	services uint64
	ip       netip.Addr
	port     uint16
}

func (a address) bytes() []byte {
	ip := a.ip.As16()
	return join(le64(a.services), ip[:], be16(a.port))
}

func (a address) value() version.NetAddr {
	return version.NetAddr{Services: version.Services(a.services), IP: a.ip, Port: a.port}
}

// show is an address with its services, which its String leaves out.
func show(a version.NetAddr) string {
	return fmt.Sprintf("%v with services %#x", a, uint64(a.Services))
}

// drawIPv4 draws an IPv4 address without a zero in it.
func drawIPv4(d *draw.Source) netip.Addr {
	var b [4]byte
	for i := range b {
		b[i] = byte(d.Between(1, 254))
	}
	return netip.AddrFrom4(b)
}

// drawIPv6 draws a public IPv6 address.
func drawIPv6(d *draw.Source) netip.Addr {
	b := [16]byte(d.Bytes(16))
	b[0], b[1], b[15] = 0x2a, byte(d.Between(1, 0xfe)), byte(d.Between(1, 0xfe))
	return netip.AddrFrom16(b)
}

// drawPort draws a port whose two bytes differ.
func drawPort(d *draw.Source) uint16 {
	hi := d.Between(1, 255)
	return uint16(hi)<<8 | uint16((hi+d.Between(1, 255))%256)
}

func drawAddress(d *draw.Source, ip netip.Addr) address {
	return address{services: d.Uint64(), ip: ip, port: drawPort(d)}
}

var netAddrLayout = []expect.Field{{Name: "services", Size: 8}, {Name: "IP", Size: 16}, {Name: "port", Size: 2}}

// reader is one of the functions that take a field from a cursor.
type reader struct {
	call  string // ReadBool(c)
	form  string // what the field looks like
	parts []expect.Field
	read  func(*version.Cursor) (any, error)
}

// takes reads a field that stands between other bytes, and wants the value, and
// the cursor right after the field.
func (f reader) takes(t *testing.T, d *draw.Source, field []byte, want any) {
	t.Helper()
	before, after := d.Bytes(d.Between(1, 9)), d.Bytes(d.Between(1, 9))
	payload := join(before, field, after)
	c := version.NewCursor(payload)
	_, err := c.Take("bytes before", len(before))
	expect.Broken(t, err)
	try := expect.Tried(t, "%s, where c is at the first of %d bytes", f.call, len(field)+len(after))
	try.Input(join(field, after), append(append([]expect.Field{}, f.parts...), expect.Field{Name: "the rest"})...)
	try.Why("%s", f.form)
	got, err := f.read(c)
	try.NoError(err)
	try.Equal("", got, want)
	try.Why("c.Take moves the cursor: take too much or too little, and the next field is wrong")
	try.Equal("bytes taken", c.Offset()-len(before), len(field))
	unchanged(try, payload[len(before):], join(field, after), f.parts...)
}

// unchanged wants a reader to have left the payload as it was.
func unchanged(try *expect.Try, payload, was []byte, layout ...expect.Field) {
	try.Why("c.Take returns the payload's own bytes, not a copy: if you write to them or reverse them, the next reader gets a spoiled payload")
	try.Bytes("the payload afterwards", payload, was, layout...)
}

// cut reads every beginning of a field that is shorter than the field.
func (f reader) cut(t *testing.T, field []byte) {
	t.Helper()
	for n := range len(field) {
		try := expect.Tried(t, "%s, where c has %d of the field's %s", f.call, n, expect.Count(len(field), "byte"))
		try.Input(field[:n], f.parts...)
		try.Why("c.Take gives this error: pass it on, or wrap it with %%w")
		_, err := f.read(version.NewCursor(field[:n]))
		isShort(try, err)
	}
}

// zone is "UTC", or the name of a zone that is not; this machine's own is never
// UTC, even where its clock shows the same.
func zone(at time.Time) string {
	if at.Location() == time.Local {
		return "this machine's time zone"
	}
	return at.Location().String()
}

// isShort wants the error of a field cut short.
func isShort(try *expect.Try, err error) {
	try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
}

// allocated tells how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// sentinels are the errors that these tests tell apart, and that a vector's file may expect, by
// their names there.
var sentinels = map[string]error{
	"ErrBool":                  version.ErrBool,
	"ErrCompactSize":           version.ErrCompactSize,
	"ErrTooLong":               version.ErrTooLong,
	"ErrTooMany":               version.ErrTooMany,
	"ErrTrailing":              version.ErrTrailing,
	"ErrAddrSize":              version.ErrAddrSize,
	"ErrSelf":                  version.ErrSelf,
	"io.EOF":                   io.EOF,
	"io.ErrUnexpectedEOF":      io.ErrUnexpectedEOF,
	"context.Canceled":         context.Canceled,
	"context.DeadlineExceeded": context.DeadlineExceeded,
}

var _ = expect.Apart(sentinels)

func sentinel(t *testing.T, name string) error {
	t.Helper()
	err, ok := sentinels[name]
	if !ok {
		expect.Broken(t, errors.New("a vector expects the unknown error "+name))
	}
	return err
}
