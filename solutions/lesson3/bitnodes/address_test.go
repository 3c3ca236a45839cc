package bitnodes_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// parses wants s to be read as host and port of that network.
func parses(t *testing.T, s string, network bitnodes.Network, host string, port uint16, why string) {
	t.Helper()
	try := expect.Tried(t, "ParseAddress(%q)", s).Why("%s", why)
	got, err := bitnodes.ParseAddress(s)
	try.NoError(err)
	try.Equal("Network", got.Network, network)
	try.Equal("Host", got.Host, host)
	try.Equal("Port", got.Port, port)
}

// refuses wants s to be refused, with that error if one is given.
func refuses(t *testing.T, s, why string, want ...error) {
	t.Helper()
	try := expect.Tried(t, "ParseAddress(%+q)", s).Why("%s", why)
	a, err := bitnodes.ParseAddress(s)
	text := "an error"
	if len(want) == 1 {
		text = expect.Wraps(sentinels[want[0]])
	}
	try.True(err != nil, fmt.Sprintf("no error, and Address{Network: %v, Host: %q, Port: %d}", a.Network, a.Host, a.Port), text)
	for _, target := range want {
		try.ErrorIs(err, target, sentinels[target])
	}
}

var sentinels = map[error]string{
	bitnodes.ErrPort: "ErrPort", bitnodes.ErrHost: "ErrHost", bitnodes.ErrOnion: "ErrOnion", bitnodes.ErrTorV2: "ErrTorV2",
}

func drawPort(d *draw.Source) uint16 { return uint16(d.Between(1, 65535)) }

// join writes host:port as it stands, with no brackets of its own.
func join(host string, port uint16) string { return fmt.Sprintf("%s:%d", host, port) }

func TestParseAddress_ipv4(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		host, port := synthetic.IPv4(d.Rand), drawPort(d)
		parses(t, join(host, port), ipv4, host, port, "an address is a host, a colon and a port, and ports go up to 65535")
		parses(t, join("[::ffff:"+host+"]", port), ipv4, host, port, "::ffff:a.b.c.d is how IPv6 writes an IPv4 address; to us it is the same node")
		mapped := netip.AddrFrom16(netip.MustParseAddr(host).As16()).StringExpanded()
		const why = "an IPv4 address in IPv6 clothes may be written in other ways than ::ffff:a.b.c.d: look at the bytes of the address, not at its text"
		parses(t, join("["+mapped+"]", port), ipv4, host, port, why)
	}
}

func TestParseAddress_ipv6(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		host, port := synthetic.IPv6(d.Rand), drawPort(d)
		long := netip.MustParseAddr(host).StringExpanded()
		parses(t, join("["+host+"]", port), ipv6, host, port, "an IPv6 host has colons itself: brackets say where it ends")
		parses(t, join(host, port), ipv6, host, port, "bare, without brackets: the port is what follows the last colon, not the second part")
		parses(t, join("["+strings.ToUpper(long)+"]", port), ipv6, host, port, "Host is canonical, so that one node is one Address however it was written")
		parses(t, join(strings.ToUpper(long), port), ipv6, host, port, "Host is canonical, so that one node is one Address however it was written")
	}
	v4, port := synthetic.IPv4(d.Rand), drawPort(d)
	parses(t, join("::ffff:"+v4, port), ipv4, v4, port, "::ffff:a.b.c.d is how IPv6 writes an IPv4 address, brackets or not; to us it is the same node")
	parses(t, "[fd00::7]:8333", ipv6, "fd00::7", 8333, "CJDNS is fc00::/8; fd00::/8 is not")
}

func TestParseAddress_cjdns(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		host, port := synthetic.CJDNS(d.Rand), drawPort(d)
		parses(t, join("["+host+"]", port), cjdns, host, port, "an address in fc00::/8 is of CJDNS, not of the IPv6 that everyone reaches")
		parses(t, join(host, port), cjdns, host, port, "an address in fc00::/8 is of CJDNS, brackets or not")
	}
}

