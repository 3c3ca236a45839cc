package version_test

import (
	"fmt"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var servicesReader = reader{
	call:  "ReadServices(c)",
	form:  "8 bytes, little endian; every bit counts, those without a name too",
	parts: []expect.Field{{Name: "services", Size: 8}},
	read: func(c *version.Cursor) (any, error) {
		s, err := version.ReadServices(c)
		return fmt.Sprintf("%#x", uint64(s)), err
	},
}

// known are the services with a name, by the number of their bit.
var known = map[int]string{0: "NETWORK", 1: "GETUTXO", 2: "BLOOM", 3: "WITNESS", 6: "COMPACT_FILTERS", 10: "NETWORK_LIMITED", 11: "P2P_V2"}

func bitName(bit int) string {
	if name := known[bit]; name != "" {
		return name
	}
	return fmt.Sprintf("BIT_%d", bit)
}

func TestReadServices(t *testing.T) {
	d := draw.From(t)
	for range 5 {
		n := d.Uint64()
		servicesReader.takes(t, d, le64(n), fmt.Sprintf("%#x", n))
	}
}

func TestReadServices_cut(t *testing.T) {
	servicesReader.cut(t, le64(draw.From(t).Uint64()))
}

func TestServices_Has(t *testing.T) {
	d := draw.From(t)
	for range 20 {
		s, flags := d.Uint64()|1<<3, d.Uint64()&d.Uint64()&d.Uint64()
		for _, f := range []uint64{flags, flags & s, 1 << 3, 1<<3 | ^s, 0, s} {
			try := expect.Tried(t, "Services(%#x).Has(%#x)", s, f)
			try.Why("all the bits that are asked for must be set, not just one of them")
			try.Equal("", version.Services(s).Has(version.Services(f)), s|f == s)
		}
	}
}

func TestServices_OffersNetwork(t *testing.T) {
	d := draw.From(t)
	for range 10 {
		s := d.Uint64()
		for _, n := range []uint64{s | 1, s &^ 1, 1, 1 << 10} {
			try := expect.Tried(t, "Services(%#x).OffersNetwork()", n)
			try.Why("bit 0, NETWORK, says that the node gives out the whole chain; other bits do not matter")
			try.Equal("", version.Services(n).OffersNetwork(), n%2 == 1)
		}
	}
}

func TestServices_OffersBloomAndWitness(t *testing.T) {
	d := draw.From(t)
	for range 10 {
		s := d.Uint64() &^ 0b1100
		for _, n := range []uint64{s, s | 0b0100, s | 0b1000, s | 0b1100, 0b1100} {
			try := expect.Tried(t, "Services(%#x).OffersBloomAndWitness()", n)
			try.Why("BLOOM is bit 2, WITNESS is bit 3, and both are asked for")
			try.Equal("", version.Services(n).OffersBloomAndWitness(), n>>2&3 == 3)
		}
	}
}

func TestServices_Names(t *testing.T) {
	d := draw.From(t)
	for _, s := range append(drawnServices(d), 0) {
		var want []string
		for bit := range 64 {
			if s>>bit&1 == 1 {
				want = append(want, bitName(bit))
			}
		}
		try := expect.Tried(t, "Services(%#x).Names()", s)
		try.Why("one name for each bit that is set, lowest bit first; a bit without a name is BIT_ and its number")
		try.Equal("", strings.Join(version.Services(s).Names(), " "), strings.Join(want, " "))
	}
}

func TestServices_Names_twice(t *testing.T) {
	d := draw.From(t)
	n, other := d.Uint64()&d.Uint64()&d.Uint64()|1, 2|d.Uint64()&d.Uint64()&d.Uint64()&^1
	try := expect.Tried(t, "Services(%#x).Names(), then Services(%#x).Names(), and then the first result again", n, other)
	try.Why("a slice that is returned belongs to the caller; one that all calls share changes under an earlier caller")
	got := version.Services(n).Names()
	want := strings.Join(got, " ")
	version.Services(other).Names()
	try.Equal("", strings.Join(got, " "), want)
	try.Why("one name for each bit that is set").True(len(got) > 0, "no names", "the names of the bits")

	try = expect.Tried(t, "Services(%#x).Names(), then another name in the slice that it returned, and then Services(%#x).Names()", n, n)
	try.Why("a slice that is returned belongs to the caller, who may change it; one that is kept to be returned again shows everyone that change")
	got[0] = "MINE"
	try.Equal("", strings.Join(version.Services(n).Names(), " "), want)
}

func TestServices_String(t *testing.T) {
	d := draw.From(t)
	for _, s := range drawnServices(d) {
		var want []string
		for bit := range 64 {
			if s>>bit&1 == 1 {
				want = append(want, bitName(bit))
			}
		}
		try := expect.Tried(t, "Services(%#x).String()", s)
		try.Why("the names with a | between them")
		try.Equal("", version.Services(s).String(), strings.Join(want, "|"))
	}
	try := expect.Tried(t, "Services(0).String()")
	try.Why("no service at all deserves its own word")
	try.Equal("", version.Services(0).String(), "none")
}

// drawnServices are services that peers have, single bits, and drawn ones.
func drawnServices(d *draw.Source) []uint64 {
	return []uint64{1037, 3081, 67112969, 1 << d.IntN(64), 1 << 63, d.Uint64() & d.Uint64(), d.Uint64() & d.Uint64()}
}
