package version

import (
	"errors"
	"net/netip"
	"time"

	"nodebook/lessons/todo"
)

// MaxAddrSize is the most bytes that an address of any network may have.
const MaxAddrSize = 512

// ErrAddrSize is wrapped if an address has another size than its network's.
var ErrAddrSize = errors.New("wrong size for an address of its network")

// Network is the kind of network that an address belongs to (BIP 155).
type Network uint8

// The networks, each with the bytes of its addresses.
const (
	IPv4      Network = 1 // 4: the IP
	IPv6      Network = 2 // 16: the IP
	TorV2     Network = 3 // 10: given up in 2021
	TorV3     Network = 4 // 32: an ed25519 public key
	I2P       Network = 5 // 32: a SHA-256 hash
	CJDNS     Network = 6 // 16: an IP of fc00::/8
	Yggdrasil Network = 7 // 16: an IP of 0200::/7
)

// networkSizes is the bytes of an address, by network; 0 for those nobody knows.
var networkSizes = [256]int{IPv4: 4, IPv6: 16, TorV2: 10, TorV3: 32, I2P: 32, CJDNS: 16, Yggdrasil: 16}

// onionCat holds the IPv6 addresses in which Tor v2 addresses used to travel.
var onionCat = netip.MustParsePrefix("fd87:d87e:eb43::/48")

// AddrV2 is a node's address, as an addrv2 message has it.
type AddrV2 struct {
	Time     time.Time // 4 bytes, little endian, unsigned, seconds since 1970: when the node was last seen
	Services Services  // CompactSize
	Network  Network   // 1 byte
	Addr     []byte    // CompactSize and that many bytes
	Port     uint16    // 2 bytes, big endian
}

// ReadAddrV2 reads the payload of an addrv2 message: a CompactSize and that
// many addresses, each with its network and its size.
//
// The result leaves out, without an error, the addresses that BIP 155 tells a
// reader to ignore: those of a network that is not in the list above, those of
// Tor v2, and IPv6 addresses in fd87:d87e:eb43::/48, which are Tor v2 in
// disguise, or in ::ffff:0:0/96, which are IPv4 in disguise. Each Addr is its
// own copy: it shares no memory with payload or with another address.
//
// Errors: those of [ReadAddr], whose count includes ignored addresses;
// [ErrTooLong] for an address of more than [MaxAddrSize] bytes, of any network;
// [ErrAddrSize] if a network of the list, Tor v2 included, has addresses of
// another size.
func ReadAddrV2(payload []byte) ([]AddrV2, error) {
	return nil, todo.Err
}

// ReadOneAddrV2 reads one address of an addrv2 message, of any network: time (in
// UTC), services, network, size and address, port.
//
// Errors: [ErrTooLong], [ErrAddrSize], [ErrCompactSize]; io.ErrUnexpectedEOF
// for an address cut short.
func ReadOneAddrV2(c *Cursor) (AddrV2, error) {
	return AddrV2{}, todo.Err
}