func TestParseAddress_onion(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		host, port := synthetic.Onion(d.Rand), drawPort(d)
		parses(t, join(host, port), torV3, host, port, "56 letters and digits before .onion are a Tor address of version 3")
		parses(t, join(strings.ToUpper(host), port), torV3, host, port, "Host has names in lower case, so that one node is one Address")
		refuses(t, join(synthetic.Misspelt(d.Rand, host), port), "one letter is wrong, so the checksum inside does not fit: ValidOnion can tell", bitnodes.ErrOnion)
		refuses(t, join(host[1:], port), "a name of 55 letters", bitnodes.ErrOnion)
		refuses(t, join("a"+host, port), "a name of 57 letters", bitnodes.ErrOnion)
		refuses(t, join(synthetic.OnionV2(d.Rand), port), "16 letters: a name of Tor v2, and a reader of old snapshots will want to know that it once was right", bitnodes.ErrTorV2)
		refuses(t, join("www."+host, port), "a node has no subdomains", bitnodes.ErrOnion)
	}
}

func TestParseAddress_i2p(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		host, port := synthetic.I2P(d.Rand), drawPort(d)
		parses(t, join(host, 0), i2p, host, 0, "I2P has no ports, and writes 0")
		parses(t, join(host, port), i2p, host, port, "")
		parses(t, join(strings.ToUpper(host), 0), i2p, host, 0, "Host has names in lower case, so that one node is one Address")
		for _, last := range "bcdefghijklmnop234567" {
			name := host[:51] + string(last) + ".b32.i2p"
			parses(t, join(name, 0), i2p, name, 0, "any 52 of a-z and 2-7 will do")
		}
		refuses(t, join(host[1:], port), "a name of 51 letters", bitnodes.ErrHost)
		refuses(t, join("a"+host, port), "a name of 53 letters", bitnodes.ErrHost)
		refuses(t, join("1"+host[1:], port), "base32 has no 1", bitnodes.ErrHost)
		refuses(t, join(strings.TrimSuffix(host, ".b32.i2p")+".i2p", port), "the ending is .b32.i2p", bitnodes.ErrHost) // with port 0, two things would be wrong
	}
}

// A decoder of base32 skips line feeds, so who lets it count the letters counts
// wrong.
func TestParseAddress_letters(t *testing.T) {
	d := draw.From(t)
	feed := []string{"\n", "\r"}[d.IntN(2)]
	within := func(name string) string {
		at := d.Between(1, 15)
		return name[:at] + feed + name[at:]
	}
	const skipped = "a line feed is not a letter, though base32's DecodeString skips it: count letters of a-z and 2-7, or refuse every other character"
	onion := synthetic.Onion(d.Rand)
	refuses(t, join(within(onion), drawPort(d)), skipped, bitnodes.ErrOnion)
	refuses(t, join(onion[:56]+feed+onion[56:], drawPort(d)), skipped, bitnodes.ErrOnion)
	host := synthetic.I2P(d.Rand)
	for _, name := range []string{within(host), within(host[1:]), host[:51] + feed + ".b32.i2p", strings.Repeat(feed, 52) + ".b32.i2p"} {
		refuses(t, join(name, drawPort(d)), skipped, bitnodes.ErrHost)
	}
	v2 := synthetic.OnionV2(d.Rand)
	const not16 = "16 characters, and not all of them a-z and 2-7: no Tor v2 name, just none"
	for _, name := range []string{within(v2[1:]), "1" + v2[1:], v2[:15] + "-.onion"} {
		refuses(t, join(name, drawPort(d)), not16, bitnodes.ErrOnion)
	}
}

func TestParseAddress_folds(t *testing.T) {
	d := draw.From(t)
	const why = "in upper case, U+017F is an ASCII S to Unicode, and in lower case U+212A is an ASCII k; in a name the letters are a-z and A-Z, so look at them before strings.ToLower and strings.ToUpper do"
	for _, letter := range []struct{ ascii, other string }{{"s", "ſ"}, {"k", "K"}} {
		for _, drawn := range []func(*rand.Rand) string{synthetic.Onion, synthetic.I2P} {
			name := drawn(d.Rand)
			for !strings.Contains(name[:48], letter.ascii) {
				name = drawn(d.Rand)
			}
			at := strings.Index(name, letter.ascii)
			refuses(t, join(name[:at]+letter.other+name[at+1:], drawPort(d)), why)
			refuses(t, join(name[:at]+letter.other+name[at+len(letter.other):], drawPort(d)), why) // as many bytes as before
		}
	}
}

