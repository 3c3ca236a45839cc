package version_test

import (
	"bytes"
	"crypto/sha3"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"
)

// v2 is an address of an addrv2 message and the fields it is made of.
type v2 struct {
	at       uint32
	services uint64
	network  version.Network
	addr     []byte
	port     uint16
}

func (a v2) bytes() []byte {
	return join(le32(a.at), compact(a.services), []byte{byte(a.network)}, compact(uint64(len(a.addr))), a.addr, be16(a.port))
}

func (a v2) layout() []expect.Field {
	f := []expect.Field{{Name: "time", Size: 4}, {Name: "services", Size: len(compact(a.services))}, {Name: "network", Size: 1},
		{Name: "size", Size: len(compact(uint64(len(a.addr))))}}
	if len(a.addr) > 0 {
		f = append(f, expect.Field{Name: "address", Size: len(a.addr)})
	}
	return append(f, expect.Field{Name: "port", Size: 2})
}

func (a v2) value() version.AddrV2 {
	return version.AddrV2{Services: version.Services(a.services), Network: a.network, Addr: a.addr, Port: a.port}
}

func (a v2) String() string {
	return fmt.Sprintf("network %d, address %x, port %d, services %#x, seen at %d", a.network, a.addr, a.port, a.services, a.at)
}

// kept are the networks whose addresses a reader keeps, with the bytes of each.
var kept = map[version.Network]int{ipv4: 4, ipv6: 16, torV3: 32, i2p: 32, cjdns: 16, yggdrasil: 16}

// networks are the keys of kept, in their order.
var networks = []version.Network{ipv4, ipv6, torV3, i2p, cjdns, yggdrasil}

func drawAddrV2(d *draw.Source, n version.Network) v2 {
	a := v2{at: d.Uint32(), services: d.Uint64() >> d.IntN(64), network: n, addr: d.Bytes(kept[n]), port: drawPort(d)}
	switch n {
	case ipv4:
		a.addr = drawIPv4(d).AsSlice()
	case ipv6:
		a.addr = drawIPv6(d).AsSlice()
	case cjdns:
		a.addr[0] = 0xfc
	case yggdrasil:
		a.addr[0] = 0x02
	case i2p:
		a.port = 0
	}
	return a
}

// keeps wants ReadAddrV2 to return want for the addresses in all.
func keeps(t *testing.T, try *expect.Try, all, want []v2) {
	t.Helper()
	b := compact(uint64(len(all)))
	layout := []expect.Field{{Name: "count", Size: len(b)}}
	for i, a := range all {
		b = append(b, a.bytes()...)
		layout = append(layout, expect.Field{Name: fmt.Sprintf("address %d", i), Size: len(a.bytes())})
	}
	try.Input(b, layout...)
	was := bytes.Clone(b)
	got, err := version.ReadAddrV2(b)
	try.NoError(err)
	try.Equal("number of addresses", len(got), len(want))
	for i, a := range got {
		try.Equal(fmt.Sprintf("address %d of the result", i), v2{uint32(a.Time.Unix()), uint64(a.Services), a.Network, a.Addr, a.Port}, want[i])
		try.Equal(fmt.Sprintf("address %d of the result: Time, in seconds since 1970", i), a.Time.Unix(), int64(want[i].at))
	}
	unchanged(try, b, was, layout...)
}

func TestReadAddrV2(t *testing.T) {
	d := draw.From(t)
	for _, n := range networks {
		a := drawAddrV2(d, n)
		try := expect.Tried(t, "ReadAddrV2(payload), where the payload carries one address of network %d", n)
		try.Why("time 4, services (CompactSize), network 1, size (CompactSize), the address, port 2 (big endian)")
		keeps(t, try, []v2{a}, []v2{a})
	}
	var all []v2
	for range d.Between(7, 20) {
		all = append(all, drawAddrV2(d, networks[d.IntN(len(networks))]))
	}
	keeps(t, expect.Tried(t, "ReadAddrV2(payload), where the payload carries %d addresses", len(all)), all, all)
}

func TestReadAddrV2_most(t *testing.T) {
	d := draw.From(t)
	all := make([]v2, maxAddrs)
	for i := range all {
		all[i] = drawAddrV2(d, ipv4)
	}
	keeps(t, expect.Tried(t, "ReadAddrV2(payload), where the payload carries as many addresses as it may"), all, all)
}

