package version_test

import (
	"fmt"
	"io"
	"math"
	"net/netip"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"
)

// seen is an address of 30 bytes and the fields it is made of.
type seen struct {
	at uint32
	address
}

func (s seen) bytes() []byte { return join(le32(s.at), s.address.bytes()) }

func (s seen) String() string {
	return fmt.Sprintf("%v, services %#x, seen at %d", s.address.value(), s.services, s.at)
}

// drawSeen draws n addresses, IPv4 and IPv6 in turn.
func drawSeen(d *draw.Source, n int) []seen {
	all := make([]seen, n)
	for i := range all {
		ip := drawIPv4(d)
		if i%2 == 1 {
			ip = drawIPv6(d)
		}
		all[i] = seen{at: d.Uint32(), address: drawAddress(d, ip)}
	}
	return all
}

func addrPayload(count uint64, all []seen) []byte {
	b := compact(count)
	for _, s := range all {
		b = append(b, s.bytes()...)
	}
	return b
}

func addrLayout(count uint64, n int) []expect.Field {
	f := []expect.Field{{Name: "count", Size: len(compact(count))}}
	for i := range n {
		f = append(f, expect.Field{Name: fmt.Sprintf("address %d", i), Size: 30})
	}
	return f
}

func TestReadAddr(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, d.Between(2, 9), 253, maxAddrs} {
		all := drawSeen(d, n)
		b := addrPayload(uint64(n), all)
		try := expect.Tried(t, "ReadAddr(payload), where the payload carries %d addresses", n)
		if n < 10 {
			try.Input(b, addrLayout(uint64(n), n)...)
		}
		try.Why("the count is a CompactSize, here %x; that many addresses of 30 bytes follow", compact(uint64(n)))
		got, err := version.ReadAddr(b)
		try.NoError(err)
		try.Equal("number of addresses", len(got), n)
		for i, a := range got {
			shown := seen{uint32(a.Time.Unix()), address{uint64(a.Services), a.IP, a.Port}}
			try.Equal(fmt.Sprintf("address %d", i), shown, all[i])
			try.Equal(fmt.Sprintf("address %d: Time, in seconds since 1970", i), a.Time.Unix(), int64(all[i].at))
		}
		try.Why("the same message must read the same on every machine, whatever its time zone")
		try.Equal("address 0: Location() of its Time", zone(got[0].Time), "UTC")
		unchanged(try, b, addrPayload(uint64(n), all))
	}
}

func TestReadAddr_none(t *testing.T) {
	try := expect.Tried(t, "ReadAddr(payload), where the payload is the count 0 and nothing more")
	try.Why("a peer that knows nobody may say so")
	got, err := version.ReadAddr([]byte{0})
	try.NoError(err)
	try.Equal("number of addresses", len(got), 0)
}

// listReader is ReadAddr or ReadAddrV2 where only errors matter.
type listReader struct {
	name string
	one  []byte // an address
	read func([]byte) error
}

func listReaders(d *draw.Source) []listReader {
	v2 := drawAddrV2(d, ipv4)
	return []listReader{
		{"ReadAddr", drawSeen(d, 1)[0].bytes(), func(b []byte) error { _, err := version.ReadAddr(b); return err }},
		{"ReadAddrV2", v2.bytes(), func(b []byte) error { _, err := version.ReadAddrV2(b); return err }},
	}
}

func TestReadAddr_tooMany(t *testing.T) {
	d := draw.From(t)
	for _, f := range listReaders(d) {
		for _, n := range []uint64{maxAddrs + 1, uint64(d.Between(2000, 9000)), 1 << 16, 1 << 24, 1 << 32, math.MaxInt64 + 1, math.MaxUint64} {
			b := join(compact(n), f.one)
			try := expect.Tried(t, "%s(payload), where the payload claims %d addresses", f.name, n)
			try.Input(b, expect.Field{Name: "count", Size: len(compact(n))}, expect.Field{Name: "address 0"})
			try.Why("the count is a stranger's claim: it is bounded before anything is allocated, read or converted to an int")
			var err error
			bytes := allocated(func() { err = f.read(b) })
			try.ErrorIs(err, version.ErrTooMany, "ErrTooMany")
			try.True(bytes < 1<<20, fmt.Sprintf("more than %d MiB of memory allocated", bytes>>20), "the count to be refused before memory is allocated for it")
		}
	}
}

func TestReadAddr_missing(t *testing.T) {
	d := draw.From(t)
	for _, f := range listReaders(d) {
		have := d.Between(1, 7)
		b := compact(uint64(have + 1))
		for range have {
			b = append(b, f.one...)
		}
		for n := len(b) - len(f.one); n <= len(b); n++ {
			which := have
			if n < len(b) {
				which--
			}
			try := expect.Tried(t, "%s(payload), where the payload claims %d addresses and ends %d bytes into address %d", f.name, have+1, (n-1)%len(f.one), which)
			try.Input(b[:n], expect.Field{Name: "count", Size: 1}, expect.Field{Name: "addresses"})
			try.Why("the count is a promise: fewer addresses than it says are a message that was cut off")
			err := f.read(b[:n])
			try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
			try.Why("a reader of the error wants to know which of the addresses it was, counted from 0")
			try.Mentions(err, fmt.Sprintf("address %d", which))
		}
	}
}

func TestReadAddr_trailing(t *testing.T) {
	d := draw.From(t)
	for _, f := range listReaders(d) {
		for _, n := range []int{d.Between(2, 40), 1} {
			b := join(compact(1), f.one, d.Bytes(n))
			try := expect.Tried(t, "%s(payload), where the only address is followed by more, in bytes: %d", f.name, n)
			try.Input(b, expect.Field{Name: "count", Size: 1}, expect.Field{Name: "address 0", Size: len(f.one)}, expect.Field{Name: "more"})
			try.Why("bytes that nobody has read are a sign that both sides do not mean the same message")
			try.ErrorIs(f.read(b), version.ErrTrailing, "ErrTrailing")
		}
	}
}

func TestReadAddr_count(t *testing.T) {
	d := draw.From(t)
	for _, f := range listReaders(d) {
		try := expect.Tried(t, "%s(payload), where the count 1 is written as fd 01 00", f.name)
		try.Why("the count is a CompactSize: what ReadCompactSize refuses is refused with the same error")
		try.ErrorIs(f.read(join([]byte{0xfd, 1, 0}, f.one)), version.ErrCompactSize, "ErrCompactSize")
		try = expect.Tried(t, "%s(payload), where the payload is empty", f.name)
		try.Why("not even the count is there")
		try.ErrorIs(f.read(nil), io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
	}
}

func TestReadAddr_vectors(t *testing.T) {
	for _, v := range wire.All("addr") {
		var got []string
		addrs, err := version.ReadAddr(v.Bytes)
		for _, a := range addrs {
			got = append(got, netip.AddrPortFrom(a.IP, a.Port).String())
		}
		listed(t, "ReadAddr", v, got, err)
	}
}

// listed wants what a vector's file says: its addresses, or its error.
func listed(t *testing.T, name string, v wire.Vector, got []string, err error) {
	t.Helper()
	try := expect.Tried(t, "%s(payload) of the vector %s", name, v.Name)
	try.Why("each address as it would be dialled")
	if note := v.Facts["note"]; note != "" {
		try.Why("%s", note)
	}
	if !v.Good() {
		try.ErrorIs(err, sentinel(t, v.Expect), v.Expect)
		return
	}
	try.NoError(err)
	if got == nil {
		got = []string{"none"}
	}
	try.Shows("addresses", strings.Join(got, " "), v.Facts["addresses"])
}
