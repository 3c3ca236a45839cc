package version

import (
	"net/netip"

	"nodebook/lessons/todo"
)

// ReadIP reads an address of 16 bytes. An IPv4 address is written there in its
// IPv6-mapped form, ten bytes 00, two bytes ff and then its own four, and is
// returned as the IPv4 address that it is.
//
// Errors: io.ErrUnexpectedEOF for a field cut short.
func ReadIP(c *Cursor) (netip.Addr, error) {
	return netip.Addr{}, todo.Err
}

// ReadPort reads a port: 2 bytes, big endian, the only number of the protocol
// that is.
//
// Errors: io.ErrUnexpectedEOF for a field cut short.
func ReadPort(c *Cursor) (uint16, error) {
	return 0, todo.Err
}
