package crawl

import (
	"context"
	"net/netip"
)

// MaxKnown is how many addresses are taken from one peer.
const MaxKnown = 1000

// Canonical writes an address the one way in which two texts of the same address
// are equal: an IPv4 address in IPv6 clothes loses them, an IPv6 address gets its
// shortest form. If nobody can be at an address, ok is false: it is not
// "IP:port", its port is 0, or its IP is unspecified or multicast.
func Canonical(address string) (canonical string, ok bool) {
	a, err := netip.ParseAddrPort(address)
	ip := a.Addr().Unmap()
	if err != nil || a.Port() == 0 || ip.IsUnspecified() || ip.IsMulticast() {
		return "", false
	}
	return netip.AddrPortFrom(ip, a.Port()).String(), true
}

// Crawl visits the seeds, the addresses that they tell of, the addresses that
// those tell of, and so on, with n workers. It returns a [Result] for each address
// that it visited, in any order, when there is nobody left to visit and nobody is
// being visited, or soon after ctx ends. No goroutine is left.
//
// Strangers' word is not to be trusted:
//
//   - addresses are made canonical by [Canonical]; those that are not ok are dropped
//   - each address is visited once, however often it is told
//   - of what one peer tells, the first MaxKnown addresses are looked at; the seeds
//     are looked at all
//   - no more than most addresses are visited, the seeds included: a peer can
//     invent addresses forever
//
// Never are more than n visited at a time, and n are wherever there is work for
// them: what a peer tells is visited without waiting for others. Once ctx has
// ended, nobody is visited any more.
func Crawl(ctx context.Context, visit Visit, seeds []string, n, most int) []Result {
	return nil
}
