package crawl

import (
	"context"
	"net/netip"

	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson2/version"

	"nodebook/lessons/todo"
)

// Visit asks one peer for its version and for the addresses it knows.
// [Caller.GetPeers] is one.
type Visit func(ctx context.Context, address string) (version.Version, []string, error)

// GetPeers asks one peer for its version and for the addresses it knows: it dials
// address ("tcp"), shakes hands on c.Network with a new random nonce, offering
// addrv2 alone, sends getaddr and reads until it has an addr or addrv2 message in which
// [KnownAddresses] finds more than one. (Many a peer announces a single address
// unasked: its own.) A ping is answered with a pong, other messages are ignored.
//
// The addresses are "IP:port", only IPv4 and IPv6, in the order of the message.
//
// It ends with ctx, or when c.Limit has passed since it was called. When it
// returns, the connection is always closed.
//
// A peer that has shaken hands has answered. If after that the time runs out, the
// connection breaks or the addresses cannot be read, there are none, and that is
// not an error.
//
// Errors: as with [Caller.GetVersion] until the handshake is done, with a text
// that starts with "dial" or "handshake"; after it ctx's, if ctx has ended. On
// an error, the Version is zero and there are no addresses.
func (c Caller) GetPeers(ctx context.Context, address string) (version.Version, []string, error) {
	return version.Version{}, nil, todo.Err
}

// KnownAddresses reads an addr or addrv2 message: its IPv4 and IPv6 addresses as
// "IP:port".
//
// Errors: those of version.ReadAddr and version.ReadAddrV2.
func KnownAddresses(m framing.Message) ([]string, error) {
	var known []string
	if m.Command == "addr" {
		addrs, err := version.ReadAddr(m.Payload)
		for _, a := range addrs {
			known = append(known, a.NetAddr.String())
		}
		return known, err
	}
	addrs, err := version.ReadAddrV2(m.Payload)
	for _, a := range addrs {
		ip, ok := netip.AddrFromSlice(a.Addr)
		if ok && (a.Network == version.IPv4 || a.Network == version.IPv6) {
			known = append(known, netip.AddrPortFrom(ip, a.Port).String())
		}
	}
	return known, err
}
