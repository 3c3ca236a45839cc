package bitnodes_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// labelled are nodes of which so many have each label, shuffled. The label is
// the user agent.
func labelled(d *draw.Source, count map[string]int) []bitnodes.Node {
	var nodes []bitnodes.Node
	for _, label := range slices.Sorted(maps.Keys(count)) {
		for range count[label] {
			nodes = append(nodes, bitnodes.Node{Row: bitnodes.Row{UserAgent: label}})
		}
	}
	d.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	return nodes
}

func agent(n bitnodes.Node) string { return n.UserAgent }

// sameBars wants got to be want, and says where they part.
func sameBars(try *expect.Try, got, want []bitnodes.Bar) {
	for i := range min(len(got), len(want)) {
		try.True(got[i] == want[i], fmt.Sprintf("bar %d = {%q, %d}", i, got[i].Label, got[i].Nodes), fmt.Sprintf("bar %d = {%q, %d}", i, want[i].Label, want[i].Nodes))
	}
	try.Equal("number of bars", len(got), len(want))
}

// drawCounts draws that many labels, each with another count from 1 up.
func drawCounts(d *draw.Source, labels int) (map[string]int, []bitnodes.Bar) {
	count := map[string]int{}
	var bars []bitnodes.Bar
	n := 0
	for len(count) < labels {
		label := d.Word(5)
		if count[label] > 0 {
			continue
		}
		n += d.Between(1, 4)
		count[label] = n
		bars = append([]bitnodes.Bar{{Label: label, Nodes: n}}, bars...)
	}
	return count, bars
}

func TestHistogram(t *testing.T) {
	d := draw.From(t)
	count, want := drawCounts(d, d.Between(5, 12))
	nodes := labelled(d, count)
	for _, most := range []int{0, -1, 1000, math.MaxInt} {
		try := expect.Tried(t, "Histogram(nodes, label, %d) of %d nodes with the labels %v", most, len(nodes), count)
		try.Why("a bar for each label, the longest first; a most below 1 means no limit")
		if most > 1000 {
			try.Halts("most says where to end, and not how many there are: make room for the labels that you have counted")
		}
		sameBars(try, bitnodes.Histogram(nodes, agent, most), want)
	}
	try := expect.Tried(t, "Histogram(nil, label, 5)")
	try.Equal("number of bars", len(bitnodes.Histogram(nil, agent, 5)), 0)
}

func TestHistogram_ties(t *testing.T) {
	d := draw.From(t)
	n := d.Between(2, 5)
	count := map[string]int{"": n, d.Word(4): n, d.Word(6): n, "Z" + d.Word(3): n, "10": n, "9": n, d.Word(5): n + 1}
	var want []bitnodes.Bar
	for label, nodes := range count {
		want = append(want, bitnodes.Bar{Label: label, Nodes: nodes})
	}
	slices.SortFunc(want, func(a, b bitnodes.Bar) int {
		return cmp.Or(b.Nodes-a.Nodes, cmp.Compare(a.Label, b.Label))
	})
	nodes := labelled(d, count)
	try := expect.Tried(t, "Histogram(nodes, label, 0) of %d nodes with the labels %v", len(nodes), count)
	try.Why("bars of the same length are in ascending order of their labels, the empty one first; a map alone has no order")
	got := bitnodes.Histogram(nodes, agent, 0)
	for range 20 {
		try.True(slices.Equal(bitnodes.Histogram(nodes, agent, 0), got), "another order each time", "the same bars each time")
	}
	sameBars(try, got, want)
}

func TestHistogram_most(t *testing.T) {
	d := draw.From(t)
	labels := d.Between(6, 12)
	count, all := drawCounts(d, labels)
	nodes := labelled(d, count)
	for _, most := range []int{1, 2, d.Between(3, labels-2), labels - 1, labels, labels + 1} {
		want := slices.Clone(all)
		if most < labels {
			rest := 0
			for _, b := range want[most-1:] {
				rest += b.Nodes
			}
			want = append(want[:most-1], bitnodes.Bar{Label: "other", Nodes: rest})
		}
		try := expect.Tried(t, "Histogram(nodes, label, %d) of %d nodes with %d labels, %v", most, len(nodes), labels, count)
		try.Why("no more than %d bars; where that leaves some out, the last is %q and holds their nodes, even if it is the longest", most, "other")
		sameBars(try, bitnodes.Histogram(nodes, agent, most), want)
	}
}

func TestHistogram_realOther(t *testing.T) {
	d := draw.From(t)
	n := d.Between(20, 30)
	for _, most := range []int{2, 3} {
		count := map[string]int{"other": n, "a" + d.Word(4): n - 5, "b" + d.Word(5): n - 10, "c" + d.Word(6): d.Between(1, 5)}
		var want []bitnodes.Bar
		for _, label := range slices.Sorted(maps.Keys(count)) {
			want = append(want, bitnodes.Bar{Label: label, Nodes: count[label]})
		}
		slices.SortFunc(want, func(a, b bitnodes.Bar) int { return b.Nodes - a.Nodes })
		rest := 0
		for _, b := range want[most-1:] {
			rest += b.Nodes
		}
		want = append(want[:most-1], bitnodes.Bar{Label: "other", Nodes: rest})
		nodes := labelled(d, count)
		try := expect.Tried(t, "Histogram(nodes, label, %d) of %d nodes with the labels %v", most, len(nodes), count)
		try.Why("a node may call itself %q: that is a label like any other, and its bar is not the one of the rest, which comes last", "other")
		sameBars(try, bitnodes.Histogram(nodes, agent, most), want)
	}
}

