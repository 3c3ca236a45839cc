package bitnodes_test

import (
	"fmt"
	"slices"
	"testing"

	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// drawAddresses draws n addresses of all networks, each another.
func drawAddresses(d *draw.Source, n int) []bitnodes.Address {
	var list []bitnodes.Address
	for _, n := range synthetic.Draw(d.Rand, synthetic.New, n).Nodes {
		list = append(list, bitnodes.Address{Network: networkNumber[n.Network], Host: n.Host, Port: n.Port})
	}
	return list
}

// sameAddresses wants got to be want, and says where they part.
func sameAddresses(try *expect.Try, got, want []bitnodes.Address) {
	for i := range min(len(got), len(want)) {
		try.Equal(fmt.Sprintf("address %d", i), got[i], want[i])
	}
	try.Equal("number of addresses", len(got), len(want))
}

// only picks the addresses of those networks.
func only(list []bitnodes.Address, reach ...bitnodes.Network) []bitnodes.Address {
	return slices.DeleteFunc(slices.Clone(list), func(a bitnodes.Address) bool { return !slices.Contains(reach, a.Network) })
}

func TestDialable(t *testing.T) {
	d := draw.From(t)
	addrs := drawAddresses(d, d.Between(40, 80))
	for _, reach := range [][]bitnodes.Network{
		{ipv4}, {ipv4, ipv6}, {torV3, i2p}, {cjdns, ipv6, ipv4, torV3, i2p}, nil,
	} {
		try := expect.Tried(t, "Dialable(addrs, %v, nil) of %d addresses", reach, len(addrs))
		try.Why("an address whose network is in reach stays, any other goes; the order is that of addrs")
		sameAddresses(try, bitnodes.Dialable(addrs, reach, nil), only(addrs, reach...))
	}
	try := expect.Tried(t, "Dialable(nil, [IPv4], nil)")
	try.Equal("number of addresses", len(bitnodes.Dialable(nil, []bitnodes.Network{ipv4}, nil)), 0)
}

func TestDialable_good(t *testing.T) {
	d := draw.From(t)
	addrs := drawAddresses(d, d.Between(40, 80))
	reach := []bitnodes.Network{ipv4, torV3}
	inReach := only(addrs, reach...)
	good := slices.Clone(inReach)
	d.Shuffle(len(good), func(i, j int) { good[i], good[j] = good[j], good[i] })
	good = good[:d.Between(3, len(good)/2)]
	want := slices.Clone(good)
	for _, a := range inReach {
		if !slices.Contains(good, a) {
			want = append(want, a)
		}
	}
	stranger := bitnodes.Address{Network: ipv4, Host: "192.0.2.7", Port: drawPort(d)}
	given := append([]bitnodes.Address{stranger, {Network: ipv6, Host: "2001:db8::7", Port: 8333}}, good...)
	given = append(given, only(addrs, i2p)...)
	given = append(given, good[0])
	try := expect.Tried(t, "Dialable(addrs, %v, good) of %d addresses; good has %d of them that are in reach (one of these twice), some that are not in reach, and two that are not in addrs", reach, len(addrs), len(good))
	try.Why("first those of addrs that are also in good, in good's order, then the rest; each once; and good alone brings nothing in")
	sameAddresses(try, bitnodes.Dialable(addrs, reach, given), want)
}

func TestDialable_once(t *testing.T) {
	d := draw.From(t)
	addrs := only(drawAddresses(d, 60), ipv4, ipv6)
	twice := slices.Concat(addrs, addrs[:len(addrs)/2], addrs)
	try := expect.Tried(t, "Dialable(addrs, [IPv4 IPv6], nil), where %d of %d addresses come two or three times", len(addrs), len(twice))
	try.Why("to dial a node twice is no use to us and a nuisance to it")
	sameAddresses(try, bitnodes.Dialable(twice, []bitnodes.Network{ipv4, ipv6}, nil), addrs)

	other := addrs[0]
	other.Port = addrs[0].Port%65535 + 1
	try = expect.Tried(t, "Dialable(addrs, [IPv4 IPv6], nil), where two addresses have the same host and another port").Why("two addresses are the same node's if they are equal; these are not")
	sameAddresses(try, bitnodes.Dialable([]bitnodes.Address{addrs[0], other}, []bitnodes.Network{ipv4, ipv6}, nil), []bitnodes.Address{addrs[0], other})
}

func TestDialable_noHost(t *testing.T) {
	d := draw.From(t)
	v4 := bitnodes.Address{Network: ipv4, Host: synthetic.IPv4(d.Rand), Port: 8333}
	loop := bitnodes.Address{Network: ipv4, Host: fmt.Sprintf("127.1.%d.%d", d.IntN(256), d.Between(1, 254)), Port: 18444}
	reach := []bitnodes.Network{ipv4, ipv6}
	for _, none := range []bitnodes.Address{
		{Network: ipv4, Host: "0.0.0.0", Port: drawPort(d)},
		{Network: ipv6, Host: "::", Port: drawPort(d)},
		{Network: ipv4, Host: fmt.Sprintf("%d.%d.0.1", d.Between(224, 239), d.IntN(256)), Port: drawPort(d)},
		{Network: ipv6, Host: fmt.Sprintf("ff02::%x", d.Between(1, 0xffff)), Port: drawPort(d)},
	} {
		try := expect.Tried(t, "Dialable(addrs, %v, addrs), where addrs is %v, %v, %v", reach, v4, none, loop)
		try.Why("an address that is unspecified or multicast names no host, even if somebody calls it good; a loopback address does")
		addrs := []bitnodes.Address{v4, none, loop}
		sameAddresses(try, bitnodes.Dialable(addrs, reach, addrs), []bitnodes.Address{v4, loop})
	}
}

func TestDialable_everyHost(t *testing.T) {
	d := draw.From(t)
	var addrs []bitnodes.Address
	for _, host := range []string{
		fmt.Sprintf("0.%d.0.1", d.IntN(256)), fmt.Sprintf("10.0.%d.1", d.IntN(256)), fmt.Sprintf("169.254.0.%d", d.Between(1, 254)),
		fmt.Sprintf("192.168.0.%d", d.Between(1, 254)), fmt.Sprintf("240.%d.0.1", d.IntN(256)), "255.255.255.255", "223.255.255.255",
	} {
		addrs = append(addrs, bitnodes.Address{Network: ipv4, Host: host, Port: drawPort(d)})
	}
	for _, host := range []string{"::1", "fd00::7", fmt.Sprintf("fe80::%x", d.Between(1, 0xffff)), "feff::1"} {
		addrs = append(addrs, bitnodes.Address{Network: ipv6, Host: host, Port: drawPort(d)})
	}
	d.Shuffle(len(addrs), func(i, j int) { addrs[i], addrs[j] = addrs[j], addrs[i] })
	try := expect.Tried(t, "Dialable(addrs, [IPv4 IPv6], nil), where addrs is %v", addrs)
	try.Why("of IP addresses those that are unspecified (0.0.0.0 and ::, no others) or multicast are left out; every other one counts as a host")
	sameAddresses(try, bitnodes.Dialable(addrs, []bitnodes.Network{ipv4, ipv6}, nil), addrs)
}

func TestDialable_leavesInputs(t *testing.T) {
	d := draw.From(t)
	list := only(drawAddresses(d, 60), ipv4, torV3)
	half := len(list) / 2
	addrs, good := slices.Clone(list), append(make([]bitnodes.Address, 0, 2*len(list)), list[half:]...)
	tail := slices.Clone(good[:cap(good)])
	reach := []bitnodes.Network{i2p, ipv4}
	try := expect.Tried(t, "Dialable(addrs, [I2P IPv4], good)").Why("addrs, reach and good belong to the caller; append(good, ...) writes past the end of good if there is room, and slices.DeleteFunc(addrs, ...) moves what is in addrs")
	bitnodes.Dialable(addrs, reach, good)
	try.True(slices.Equal(addrs, list), "addrs changed", "addrs as it was")
	try.True(slices.Equal(reach, []bitnodes.Network{i2p, ipv4}), "reach changed", "reach as it was")
	try.True(slices.Equal(good, list[half:]), "good changed", "good as it was")
	try.True(slices.Equal(good[:cap(good)], tail), "the array of good changed", "good as it was, and the room after it too")
}
