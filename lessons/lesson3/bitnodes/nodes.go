package bitnodes

import (
	"encoding/json"
	"errors"

	"nodebook/lessons/todo"
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
	return nil, todo.Err
}

// AddressStrings lists the keys of rows, "address:port", each unchanged, in
// ascending order of their bytes. A map has no order of its own: two calls give
// the same list only because it is sorted.
func AddressStrings(rows Rows) []string {
	return nil
}
