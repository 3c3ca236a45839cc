// Package assist answers a learner who is typing: which names may come next, and
// what a name means.
//
// It type-checks what is there so far (package typecheck), so that what it offers is
// what the learner's own code is at this moment.
//
// Half a line does not parse. The text is cut at the cursor, a placeholder takes the
// place of the word there, and open brackets are closed:
//
//	for _, n := range strings.Fie|     the learner's text, the cursor at |
//	for _, n := range strings.nodebookHere {}
//
// What the type checker says of the placeholder's surroundings is the answer;
// its errors do not matter.
package assist

import "nodebook/checker/internal/typecheck"

// Assistant answers for one workbook. It is safe for concurrent use.
type Assistant struct {
	types typecheck.Workbook
}

// New returns an assistant for the workbook at root.
func New(root string) *Assistant { return &Assistant{types: typecheck.Workbook{Root: root}} }
