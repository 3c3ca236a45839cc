package version

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"
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
	// BEGIN SOLUTION of ReadAddr
	c := NewCursor(payload)
	n, err := ReadCompactSize(c)
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	if n > MaxAddrs {
		return nil, fmt.Errorf("count: %w: %d addresses, at most %d", ErrTooMany, n, MaxAddrs)
	}
	addrs := make([]AddrV2, 0, n)
	for i := range int(n) {
		a, err := ReadOneAddrV2(c)
		if err != nil {
			return nil, fmt.Errorf("address %d: %w", i, err)
		}
		ignored := networkSizes[a.Network] == 0 || a.Network == TorV2
		if a.Network == IPv6 {
			ip := netip.AddrFrom16([16]byte(a.Addr))
			ignored = onionCat.Contains(ip) || ip.Is4In6()
		}
		if !ignored {
			addrs = append(addrs, a)
		}
	}
	if c.Len() > 0 {
		return nil, fmt.Errorf("addrv2: %w: %d", ErrTrailing, c.Len())
	}
	return addrs, nil
	// END SOLUTION
}

// ReadOneAddrV2 reads one address of an addrv2 message, of any network: time (in
// UTC), services, network, size and address, port.
//
// Errors: [ErrTooLong], [ErrAddrSize], [ErrCompactSize]; io.ErrUnexpectedEOF
// for an address cut short.
func ReadOneAddrV2(c *Cursor) (AddrV2, error) {
	// BEGIN SOLUTION of ReadAddr
	head, err := c.Take("time", 4)
	if err != nil {
		return AddrV2{}, err
	}
	services, err := ReadCompactSize(c)
	if err != nil {
		return AddrV2{}, fmt.Errorf("services: %w", err)
	}
	network, err := c.Take("network", 1)
	if err != nil {
		return AddrV2{}, err
	}
	size, err := ReadCompactSize(c)
	if err != nil {
		return AddrV2{}, fmt.Errorf("size: %w", err)
	}
	if size > MaxAddrSize {
		return AddrV2{}, c.Fail(ErrTooLong, "an address of %d bytes, at most %d", size, MaxAddrSize)
	}
	if want := networkSizes[network[0]]; want > 0 && size != uint64(want) {
		return AddrV2{}, c.Fail(ErrAddrSize, "network %d, %d bytes, want %d", network[0], size, want)
	}
	addr, err := c.Take("address", int(size))
	if err != nil {
		return AddrV2{}, err
	}
	port, err := ReadPort(c)
	if err != nil {
		return AddrV2{}, err
	}
	return AddrV2{
		Time:     time.Unix(int64(binary.LittleEndian.Uint32(head)), 0).UTC(),
		Services: Services(services),
		Network:  Network(network[0]),
		Addr:     bytes.Clone(addr),
		Port:     port,
	}, nil
	// END SOLUTION
}
