package bitnodes

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Address is where a node can be reached. Two addresses are the same node's if
// they are equal (==).
type Address struct {
	Network Network
	Host    string // an IP address in canonical text, without brackets; or a name in lower case
	Port    uint16
}

// String returns the address as Go's net.Dial takes it, IPv6 and CJDNS in
// brackets. [ParseAddress] reads it back.
func (a Address) String() string {
	return net.JoinHostPort(a.Host, strconv.Itoa(int(a.Port)))
}

var (
	// ErrPort is the error of a port that is missing or not valid.
	ErrPort = errors.New("no valid port")

	// ErrHost is the error of a host that is neither an IP address nor a name we know.
	ErrHost = errors.New("no valid host")

	// ErrOnion is the error of a name that ends in .onion and is neither Tor v3's, see [ValidOnion], nor Tor v2's.
	ErrOnion = errors.New("no valid Tor v3 name")

	// ErrTorV2 is the error of a Tor v2 name (16 of a-z and 2-7). That network was switched off in 2021.
	ErrTorV2 = errors.New("a Tor v2 name, of a network that is gone")
)

// ParseAddress reads "host:port" as a snapshot writes it. The port is what
// follows the last colon. The host is one of
//
//	198.18.0.7                   IPv4
//	[2001:db8::7]                IPv6; in fc00::/8 it is CJDNS
//	2001:db8::7                  the same, bare, as some snapshots have it
//	[::ffff:198.18.0.7]          an IPv4 address in IPv6 clothes, bare or not: IPv4
//	56 of a-z and 2-7 .onion     Tor v3, if ValidOnion says so
//	52 of a-z and 2-7 .b32.i2p   I2P
//
// and nothing comes before it, after it or inside it. The letters of a name may
// be in upper case, A-Z; Address.Host has them in lower case, and IP addresses in
// the form of netip.Addr.String. An I2P name has no checksum: any 52 of these
// characters will do. Brackets belong to IPv6 alone, and an IPv6 address has no
// zone ("%eth0"). A port is decimal digits, 1 to 65535, and may start with zeros;
// I2P has no ports, so there, and only there, it may also be 0.
//
// Errors, wrapped with the text in question: [ErrPort], [ErrHost], [ErrOnion],
// [ErrTorV2].
func ParseAddress(s string) (Address, error) {
	// BEGIN SOLUTION
	// UNTESTED "The host is one of": the table that follows says which.
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 || strings.HasSuffix(s, "]") {
		return Address{}, fmt.Errorf("address %q: %w", s, ErrPort)
	}
	network, host, err := parseHost(s[:colon])
	if err != nil {
		return Address{}, fmt.Errorf("address %q: %w", s, err)
	}
	port, err := strconv.ParseUint(s[colon+1:], 10, 16)
	if err != nil || port == 0 && network != I2P {
		return Address{}, fmt.Errorf("address %q: %w", s, ErrPort)
	}
	return Address{network, host, uint16(port)}, nil
	// END SOLUTION
}
