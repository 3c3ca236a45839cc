// Package ipaddr lets IP addresses travel. A main or a proxy whose functions take
// one imports it.
package ipaddr

import (
	"errors"
	"net/netip"

	"nodebook/checker/internal/outside/wire"
)

const mostBytes = 16 + 64 // of an address with its zone

func init() {
	wire.Special(func(a netip.Addr) ([]byte, error) { return a.MarshalBinary() }, func(b []byte) (a netip.Addr, err error) {
		if len(b) > mostBytes {
			return a, errors.New("too long for an address")
		}
		return a, a.UnmarshalBinary(b)
	})
}
