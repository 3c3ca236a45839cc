package bitnodes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxBody is the longest answer that is read: 8 MiB. A snapshot of 25,000 nodes
// is about 3 MB, and was about 5 MB when rows had 13 fields.
const MaxBody = 8 << 20

var (
	// ErrTooBig is the error of a body longer than MaxBody.
	ErrTooBig = errors.New("body too big")

	// ErrJSON is the error of text that is not JSON, or not of the wanted shape.
	ErrJSON = errors.New("not the JSON we asked for")
)

// ReadJSON reads r to its end and decodes the one JSON document in it into v, as
// encoding/json does: what v has no field for is skipped, and null is a document.
// JSON's white space (space, tab, carriage return, line feed) may surround it, and
// nothing else may. It never reads much more than MaxBody bytes, however many
// there are.
//
// Errors: [ErrTooBig]; io.ErrUnexpectedEOF for a document that ends too early
// or is missing; [ErrJSON] for anything else that does not decode; an error of
// r itself is passed on, wrapped, wherever it occurs.
func ReadJSON(r io.Reader, v any) error {
	// BEGIN SOLUTION
	body, err := io.ReadAll(io.LimitReader(r, MaxBody+1))
	if err != nil {
		return fmt.Errorf("body, after %d bytes: %w", len(body), err)
	}
	if len(body) > MaxBody {
		return fmt.Errorf("%w: more than %d bytes", ErrTooBig, MaxBody)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	switch err := dec.Decode(v); {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return fmt.Errorf("JSON cut off after %d bytes: %w", len(body), io.ErrUnexpectedEOF)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrJSON, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("%w: more text after its end, at offset %d", ErrJSON, dec.InputOffset())
	}
	return nil
	// END SOLUTION
}