func TestReadAddrV2_ignored(t *testing.T) {
	d := draw.From(t)
	unknown := drawAddrV2(d, ipv4)
	unknown.network, unknown.addr = version.Network(d.Between(8, 255)), d.Bytes(d.Between(1, 511))
	empty, longest, zero, given, onionCat, mapped := unknown, unknown, unknown, unknown, unknown, unknown
	empty.addr, longest.addr, zero.network = []byte{}, d.Bytes(maxAddrSize), 0
	given.network, given.addr = torV2, d.Bytes(10) // given up
	onionCat.network, onionCat.addr = ipv6, append([]byte{0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43}, d.Bytes(10)...)
	mapped.network, mapped.addr = ipv6, append([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, drawIPv4(d).AsSlice()...)
	nearly := mapped // IPv6 that begins with zeros: an address like any other
	nearly.addr = bytes.Clone(mapped.addr)
	nearly.addr[11] ^= 1
	near := onionCat // one bit off the prefix: an address like any other
	near.addr = bytes.Clone(onionCat.addr)
	near.addr[5] ^= 1
	first, last := drawAddrV2(d, torV3), drawAddrV2(d, ipv4)
	for _, tt := range []struct {
		how string
		a   v2
	}{
		{fmt.Sprintf("of network %d, which nobody knows", unknown.network), unknown},
		{"of a network that nobody knows, without any bytes", empty},
		{"of a network that nobody knows, of 512 bytes", longest},
		{"of network 0", zero},
		{"of Tor v2", given},
		{"of IPv6 that is Tor v2 in disguise", onionCat},
		{"of IPv6 that is IPv4 in disguise", mapped},
	} {
		try := expect.Tried(t, "ReadAddrV2(payload), where the second of three addresses is one %s", tt.how)
		try.Why("such an address is stepped over, whatever its size, and the ones after it are read")
		keeps(t, try, []v2{first, tt.a, last}, []v2{first, last})
	}
	try := expect.Tried(t, "ReadAddrV2(payload), where the second of three addresses is of IPv6 and begins with fd87:d87e:eb42")
	try.Why("only the 48 bits fd87:d87e:eb43 are Tor v2 in disguise")
	keeps(t, try, []v2{first, near, last}, []v2{first, near, last})

	try = expect.Tried(t, "ReadAddrV2(payload), where the second of three addresses is of IPv6 and begins with 0000:0000:0000:0000:0000:fffe")
	try.Why("only ten bytes 00 and two bytes ff are IPv4 in disguise")
	keeps(t, try, []v2{first, nearly, last}, []v2{first, nearly, last})
}

func TestReadAddrV2_size(t *testing.T) {
	d := draw.From(t)
	for _, n := range append([]version.Network{torV2}, networks...) {
		right := kept[n]
		if n == torV2 {
			right = 10
		}
		for _, size := range []int{0, right - 1, right + 1, 512} {
			a := drawAddrV2(d, n)
			a.addr = d.Bytes(size)
			b := join(compact(1), a.bytes())
			try := expect.Tried(t, "ReadAddrV2(payload), where an address of network %d has %d bytes", n, size)
			try.Input(b, append([]expect.Field{{Name: "count", Size: 1}}, a.layout()...)...)
			try.Why("an address of network %d has %d bytes; with any other number it means nothing", n, right)
			_, err := version.ReadAddrV2(b)
			try.ErrorIs(err, version.ErrAddrSize, "ErrAddrSize")
		}
	}
}

func TestReadAddrV2_tooLong(t *testing.T) {
	d := draw.From(t)
	for _, n := range []version.Network{version.Network(d.Between(8, 255)), ipv4, torV2} {
		for _, size := range []uint64{513, uint64(d.Between(600, 60_000)), 1 << 30, 1 << 63, 1<<64 - 1} {
			a := drawAddrV2(d, ipv4)
			b := join(compact(1), le32(a.at), compact(a.services), []byte{byte(n)}, compact(size), d.Bytes(min(int(size&0xffff), 600)), be16(a.port))
			try := expect.Tried(t, "ReadAddrV2(payload), where the size of an address of network %d is %d", n, size)
			try.Why("no network has addresses of more than 512 bytes; the bound comes before anything is read or converted to an int")
			_, err := version.ReadAddrV2(b)
			try.ErrorIs(err, version.ErrTooLong, "ErrTooLong")
		}
	}
}

func TestReadAddrV2_services(t *testing.T) {
	a := drawAddrV2(draw.From(t), ipv4)
	for _, b := range [][]byte{
		join(compact(1), le32(a.at), []byte{0xfd, 9, 0}, []byte{1, 4}, a.addr, be16(a.port)),
		join(compact(1), le32(a.at), []byte{9}, []byte{1, 0xfd, 4, 0}, a.addr, be16(a.port)),
	} {
		try := expect.Tried(t, "ReadAddrV2(payload), where the services or the size are written in a longer form than they need")
		try.Input(b)
		try.Why("both are CompactSizes: what ReadCompactSize refuses is refused with the same error")
		_, err := version.ReadAddrV2(b)
		try.ErrorIs(err, version.ErrCompactSize, "ErrCompactSize")
	}
}

func TestReadAddrV2_copy(t *testing.T) {
	a := drawAddrV2(draw.From(t), torV3)
	payload := join(compact(1), a.bytes())
	try := expect.Tried(t, "ReadAddrV2(payload), and then payload is overwritten")
	try.Why("Addr is a copy: bytes taken from a cursor are the payload's own, and the payload may be a buffer that is used again")
	got, err := version.ReadAddrV2(payload)
	try.NoError(err)
	try.Equal("number of addresses", len(got), 1)
	clear(payload)
	try.Bytes("Addr", got[0].Addr, a.addr)
}

func TestReadAddrV2_apart(t *testing.T) {
	d := draw.From(t)
	first, second := drawAddrV2(d, ipv4), drawAddrV2(d, torV3)
	try := expect.Tried(t, "ReadAddrV2(payload), and then append(addrs[0].Addr, ...)")
	try.Why("each Addr is a copy of its own; where all are cut from one large slice, append to one writes over the next")
	got, err := version.ReadAddrV2(join(compact(2), first.bytes(), second.bytes()))
	try.NoError(err)
	try.Equal("number of addresses", len(got), 2)
	_ = append(got[0].Addr, make([]byte, 32)...)
	try.Bytes("addrs[1].Addr", got[1].Addr, second.addr)
}

func TestReadAddrV2_time(t *testing.T) {
	d := draw.From(t)
	for _, at := range []uint32{0, 1<<31 - 1, 1 << 31, 1<<31 | d.Uint32(), 1<<32 - 1} {
		a := drawAddrV2(d, ipv4)
		a.at = at
		try := expect.Tried(t, "ReadAddrV2(payload), where the payload carries one address with the time %d", at)
		try.Why("the time is unsigned: its 4 bytes are good until 2106, and int32 would end in 2038")
		keeps(t, try, []v2{a}, []v2{a})
	}
}

func TestReadAddrV2_which(t *testing.T) {
	d := draw.From(t)
	unknown := drawAddrV2(d, ipv4)
	unknown.network = version.Network(d.Between(8, 255))
	n := d.Between(2, 9)
	b := compact(uint64(n + 2))
	for range n {
		b = append(b, unknown.bytes()...)
	}
	b = append(b, drawAddrV2(d, torV3).bytes()...)
	try := expect.Tried(t, "ReadAddrV2(payload), where %d addresses of network %d, which nobody knows, come first, then one of Tor v3, and then the payload ends instead of one more", n, unknown.network)
	try.Why("the error names the address by its place in the payload, counted from 0, and those that were stepped over count too: that is where a reader of the error looks")
	_, err := version.ReadAddrV2(b)
	try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
	try.Mentions(err, fmt.Sprintf("address %d", n+1))
}

func TestReadAddrV2_vectors(t *testing.T) {
	for _, v := range wire.All("addrv2") {
		var got []string
		try := expect.Tried(t, "ReadAddrV2(payload), and then String() of each address: %s", v.Source)
		try.Halts("a stranger chooses the size of an address: one that is not of its network's size is shown as hex")
		addrs, err := version.ReadAddrV2(v.Bytes)
		for _, a := range addrs {
			got = append(got, a.String())
		}
		listed(t, "ReadAddrV2", v, got, err)
	}
}

func TestReadOneAddrV2(t *testing.T) {
	d := draw.From(t)
	for _, n := range append([]version.Network{version.Network(d.Between(8, 255))}, networks...) {
		a := drawAddrV2(d, n)
		f := reader{call: "ReadOneAddrV2(c)", form: "time 4, services (CompactSize), network 1, size (CompactSize), the address, port 2 (big endian)", parts: a.layout(), read: func(c *version.Cursor) (any, error) {
			got, err := version.ReadOneAddrV2(c)
			return v2{uint32(got.Time.Unix()), uint64(got.Services), got.Network, append([]byte{}, got.Addr...), got.Port}, err
		}}
		f.takes(t, d, a.bytes(), a)
		f.cut(t, a.bytes())
	}
}

func TestReadOneAddrV2_UTC(t *testing.T) {
	a := drawAddrV2(draw.From(t), ipv4)
	try := expect.Tried(t, "ReadOneAddrV2(c), and then Location() of its Time")
	try.Why("the same message must read the same on every machine, whatever its time zone")
	got, err := version.ReadOneAddrV2(version.NewCursor(a.bytes()))
	try.NoError(err)
	try.Equal("", zone(got.Time), "UTC")
}

// host is how an address is spelled.
func (a v2) host() string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	enc := base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)
	switch a.network {
	case torV3:
		sum := sha3.Sum256(join([]byte(".onion checksum"), a.addr, []byte{3}))
		return enc.EncodeToString(join(a.addr, sum[:2], []byte{3})) + ".onion"
	case i2p:
		return enc.EncodeToString(a.addr) + ".b32.i2p"
	case ipv4:
		return netip.AddrFrom4([4]byte(a.addr)).String()
	}
	return "[" + netip.AddrFrom16([16]byte(a.addr)).String() + "]"
}

