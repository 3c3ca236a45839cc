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

func TestAddresses(t *testing.T) {
	d := draw.From(t)
	doc := synthetic.Draw(d.Rand, synthetic.New, d.Between(30, 60))
	rows, want := bitnodes.Rows{}, []string{}
	for _, n := range doc.Nodes {
		rows[n.Key] = n.Row(synthetic.New)
		want = append(want, n.Key)
	}
	slices.Sort(want)
	try := expect.Tried(t, "Addresses(rows) of %d random nodes, none of them bad", len(rows))
	good, bad := bitnodes.Addresses(rows)
	try.Equal("number of bad", len(bad), 0)
	for range 8 {
		again, _ := bitnodes.Addresses(rows)
		try.Why("the order is that of AddressStrings; a map has none")
		try.True(slices.Equal(good, again), "another order each time", "the same list each time")
	}
	var got []string
	for _, a := range good {
		got = append(got, a.String())
	}
	try.Why("the order is that of AddressStrings")
	sameStrings(try, got, want)
}

func TestAddresses_bad(t *testing.T) {
	d := draw.From(t)
	wrong := map[string]error{
		"":                                   bitnodes.ErrPort,
		"198.18.0.7":                         bitnodes.ErrPort,
		synthetic.IPv4(d.Rand) + ":70000":    bitnodes.ErrPort,
		d.Word(5) + ":8333":                  bitnodes.ErrHost,
		"~" + d.Word(5) + ":8333":            bitnodes.ErrHost, // the last of all
		synthetic.OnionV2(d.Rand) + ":8333":  bitnodes.ErrTorV2,
		"a" + d.Word(9) + ".onion:8333":      bitnodes.ErrOnion,
		"[" + synthetic.IPv4(d.Rand) + "]:1": bitnodes.ErrHost,
		"Nowhere:8333":                       bitnodes.ErrHost,
	}
	rows := bitnodes.Rows{}
	row := full(d).Row(synthetic.New)
	keys := []string{}
	for key := range wrong {
		rows[key] = row
		keys = append(keys, key)
	}
	doc := drawDoc(d, synthetic.New)
	for _, n := range doc.Nodes {
		rows[n.Key] = row
	}
	slices.Sort(keys)
	try := expect.Tried(t, "Addresses(rows) of %d good and %d bad keys, the first and the last of all bad", len(doc.Nodes), len(wrong))
	try.Why("no key is lost, and one bad key spoils no other")
	good, bad := bitnodes.Addresses(rows)
	try.Equal("number of good", len(good), len(doc.Nodes))
	try.Equal("number of bad", len(bad), len(wrong))
	for i, b := range bad {
		try.Why("the order is that of AddressStrings, and each Key is as the snapshot has it")
		try.Equal(fmt.Sprintf("bad[%d].Key", i), b.Key, keys[i])
		try.Why("Err is ParseAddress's error for this key: the reason why it is bad")
		try.ErrorIs(b.Err, wrong[b.Key], sentinels[wrong[b.Key]])
	}
	for i, a := range good {
		try.True(a.Host != "", fmt.Sprintf("good[%d] is an empty Address", i), "good addresses alone among the good")
	}
}

func TestAddresses_twice(t *testing.T) {
	d := draw.From(t)
	v6, port := synthetic.IPv6(d.Rand), drawPort(d)
	rows := bitnodes.Rows{}
	keys := []string{join("["+v6+"]", port), join(v6, port), join("[::ffff:198.18.0.7]", port), join("198.18.0.7", port), join(synthetic.IPv4(d.Rand), port)}
	row := full(d).Row(synthetic.New)
	for _, key := range keys {
		rows[key] = row
	}
	try := expect.Tried(t, "Addresses(rows) of the keys %q", slices.Sorted(slices.Values(keys)))
	try.Why("no key is lost: where two keys are one address, that address is in good twice; to dial it once is for Dialable")
	good, bad := bitnodes.Addresses(rows)
	try.Equal("number of bad", len(bad), 0)
	try.Equal("number of good", len(good), len(rows))
	times := map[bitnodes.Address]int{}
	for _, a := range good {
		times[a]++
	}
	try.Equal("times that "+join("["+v6+"]", port)+" is in good", times[bitnodes.Address{Network: ipv6, Host: v6, Port: port}], 2)
}

func TestAddresses_rowsUnread(t *testing.T) {
	d := draw.From(t)
	n := drawDoc(d, synthetic.New).Nodes[0]
	try := expect.Tried(t, "Addresses(rows), where the row of %q is not JSON", n.Key).Why("the address is in the key, so a row that is not JSON does not make it bad")
	good, bad := bitnodes.Addresses(bitnodes.Rows{n.Key: []byte("?")})
	try.Equal("number of bad", len(bad), 0)
	try.Equal("number of good", len(good), 1)
	try = expect.Tried(t, "Addresses(Rows{})")
	good, bad = bitnodes.Addresses(bitnodes.Rows{})
	try.Equal("number of good and bad", len(good)+len(bad), 0)
}
