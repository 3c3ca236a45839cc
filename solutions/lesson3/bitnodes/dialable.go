package bitnodes

import (
	"net/netip"
	"slices"
)

// Dialable picks from addrs what we can dial, in the order to dial it. An
// address can be dialled if its network is in reach and it names one host: an
// IP address that is unspecified (0.0.0.0, ::) or multicast names none. All
// others count as hosts; only dialling shows whether one is there.
//
// First come those that are also in good, the addresses that answered before, in
// good's order; then the rest, in the order of addrs. Each comes once. An
// address that is in good alone is left out. None of the slices is changed.
func Dialable(addrs []Address, reach []Network, good []Address) []Address {
	// BEGIN SOLUTION
	left := map[Address]bool{} // can be dialled and is not yet in the list
	for _, a := range addrs {
		ip, err := netip.ParseAddr(a.Host)
		none := err == nil && (ip.IsUnspecified() || ip.IsMulticast())
		left[a] = slices.Contains(reach, a.Network) && !none
	}
	var list []Address
	for _, a := range slices.Concat(good, addrs) {
		if left[a] {
			list = append(list, a)
			left[a] = false
		}
	}
	return list
	// END SOLUTION
}
