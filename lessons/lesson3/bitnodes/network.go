package bitnodes

import (
	"crypto/sha3"
	"encoding/base32"
	"fmt"
	"strings"
)

// Network is the kind of network an address is of, numbered as in BIP 155.
// Number 3 was Tor v2.
type Network uint8

// The networks whose addresses nodes pass on.
const (
	IPv4  Network = 1
	IPv6  Network = 2
	TorV3 Network = 4
	I2P   Network = 5
	CJDNS Network = 6
)

// String returns the network's name.
func (n Network) String() string {
	switch n {
	case IPv4:
		return "IPv4"
	case IPv6:
		return "IPv6"
	case TorV3:
		return "Tor"
	case I2P:
		return "I2P"
	case CJDNS:
		return "CJDNS"
	}
	return fmt.Sprintf("network %d", uint8(n))
}

// lowerBase32 decodes the letters of a name, and skips the line feeds among them.
var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ValidOnion reports whether name, in lower case, is a Tor v3 name: 56 characters
// of base32 (a-z, 2-7), nothing else among them, of
//
//	public key // 32 bytes
//	checksum   // 2 bytes, the first of SHA3-256(".onion checksum" + public key + version)
//	version    // 1 byte, 3
//
// and ".onion" after it. A name with one wrong letter is not valid.
// Source: Tor's rend-spec-v3, section 6.
func ValidOnion(name string) bool {
	label, ok := strings.CutSuffix(name, ".onion")
	if !ok {
		return false
	}
	b, err := lowerBase32.DecodeString(label)
	if err != nil || len(label) != 56 || len(b) != 35 || b[34] != 3 {
		return false
	}
	sum := sha3.Sum256([]byte(".onion checksum" + string(b[:32]) + "\x03"))
	return sum[0] == b[32] && sum[1] == b[33]
}
