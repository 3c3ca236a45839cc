package cli

import (
	"errors"
	"fmt"
	"strings"

	"nodebook/checker/internal/report"
)

// errNotPassed ends the program with 1 after a report has been shown.
var errNotPassed = errors.New("not everything passes")

// hinted is an error that says what to do about it.
type hinted struct {
	error
	hint string
}

func (h hinted) Hint() string  { return h.hint }
func (h hinted) Unwrap() error { return h.error }

// misuse is an error with a hint.
func misuse(hint, format string, args ...any) error {
	return hinted{fmt.Errorf(format, args...), hint}
}

func oneLine(s string) string { return strings.Join(strings.Fields(report.Clean(s)), " ") }
