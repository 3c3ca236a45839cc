package crawl

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
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
	// BEGIN SOLUTION of Crawl
	limited, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	conn, err := c.Dialer.DialContext(limited, "tcp", address)
	if err != nil {
		if limited.Err() != nil {
			err = limited.Err()
		}
		return version.Version{}, nil, fmt.Errorf("dial: %w", err)
	}
	defer conn.Close()
	c.Version.Nonce = rand.Uint64()
	ours := version.Config{Magic: c.magic(), Version: c.Version, Offer: version.Features{AddrV2: true}}
	peer, err := version.Handshake(limited, conn, ours)
	if err != nil {
		if limited.Err() != nil {
			err = limited.Err()
		}
		return version.Version{}, nil, fmt.Errorf("handshake: %w", err)
	}
	stop := context.AfterFunc(limited, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	say := func(command string, payload []byte) error {
		b, err := framing.AppendMessage(nil, c.magic(), framing.Message{Command: command, Payload: payload})
		if err == nil {
			_, err = conn.Write(b)
		}
		return err
	}
	var known []string
	err = say("getaddr", nil)
	for err == nil && len(known) < 2 {
		var m framing.Message
		if m, err = framing.ReadMessage(conn, c.magic()); err != nil {
			break
		}
		switch m.Command {
		case "ping":
			err = say("pong", m.Payload)
		case "addr", "addrv2":
			known, err = KnownAddresses(m)
		}
	}
	if err := ctx.Err(); err != nil {
		return version.Version{}, nil, err
	}
	if err != nil {
		known = nil
	}
	return peer.Version, known, nil
	// END SOLUTION
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