func TestAddrV2_String(t *testing.T) {
	d := draw.From(t)
	for _, n := range networks {
		a := drawAddrV2(d, n)
		want := fmt.Sprintf("%s:%d", a.host(), a.port)
		try := expect.Tried(t, "AddrV2.String(), where the address is of network %d, %x, port %d", n, a.addr, a.port)
		try.Why("the form in which the address would be dialled")
		try.Equal("", a.value().String(), want)
	}
}

func TestAddrV2_String_port(t *testing.T) {
	d := draw.From(t)
	for _, n := range networks {
		a := drawAddrV2(d, n)
		a.port = drawPort(d)
		try := expect.Tried(t, "AddrV2.String(), where the address is of network %d, %x, port %d", n, a.addr, a.port)
		try.Why("the port is that of the address, whatever its network: most I2P addresses come with 0, and one that does not is shown as it is")
		try.Equal("", a.value().String(), fmt.Sprintf("%s:%d", a.host(), a.port))
	}
}

func TestAddrV2_String_twice(t *testing.T) {
	d := draw.From(t)
	a := drawAddrV2(d, torV3)
	spare := append(bytes.Clone(a.addr), 1, 2, 3, 4) // room behind the slice that belongs to somebody else
	value := a.value()
	value.Addr = spare[:32]
	try := expect.Tried(t, "AddrV2.String() of a Tor v3 address whose Addr is part of a longer slice")
	try.Why("append writes past the end of a slice that has room there: showing an address must not change what follows it in memory")
	try.Equal("", value.String(), fmt.Sprintf("%s:%d", a.host(), a.port))
	try.Bytes("bytes behind Addr", spare[32:], []byte{1, 2, 3, 4})
}

func TestAddrV2_String_strange(t *testing.T) {
	d := draw.From(t)
	n := version.Network(d.Between(8, 255))
	for _, a := range []v2{
		{network: n, addr: d.Bytes(20), port: 1}, {network: ipv4, addr: d.Bytes(16)}, {network: torV3, addr: d.Bytes(33)},
		{network: i2p, addr: d.Bytes(31)}, {network: cjdns, addr: d.Bytes(4)}, {network: torV2, addr: d.Bytes(10)},
	} {
		try := expect.Tried(t, "AddrV2.String(), where the address is of network %d and has %d bytes", a.network, len(a.addr))
		got := a.value().String()
		try.Why("there is no host to dial: the network's number and the bytes as hex say what it is")
		try.True(strings.Contains(got, fmt.Sprint(a.network)) && strings.Contains(got, hex.EncodeToString(a.addr)),
			expect.Value(got), fmt.Sprintf("a text with %d and %x in it", a.network, a.addr))
	}
	expect.Tried(t, "AddrV2{}.String()")
	_ = version.AddrV2{}.String()
}
