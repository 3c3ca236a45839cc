package bitnodes_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	fixture "nodebook/fixtures/bitnodes"
	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// edge is a hand-made snapshot.
func edge(t *testing.T, name string) bitnodes.Snapshot {
	t.Helper()
	doc, err := fixture.Edge(name)
	expect.Broken(t, err)
	var s bitnodes.Snapshot
	expect.Broken(t, json.Unmarshal(doc, &s))
	return s
}

func TestNodes(t *testing.T) {
	d := draw.From(t)
	for _, shape := range []synthetic.Shape{synthetic.Old, synthetic.New} {
		doc := drawDoc(d, shape)
		try := expect.Tried(t, "Nodes(s), where s.Nodes holds %d nodes with %d fields each", len(doc.Nodes), shape)
		try.Why("a row is left as it came, byte for byte: json.RawMessage")
		rows, err := bitnodes.Nodes(bitnodes.Snapshot{Nodes: doc.NodesJSON()})
		try.NoError(err)
		try.Equal("number of rows", len(rows), len(doc.Nodes))
		for _, n := range doc.Nodes {
			try.Equal(fmt.Sprintf("rows[%q]", n.Key), string(rows[n.Key]), string(n.Row(shape)))
		}
	}
}

func TestNodes_badRow(t *testing.T) {
	d := draw.From(t)
	doc := drawDoc(d, synthetic.New)
	bad := d.Word(7)
	part := strings.Replace(string(doc.NodesJSON()), "{", `{"`+bad+`": {"no": "array"}, `, 1)
	try := expect.Tried(t, "Nodes(s), where one of %d nodes has an object for a row", len(doc.Nodes)+1)
	try.Why("one bad row costs one row: Nodes leaves each row as it came, and DecodeRow will complain")
	rows, err := bitnodes.Nodes(bitnodes.Snapshot{Nodes: json.RawMessage(part)})
	try.NoError(err)
	try.Equal("number of rows", len(rows), len(doc.Nodes)+1)
	try.Equal("the bad row", string(rows[bad]), `{"no": "array"}`)
}

func TestNodes_none(t *testing.T) {
	why := "JSON that lacks a field decodes without an error; to a caller it must not look like a network without nodes"
	for _, tt := range []struct{ what, edge string }{
		{"a document whose nodes are null", "null-nodes"},
		{`the message {"detail": "Request was throttled..."}`, "throttled"},
		{"a page of the list of snapshots", "list"},
	} {
		try := expect.Tried(t, "Nodes(s), where s was decoded from %s", tt.what).Why("%s", why)
		_, err := bitnodes.Nodes(edge(t, tt.edge))
		try.ErrorIs(err, bitnodes.ErrNoNodes, "ErrNoNodes")
	}
	try := expect.Tried(t, "Nodes(Snapshot{})").Why("%s", why)
	_, err := bitnodes.Nodes(bitnodes.Snapshot{})
	try.ErrorIs(err, bitnodes.ErrNoNodes, "ErrNoNodes")
}

func TestNodes_spaces(t *testing.T) {
	d := draw.From(t)
	for _, around := range []string{" ", "\n", "\t\r\n "} {
		part := around + "null" + around
		try := expect.Tried(t, "Nodes(s), where s.Nodes is %q", part).Why("white space around a null means nothing: these are no nodes either")
		_, err := bitnodes.Nodes(bitnodes.Snapshot{Nodes: json.RawMessage(part)})
		try.ErrorIs(err, bitnodes.ErrNoNodes, "ErrNoNodes")
		doc := drawDoc(d, synthetic.New)
		try = expect.Tried(t, "Nodes(s), where s.Nodes holds %d nodes, with %q around them", len(doc.Nodes), around)
		rows, err := bitnodes.Nodes(bitnodes.Snapshot{Nodes: json.RawMessage(around + string(doc.NodesJSON()) + around)})
		try.NoError(err)
		try.Equal("number of rows", len(rows), len(doc.Nodes))
	}
}

