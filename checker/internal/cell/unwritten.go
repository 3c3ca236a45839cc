package cell

import (
	"os"
	"path/filepath"
	"slices"

	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Unwritten is a function of a lesson that a program reaches and nobody has written yet.
type Unwritten struct{ Lesson, Name, Exercise string }

const mostUnwritten = 3

// Unwritten names the functions that the program reaches in the workbook at root and
// that are not written yet: the first few, in the order of the pages.
func (p *Program) Unwritten(root string, book *workbook.Book) (out []Unwritten) {
	for _, f := range unwritten.InSource(os.DirFS(filepath.Join(root, "lessons")), p.Source) {
		l, err := book.Lesson(f.Lesson)
		if err != nil || len(out) == mostUnwritten {
			continue
		}
		for _, e := range l.Exercises {
			if slices.ContainsFunc(e.Funcs, func(x *workbook.Func) bool { return x.Name == f.Name }) {
				out = append(out, Unwritten{f.Lesson, f.Name, e.Name})
				break
			}
		}
	}
	return out
}