func TestHistogram_tiesCut(t *testing.T) {
	d := draw.From(t)
	n := d.Between(2, 5)
	count := map[string]int{"a" + d.Word(4): n, "b" + d.Word(4): n, "c" + d.Word(4): n, "d" + d.Word(4): n, "e" + d.Word(4): n, "f" + d.Word(4): n}
	var want []bitnodes.Bar
	for _, label := range slices.Sorted(maps.Keys(count))[:3] {
		want = append(want, bitnodes.Bar{Label: label, Nodes: n})
	}
	want = append(want, bitnodes.Bar{Label: "other", Nodes: 3 * n})
	nodes := labelled(d, count)
	try := expect.Tried(t, "Histogram(nodes, label, 4) of %d nodes with the labels %v", len(nodes), count)
	try.Why("of bars of the same length the first in the order of their labels stay: sort before you cut")
	got := bitnodes.Histogram(nodes, agent, 4)
	for range 50 {
		try.True(slices.Equal(bitnodes.Histogram(nodes, agent, 4), got), "other bars each time", "the same bars each time")
	}
	sameBars(try, got, want)
}

func TestHistogram_leavesNodes(t *testing.T) {
	d := draw.From(t)
	count, _ := drawCounts(d, 5)
	nodes := labelled(d, count)
	before := slices.Clone(nodes)
	try := expect.Tried(t, "Histogram(nodes, label, 3)").Why("the nodes belong to the caller, and so does their order")
	bitnodes.Histogram(nodes, agent, 3)
	try.True(slices.Equal(nodes, before), "nodes in another order", "nodes as they were")
}

// The labels are given; this is how the lesson uses them.
func TestHistogram_snapshot(t *testing.T) {
	d := draw.From(t)
	doc := synthetic.Draw(d.Rand, synthetic.New, 400)
	var nodes []bitnodes.Node
	for _, n := range doc.Nodes {
		nodes = append(nodes, bitnodes.Node{Address: bitnodes.Address{Network: networkNumber[n.Network]}, Row: truth(n, 5)})
	}
	for _, tt := range []struct {
		name  string
		label func(bitnodes.Node) string
		of    func(synthetic.Node) string
	}{
		{"ByNetwork", bitnodes.ByNetwork, func(n synthetic.Node) string { return n.Network }},
		{"ByProtocol", bitnodes.ByProtocol, func(n synthetic.Node) string { return fmt.Sprint(n.Protocol) }},
		{"ByServices", bitnodes.ByServices, func(n synthetic.Node) string { return fmt.Sprintf("0x%x", n.Services) }},
		{"ByUserAgent", bitnodes.ByUserAgent, func(n synthetic.Node) string { return n.UserAgent }},
	} {
		count := map[string]int{}
		for _, n := range doc.Nodes {
			count[tt.of(n)]++
		}
		try := expect.Tried(t, "Histogram(nodes, %s, 0) of a snapshot of %d nodes", tt.name, len(nodes))
		try.Why("nodes with the same label share a bar, and a most below 1 is no limit")
		bars := bitnodes.Histogram(nodes, tt.label, 0)
		try.Equal("number of bars", len(bars), len(count))
		for _, b := range bars {
			try.Equal(fmt.Sprintf("nodes with label %q", b.Label), b.Nodes, count[b.Label])
		}
	}
}

var networkNumber = map[string]bitnodes.Network{
	"IPv4": ipv4, "IPv6": ipv6, "Tor": torV3, "I2P": i2p, "CJDNS": cjdns,
}

func TestHistogram_heights(t *testing.T) {
	d := draw.From(t)
	tip := d.Between(500_000, 900_000)
	count := map[string]int{}
	var nodes []bitnodes.Node
	for i, h := range []struct {
		behind int
		label  string
	}{{-1, "ahead"}, {0, "at the tip"}, {1, "1-6 behind"}, {6, "1-6 behind"}, {7, "7-144 behind"}, {144, "7-144 behind"}, {145, "a day or more behind"}, {tip, "a day or more behind"}} {
		for range 1 << i { // so that no two of them can be taken for each other
			nodes = append(nodes, bitnodes.Node{Row: bitnodes.Row{Height: int32(tip - h.behind)}})
			count[h.label]++
		}
	}
	try := expect.Tried(t, "Histogram(nodes, ByHeight(%d), 0) of %d nodes", tip, len(nodes))
	bars := bitnodes.Histogram(nodes, bitnodes.ByHeight(tip), 0)
	try.Equal("number of bars", len(bars), len(count))
	for _, b := range bars {
		try.Equal(fmt.Sprintf("nodes with label %q", b.Label), b.Nodes, count[b.Label])
	}
}

func TestHistogram_blanks(t *testing.T) {
	d := draw.From(t)
	word := d.Word(5)
	count := map[string]int{word: 5, " " + word: 4, word + " ": 3, word + "\t": 2, " ": 1}
	try := expect.Tried(t, "Histogram(nodes, label, 0), where labels differ in blanks alone: %q, %q, %q", word, " "+word, word+" ")
	try.Why("a label is any text, and two texts are two labels: a stranger's user agent may end with a blank")
	got := bitnodes.Histogram(labelled(d, count), agent, 0)
	sameBars(try, got, []bitnodes.Bar{{Label: word, Nodes: 5}, {Label: " " + word, Nodes: 4}, {Label: word + " ", Nodes: 3}, {Label: word + "\t", Nodes: 2}, {Label: " ", Nodes: 1}})
}
