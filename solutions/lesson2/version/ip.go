package version

import (
	"encoding/binary"
	"net/netip"
)

// ReadIP reads an address of 16 bytes. An IPv4 address is written there in its
// IPv6-mapped form, ten bytes 00, two bytes ff and then its own four, and is
// returned as the IPv4 address that it is.
//
// Errors: io.ErrUnexpectedEOF for a field cut short.
func ReadIP(c *Cursor) (netip.Addr, error) {
	// BEGIN SOLUTION
	b, err := c.Take("IP", 16)
	if err != nil {
		return netip.Addr{}, err
	}
	return netip.AddrFrom16([16]byte(b)).Unmap(), nil
	// END SOLUTION
}

// ReadPort reads a port: 2 bytes, big endian, the only number of the protocol
// that is.
//
// Errors: io.ErrUnexpectedEOF for a field cut short.
func ReadPort(c *Cursor) (uint16, error) {
	// BEGIN SOLUTION of ReadIP
	b, err := c.Take("port", 2)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint16(b), nil
	// END SOLUTION
}