func TestParseAddress_port(t *testing.T) {
	d := draw.From(t)
	v4, v6, onion := synthetic.IPv4(d.Rand), synthetic.IPv6(d.Rand), synthetic.Onion(d.Rand)
	networkOf := map[string]bitnodes.Network{v4: ipv4, "[" + v6 + "]": ipv6, v6: ipv6, onion: torV3}
	for _, host := range []string{v4, "[" + v6 + "]", v6, onion} {
		for _, port := range []uint16{1, 65535} {
			try := expect.Tried(t, "ParseAddress(%q)", join(host, port)).Why("a port is 1 to 65535, both included")
			if a, err := bitnodes.ParseAddress(join(host, port)); err != nil || a.Port != port {
				try.Fail(fmt.Sprintf("%+v and %s", a, expect.Error(err)), fmt.Sprintf("Port = %d and no error", port))
			}
		}
		port := drawPort(d)
		parses(t, fmt.Sprintf("%s:%07d", host, port), networkOf[host], strings.Trim(host, "[]"), port, "a port is decimal digits; zeros in front do not change a number")
		for _, port := range []string{"0", "", "00", fmt.Sprint(d.Between(65536, 99999)), "4295075629", "99999999999999999999", "-1", "+8333", " 8333", "8333 ", "8333/", "8_333", "0x208d", "８３３３", d.Word(4)} {
			refuses(t, host+":"+port, "a port is decimal digits and nothing else, 1 to 65535", bitnodes.ErrPort)
		}
	}
	for _, s := range []string{v4, onion, "", synthetic.I2P(d.Rand)} {
		refuses(t, s, "there is no port", bitnodes.ErrPort)
	}
	refuses(t, "["+v6+"]", "the brackets close, and no port follows")
	refuses(t, synthetic.I2P(d.Rand)+":65536", "I2P may have port 0, but no more than 65535 either", bitnodes.ErrPort)
}

func TestParseAddress_host(t *testing.T) {
	d := draw.From(t)
	v4, v6 := synthetic.IPv4(d.Rand), synthetic.IPv6(d.Rand)
	for _, name := range []string{synthetic.Onion(d.Rand), synthetic.I2P(d.Rand)} {
		refuses(t, join(name+".", drawPort(d)), "a dot after the name: DNS has names that end so, Tor and I2P have none")
	}
	for _, tt := range []struct{ host, why string }{
		{"", "there is no host"},
		{d.Word(6), "a name that is neither .onion nor .b32.i2p"},
		{d.Word(6) + ".example.net", "a name that is neither .onion nor .b32.i2p: nodes are listed by address"},
		{v4[:strings.LastIndexByte(v4, '.')], "three of four numbers"},
		{v4 + ".1", "five numbers"},
		{"198.18.0." + fmt.Sprint(d.Between(256, 999)), "a number of an IPv4 address is at most 255"},
		{" " + v4, "a space in front"},
		{v4 + " ", "a space behind"},
		{"[" + v4 + "]", "brackets belong to IPv6 alone"},
		{"[" + v6, "a bracket that is not closed"},
		{v6 + "]", "a bracket that was not opened"},
		{"[[" + v6 + "]]", "brackets in brackets"},
		{"[" + v6 + "]x", "text between the bracket and the colon"},
		{"[]", "brackets around nothing"},
		{"[" + v6 + "%eth0]", "a zone is a name for an interface of one computer; it means nothing to another"},
		{v6 + "%" + d.Word(3), "a zone is a name for an interface of one computer; it means nothing to another"},
		{"[" + d.Word(8) + "]", "a name in brackets"},
		{"2001:db8::1::2", "two gaps"},
	} {
		refuses(t, join(tt.host, drawPort(d)), tt.why, bitnodes.ErrHost)
	}
}

func TestParseAddress_message(t *testing.T) {
	d := draw.From(t)
	for _, s := range []string{d.Word(9) + ":8333", "198.18.0.7:" + d.Word(5)} {
		try := expect.Tried(t, "ParseAddress(%q)", s).Why("among 10,000 addresses, an error has to say which one it is about")
		_, err := bitnodes.ParseAddress(s)
		try.Mentions(err, s)
	}
}

func TestParseAddress_roundTrip(t *testing.T) {
	d := draw.From(t)
	for _, n := range synthetic.Draw(d.Rand, synthetic.New, 60).Nodes {
		try := expect.Tried(t, "ParseAddress(%q)", n.Key)
		a, err := bitnodes.ParseAddress(n.Key)
		try.NoError(err)
		try.Equal("its String()", a.String(), n.Key)
		try = expect.Tried(t, "ParseAddress(a.String()), where a is ParseAddress(%q)", n.Key)
		again, err := bitnodes.ParseAddress(a.String())
		try.NoError(err)
		try.True(again == a, fmt.Sprintf("%+v", again), fmt.Sprintf("a itself, %+v", a))
	}
}
