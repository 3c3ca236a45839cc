// Package answers has the texts with which the references answer the exercises, as a
// learner would type them into a page: for tests that work through a lesson.
package answers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// Of returns what a learner who has the workbook at root would type, by function. What a reference
// has besides goes with the first function that needs it.
func Of(root string, book *workbook.Book, l *workbook.Lesson) (map[string]string, error) {
	tree, err := source.Build(root, book, l, source.All, nil)
	if err != nil {
		return nil, err
	}
	out, helpers := map[string]string{}, map[string]string{}
	for file, src := range tree.Overlay {
		if src == nil || strings.HasSuffix(file, "_test.go") {
			continue
		}
		theirs := map[string]bool{}
		if stub, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.SkipObjectResolution); err == nil {
			for _, d := range stub.Decls {
				for _, name := range workbook.Declared(d) {
					theirs[name] = true
				}
			}
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			names := workbook.Declared(d)
			if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT || len(names) == 0 {
				continue
			}
			text := string(src[fset.Position(d.Pos()).Offset:fset.Position(d.End()).Offset])
			if theirs[names[0]] {
				out[names[0]] = text
			} else {
				helpers[names[0]] = text
			}
		}
	}
	for _, e := range l.Exercises {
		for _, f := range e.Funcs {
			for again := true; again; {
				again = false
				for _, name := range slices.Sorted(maps.Keys(helpers)) {
					if strings.Contains(out[f.Name], name[strings.LastIndex(name, ".")+1:]) {
						out[f.Name] += "\n\n" + helpers[name]
						delete(helpers, name)
						again = true
					}
				}
			}
		}
	}
	return out, nil
}
