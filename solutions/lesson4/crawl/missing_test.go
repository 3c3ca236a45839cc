package crawl_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
	"nodebook/solutions/lesson4/crawl"
)

func TestMissing(t *testing.T) {
	d := draw.From(t)
	list := addresses(d, d.Between(60, 100))
	var results []crawl.Result
	var listed []bitnodes.Address
	var unlisted, old []string
	for _, address := range list {
		r := crawl.Result{Address: address, Version: versionOf(address)}
		r.Version.Protocol = []int32{70016, 70001, 70000, 60002, 31800, 70015, 0, -1}[d.IntN(8)]
		isListed, answered := d.IntN(2) == 0, d.IntN(3) > 0
		if isListed {
			a := netip.MustParseAddrPort(address)
			listed = append(listed, bitnodes.Address{Network: bitnodes.IPv4, Host: a.Addr().String(), Port: a.Port()})
		}
		if !answered {
			r.Err = errFake
		}
		if answered && !isListed {
			unlisted = append(unlisted, address)
		}
		if answered && r.Version.Protocol < 70001 {
			old = append(old, address)
		}
		results = append(results, r)
	}
	slices.Sort(unlisted)
	slices.Sort(old)
	given, listedBefore := slices.Clone(results), slices.Clone(listed)
	try := expect.Tried(t, "Missing(results, listed) of %d results, of which some failed, some are listed and some are old", len(results))
	f := crawl.Missing(given, listed)
	same(try, "an answer from an address that is not in the list is a find", "Unlisted", f.Unlisted, unlisted)
	same(try, "old is a protocol version below 70001, whether listed or not", "Old", f.Old, old)
	try.Why("the caller owns the slice and may need its order: sort a copy")
	try.True(slices.EqualFunc(given, results, func(a, b crawl.Result) bool { return a.Address == b.Address }), "the results are in another order afterwards", "results as they were")
	try.True(slices.Equal(listed, listedBefore), "listed is in another order afterwards", "listed as it was")
}

// same wants results to be of the addresses, in their order, and says why it is these.
func same(try *expect.Try, why, name string, got []crawl.Result, want []string) {
	var addresses []string
	for _, r := range got {
		addresses = append(addresses, r.Address)
		try.Why("an address that nobody answers at is hearsay: only an answer shows that a peer is there")
		try.True(r.Err == nil, fmt.Sprintf("%s has %s, which failed", name, r.Address), "peers that have answered")
	}
	try.Why("%s", why)
	for _, a := range want {
		try.True(slices.Contains(addresses, a), fmt.Sprintf("%s, without %s", name, a), name+" with "+a)
	}
	for _, a := range addresses {
		try.True(slices.Contains(want, a), fmt.Sprintf("%s has %s", name, a), name+" without it")
	}
	try.Why("the order is that of the addresses' bytes, so that two lists can be compared: a capital letter comes before every small one")
	try.True(slices.Equal(addresses, want), fmt.Sprintf("%s in the order %s ...", name, strings.Join(addresses[:min(4, len(addresses))], ", ")), fmt.Sprintf("in the order %s ...", strings.Join(want[:min(4, len(want))], ", ")))
}

func TestMissing_forms(t *testing.T) {
	d := draw.From(t)
	port := uint16(d.Between(1024, 65535))
	listed := []bitnodes.Address{{Network: bitnodes.IPv6, Host: "2001:db8::7", Port: port}, {Network: bitnodes.IPv4, Host: "127.9.8.7", Port: port}}
	results := []crawl.Result{
		{Address: fmt.Sprintf("[2001:db8::7]:%d", port)},
		{Address: fmt.Sprintf("[2001:db8:0:0::7]:%d", port)},
		{Address: fmt.Sprintf("127.9.8.7:%d", port)},
		{Address: fmt.Sprintf("127.9.8.7:%d", port-1)},
		{Address: "no address"},
		{Address: fmt.Sprintf("[2001:DB8::9]:%d", port)},
		{Address: fmt.Sprintf("[2001:db8::1]:%d", port)},
	}
	for i := range results {
		results[i].Version.Protocol = 70016
	}
	try := expect.Tried(t, "Missing(results, listed) of addresses that are written in other ways, of another port, and of a text that is no address")
	f := crawl.Missing(results, listed)
	same(try, "two texts of one address are the same address: compare what bitnodes.ParseAddress makes of them", "Unlisted", f.Unlisted, []string{results[3].Address, results[5].Address, results[6].Address, results[4].Address})
	try.Why("a protocol version of 70001 or more is not old").Equal("number of Old", len(f.Old), 0)
}

func TestMissing_again(t *testing.T) {
	d := draw.From(t)
	port := uint16(d.Between(1024, 65535))
	listed := []bitnodes.Address{{Network: bitnodes.IPv4, Host: "127.9.8.7", Port: port}}
	results := []crawl.Result{{Address: fmt.Sprintf("127.9.8.7:%d", port)}}
	results[0].Version.Protocol = 70016
	try := expect.Tried(t, "Missing(results, listed), and then Missing(results, nil)")
	same(try, "what is listed is what the call was given, and not what another call was", "Unlisted", crawl.Missing(results, listed).Unlisted, nil)
	same(try, "what is listed is what the call was given, and not what another call was", "Unlisted", crawl.Missing(results, nil).Unlisted, []string{results[0].Address})
}
