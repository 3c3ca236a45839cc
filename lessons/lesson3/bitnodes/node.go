package bitnodes

// Node is one node of a snapshot: where it is, and what is known about it.
type Node struct {
	Address
	Row
}

// Decode reads every entry of rows with [ParseAddress] and [DecodeRow], in the
// order of [AddressStrings]. An entry that cannot be read is in bad.
func Decode(rows Rows) (nodes []Node, bad []Bad) {
	for _, key := range AddressStrings(rows) {
		a, err := ParseAddress(key)
		if err != nil {
			bad = append(bad, Bad{key, err})
			continue
		}
		r, err := DecodeRow(rows[key])
		if err != nil {
			bad = append(bad, Bad{key, err})
			continue
		}
		nodes = append(nodes, Node{a, r})
	}
	return nodes, bad
}
