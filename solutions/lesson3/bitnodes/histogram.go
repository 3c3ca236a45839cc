package bitnodes

import (
	"cmp"
	"fmt"
	"slices"
)

// Bar is one line of a histogram: how many nodes have that label.
type Bar struct {
	Label string
	Nodes int
}

// Other is the label of the last bar of a shortened histogram.
const Other = "other"

// Histogram counts nodes by what label returns for them. The longest bar comes
// first; bars of the same length are in ascending order of their labels. An
// empty label is a label.
//
// If there are more than most labels, the histogram has the first most-1 of
// those bars and a last one, labelled [Other], that counts the nodes of all the
// rest, so that the bars always add up to len(nodes). A label that is itself
// "other" is treated like any label and has its own bar. A most below 1 means
// no limit. The nodes are not changed.
func Histogram(nodes []Node, label func(Node) string, most int) []Bar {
	// BEGIN SOLUTION
	count := map[string]int{}
	for _, n := range nodes {
		count[label(n)]++
	}
	bars := make([]Bar, 0, len(count))
	for l, n := range count {
		bars = append(bars, Bar{l, n})
	}
	slices.SortFunc(bars, func(a, b Bar) int {
		return cmp.Or(cmp.Compare(b.Nodes, a.Nodes), cmp.Compare(a.Label, b.Label))
	})
	if most < 1 || len(bars) <= most {
		return bars
	}
	rest := Bar{Label: Other}
	for _, b := range bars[most-1:] {
		rest.Nodes += b.Nodes
	}
	return append(bars[:most-1], rest)
	// END SOLUTION
}

// ByNetwork labels a node with its kind of network.
func ByNetwork(n Node) string { return n.Network.String() }

// ByProtocol labels a node with its protocol version.
func ByProtocol(n Node) string { return fmt.Sprint(n.Protocol) }

// ByUserAgent labels a node with its user agent, as the node sent it.
func ByUserAgent(n Node) string { return n.UserAgent }

// ByServices labels a node with its service bits in hex.
func ByServices(n Node) string { return fmt.Sprintf("%#x", n.Services) }

// ByHeight returns a label that says how far a node is behind tip, in blocks.
func ByHeight(tip int) func(Node) string {
	return func(n Node) string {
		switch behind := tip - int(n.Height); {
		case behind < 0:
			return "ahead"
		case behind == 0:
			return "at the tip"
		case behind <= 6:
			return "1-6 behind"
		case behind <= 144:
			return "7-144 behind"
		}
		return "a day or more behind"
	}
}