func TestNodes_empty(t *testing.T) {
	try := expect.Tried(t, "Nodes(s), where s.Nodes is {}").Why("no nodes is a strange snapshot, but a good one")
	rows, err := bitnodes.Nodes(edge(t, "empty"))
	try.NoError(err)
	try.Equal("number of rows", len(rows), 0)
}

func TestNodes_notObject(t *testing.T) {
	d := draw.From(t)
	for _, part := range []string{`["` + d.Word(5) + `"]`, `"` + d.Word(5) + `"`, fmt.Sprint(d.IntN(1000)), "true", `{"` + d.Word(5) + `": [`, "{} {}", "<html>"} {
		try := expect.Tried(t, "Nodes(s), where s.Nodes is %s", part).Why("nodes are one object, with a row for each address; this is something, and not that")
		_, err := bitnodes.Nodes(bitnodes.Snapshot{Nodes: json.RawMessage(part)})
		try.ErrorIs(err, bitnodes.ErrJSON, "ErrJSON")
		try.NotErrorIs(err, bitnodes.ErrNoNodes, "ErrNoNodes")
	}
}

func TestAddressStrings(t *testing.T) {
	d := draw.From(t)
	doc := synthetic.Draw(d.Rand, synthetic.New, d.Between(20, 60))
	rows := bitnodes.Rows{}
	var want []string
	for _, n := range doc.Nodes {
		rows[n.Key] = n.Row(synthetic.New)
		want = append(want, n.Key)
	}
	slices.Sort(want)
	try := expect.Tried(t, "AddressStrings(rows) of %d random nodes", len(rows))
	try.Why("all keys and nothing else, in ascending order of their bytes; a map alone has no order")
	got := bitnodes.AddressStrings(rows)
	for range 8 {
		try.True(slices.Equal(bitnodes.AddressStrings(rows), got), "another order each time", "the same list each time")
	}
	sameStrings(try, got, want)
	try.Why("the rows belong to the caller")
	try.Equal("rows left", len(rows), len(want))
}

func TestAddressStrings_order(t *testing.T) {
	d := draw.From(t)
	low, high := d.Between(2, 9), d.Between(10, 99)
	want := []string{
		"", "198.18.0." + fmt.Sprint(high) + ":8333", "198.18.0." + fmt.Sprint(high*10) + ":8333",
		"B" + d.Word(4) + ".onion:8333", "[2001:db8::1]:8333", "a" + d.Word(4) + ".onion:8333", "not an address",
	}
	want = append(want, fmt.Sprintf("99%d.onion:8333", low))
	slices.Sort(want)
	rows := bitnodes.Rows{}
	for _, key := range want {
		rows[key] = nil
	}
	try := expect.Tried(t, "AddressStrings(rows) of keys in upper and lower case, bad ones among them")
	try.Why("ascending order of bytes, each key as it stands: 10 before 9, B before [ before a; nothing is judged here")
	sameStrings(try, bitnodes.AddressStrings(rows), want)
	try = expect.Tried(t, "AddressStrings(Rows{})")
	try.Equal("number of strings", len(bitnodes.AddressStrings(bitnodes.Rows{})), 0)
}

// sameStrings wants got to be want, and says where they part.
func sameStrings(try *expect.Try, got, want []string) {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] && len(got) != len(want) {
			try.Fail(fmt.Sprintf("%d strings; string %d is %q", len(got), i, got[i]), fmt.Sprintf("%d strings; string %d is %q", len(want), i, want[i]))
		}
		try.Equal(fmt.Sprintf("string %d", i), got[i], want[i])
	}
	try.Equal("number of strings", len(got), len(want))
}

func TestAddressStrings_apart(t *testing.T) {
	d := draw.From(t)
	first, second := d.Word(8)+":1", d.Word(9)+":2"
	try := expect.Tried(t, "AddressStrings of two Rows of one key each; then the first list again")
	try.Why("each call makes a list of its own: one that all share changes under those who hold it")
	got := bitnodes.AddressStrings(bitnodes.Rows{first: nil})
	bitnodes.AddressStrings(bitnodes.Rows{second: nil})
	sameStrings(try, got, []string{first})
}
