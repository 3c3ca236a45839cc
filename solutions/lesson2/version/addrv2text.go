package version

import (
	"crypto/sha3"
	"encoding/base32"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// lowerBase32 is how onion and I2P addresses are spelled, in lower case.
var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// String returns host and port, as they would be dialled:
//
//	IPv4                     203.0.113.7:8333
//	IPv6, CJDNS, Yggdrasil   [fc00:1:2:3:4:5:6:7]:8333
//	Tor v3                   56 characters.onion:8333
//	I2P                      52 characters.b32.i2p:0
//
// The port is that of the address, for I2P too, where it is mostly 0.
//
// A Tor v3 host is base32, in lower case, of the key, two bytes of checksum and
// the version byte 03; the checksum is the first two bytes of the SHA3-256 of
// ".onion checksum", the key and the version byte. An I2P host is base32 of the
// hash, in lower case and without padding.
//
// An address of another network, or of a wrong size, has no such form: String
// then shows the network's number and the bytes as hex, and does not panic.
func (a AddrV2) String() string {
	// BEGIN SOLUTION of ReadAddr
	host := fmt.Sprintf("network-%d-%x", a.Network, a.Addr)
	if len(a.Addr) == networkSizes[a.Network] {
		switch a.Network {
		case IPv4, IPv6, CJDNS, Yggdrasil:
			ip, _ := netip.AddrFromSlice(a.Addr)
			host = ip.String()
		case TorV3:
			sum := sha3.Sum256([]byte(".onion checksum" + string(a.Addr) + "\x03"))
			key := append([]byte{}, a.Addr...)
			host = lowerBase32.EncodeToString(append(key, sum[0], sum[1], 3)) + ".onion"
		case I2P:
			host = lowerBase32.EncodeToString(a.Addr) + ".b32.i2p"
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(int(a.Port)))
	// END SOLUTION
}
