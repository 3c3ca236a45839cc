package version

import (
	"net/netip"
	"time"

	"nodebook/lessons/todo"
)

// Sizes of an address on the wire, in bytes.
const (
	NetAddrSize      = 26
	TimedNetAddrSize = 30
)

// NetAddr is a node's address, as a version message has it.
type NetAddr struct {
	Services Services   // 8 bytes, little endian
	IP       netip.Addr // 16 bytes, IPv4 in its mapped form
	Port     uint16     // 2 bytes, big endian
}

// String returns IP and port: "203.0.113.7:8333", "[2001:db8::7]:8333". An IP
// that is not set is shown as it is written to the wire: "[::]:0".
func (a NetAddr) String() string {
	ip := a.IP
	if !ip.IsValid() {
		ip = netip.IPv6Unspecified()
	}
	return netip.AddrPortFrom(ip, a.Port).String()
}

// TimedNetAddr is a node's address, as an addr message has it.
type TimedNetAddr struct {
	Time time.Time // 4 bytes, little endian, unsigned, seconds since 1970: when the node was last seen
	NetAddr
}

// ReadNetAddr reads an address of 26 bytes: services, IP, port.
//
// Errors: io.ErrUnexpectedEOF for an address cut short.
func ReadNetAddr(c *Cursor) (NetAddr, error) {
	return NetAddr{}, todo.Err
}

// ReadTimedNetAddr reads an address of 30 bytes: a time of 4 bytes, in UTC, and
// what [ReadNetAddr] reads.
//
// Errors: io.ErrUnexpectedEOF for an address cut short.
func ReadTimedNetAddr(c *Cursor) (TimedNetAddr, error) {
	return TimedNetAddr{}, todo.Err
}
