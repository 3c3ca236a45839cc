package version

import (
	"encoding/base32"
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
	return ""
}
