package exercise

import (
	"errors"
	"strings"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/workbook"
)

// Change is a new text of one of an exercise's functions. Base is the text that
// the learner started from.
type Change struct {
	Func string `json:"func"`
	Base string `json:"base"`
	Text string `json:"text"`
}

var errNoFunc = errors.New("the exercise has no such function")

// Save writes the learner's functions into their files. Only the function's own
// lines are replaced, so that changes elsewhere in a file stay. If a file has
// another text than the base by now, nothing is written and conflict is true.
//
// Errors: [ErrNotThis] if a text is not that of its function.
func Save(root string, book *workbook.Book, l *workbook.Lesson, e *workbook.Exercise, changes []Change) (conflict bool, err error) {
	for _, c := range changes {
		now, err := FindNamed(root, book, e, c.Func)
		if err != nil {
			return false, err
		}
		if !same(now.Text, c.Base) && !same(now.Text, c.Text) {
			return true, nil
		}
	}
	pkgs := cell.PackagesOf(book, l)
	delete(pkgs, e.Package.Name)
	for _, c := range changes {
		now, err := FindNamed(root, book, e, c.Func) // again: the one before may be in the same file
		if err != nil {
			return false, err
		}
		if same(now.Text, c.Text) {
			continue
		}
		if err := now.replace(root, c.Text, pkgs); err != nil {
			return false, err
		}
	}
	return false, nil
}

func FindNamed(root string, book *workbook.Book, e *workbook.Exercise, name string) (*Part, error) {
	for _, f := range e.Funcs {
		if f.Name == name {
			return Find(root, book, e.Package, f)
		}
	}
	return nil, errNoFunc
}

// same compares texts; the browser knows one kind of line end only.
func same(a, b string) bool {
	return strings.TrimSpace(strings.ReplaceAll(a, "\r\n", "\n")) == strings.TrimSpace(strings.ReplaceAll(b, "\r\n", "\n"))
}
