package author

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strings"

	"nodebook/checker/internal/workbook"
)

// Touched are the exercises whose tests may run the wrong functions. It cannot
// make a difference to others.
//
// Names alone decide: a test reaches every declaration of the lesson that has a
// name which stands in it, and with a type all of its methods. That may be more
// than it runs, and never less.
func (r *Repo) Touched(w *Wrong) ([]*workbook.Exercise, error) {
	mentions, err := r.mentions(w.Lesson)
	if err != nil {
		return nil, err
	}
	names, err := w.declares()
	if err != nil {
		return nil, err
	}
	wrong := map[string]bool{}
	for _, name := range names {
		name, _, _ = strings.Cut(name, ".")
		wrong[name] = true
	}
	var out []*workbook.Exercise
	for _, e := range w.Lesson.Exercises {
		start := []string{"TestMain", "init", "_"}
		for _, t := range e.Tests {
			start = append(start, t.Name)
		}
		if reaches(mentions, start, wrong) {
			out = append(out, e)
		}
	}
	return out, nil
}

// mentions are the names in the declarations of a lesson and its hidden
// tests, by the name of each, a method's being its type's.
func (r *Repo) mentions(l *workbook.Lesson) (map[string][]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.mentioned[l]; known != nil {
		return known, nil
	}
	found := map[string][]string{}
	for _, p := range l.Packages {
		for _, name := range slices.Concat(p.Files, p.Tests) {
			src, err := fs.ReadFile(r.Book.Solutions, name)
			if err != nil {
				return nil, err
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			for _, d := range f.Decls {
				var in []string
				ast.Inspect(d, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						in = append(in, id.Name)
					}
					return true
				})
				for _, name := range workbook.Declared(d) {
					name, _, _ = strings.Cut(name, ".") // a method's type
					found[name] = append(found[name], in...)
				}
			}
		}
	}
	if r.mentioned == nil {
		r.mentioned = map[*workbook.Lesson]map[string][]string{}
	}
	r.mentioned[l] = found
	return found, nil
}

func reaches(mentions map[string][]string, from []string, wanted map[string]bool) bool {
	seen := map[string]bool{}
	for next := from; len(next) > 0; {
		name := next[len(next)-1]
		next = next[:len(next)-1]
		if wanted[name] {
			return true
		}
		if !seen[name] {
			seen[name] = true
			next = append(next, mentions[name]...)
		}
	}
	return false
}
