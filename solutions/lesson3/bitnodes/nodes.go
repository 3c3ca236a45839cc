package bitnodes

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Rows are the nodes of a snapshot: a row, not yet decoded, for each
// "address:port".
type Rows map[string]json.RawMessage

// ErrNoNodes is the error of a document without nodes. Such a document decodes
// without complaint: {"detail": "..."} is a Snapshot too, an empty one.
var ErrNoNodes = errors.New(`no "nodes" in the document`)

// Nodes cuts the nodes part of a snapshot into rows, each not yet decoded. An
// empty object is a snapshot of no nodes, and not an error.
//
// Errors: [ErrNoNodes] if the part is missing or null, [ErrJSON] if it is
// anything but an object. White space around it means nothing, as everywhere in
// JSON.
func Nodes(s Snapshot) (Rows, error) {
	// BEGIN SOLUTION
	if len(s.Nodes) == 0 {
		return nil, ErrNoNodes
	}
	var rows Rows
	if err := json.Unmarshal(s.Nodes, &rows); err != nil {
		return nil, fmt.Errorf("nodes: %w: %w", ErrJSON, err)
	}
	if rows == nil {
		return nil, fmt.Errorf("%w: it is null", ErrNoNodes)
	}
	return rows, nil
	// END SOLUTION
}

// AddressStrings lists the keys of rows, "address:port", each unchanged, in
// ascending order of their bytes. A map has no order of its own: two calls give
// the same list only because it is sorted.
func AddressStrings(rows Rows) []string {
	// BEGIN SOLUTION
	list := make([]string, 0, len(rows))
	for key := range rows {
		list = append(list, key)
	}
	slices.Sort(list)
	return list
	// END SOLUTION
}
