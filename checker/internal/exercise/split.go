package exercise

import (
	"fmt"
	"slices"
	"strings"

	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"

	"go/ast"
	"go/parser"
	"go/token"
)

// Split parts the text of a notebook's cell into the exercise's functions, by name.
// What the learner declares besides goes with the function before it, and what
// comes before the first one with the first. Imports stay with the first as well.
//
// Errors: [ErrNotThis] if one of the functions is not there.
func Split(book *workbook.Book, e *workbook.Exercise, text string) (map[string]string, error) {
	all := chunks(text)
	wanted := func(name string) bool {
		return slices.ContainsFunc(e.Funcs, func(f *workbook.Func) bool { return f.Name == name })
	}
	parts := map[string]string{}
	from, name := 0, ""
	for _, c := range all {
		if !wanted(c.name) {
			continue
		}
		if name != "" {
			at := from + len(upToCode(text[from:c.from]))
			parts[name] = text[from:at]
			from = at
		}
		name = c.name
	}
	if name != "" {
		parts[name] = text[from:]
	}
	for name, part := range parts {
		parts[name] = withoutDoc(strings.TrimLeft(part, "\r\n"), name)
	}
	for _, f := range e.Funcs {
		if _, ok := parts[f.Name]; !ok && len(parts) == 0 {
			return nil, fmt.Errorf("%w: func %s is not in this cell", ErrNotThis, f.Name)
		}
	}
	return parts, nil
}

// withoutDoc removes the doc comment of a function if it is the first thing of a
// text: the file has it, and it is not the learner's to change.
func withoutDoc(text, name string) string {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", "package p\n"+text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || len(f.Decls) == 0 {
		return text
	}
	fn, ok := f.Decls[0].(*ast.FuncDecl)
	if !ok || unwritten.FuncName(fn) != name || fn.Doc == nil {
		return text
	}
	at := fset.Position(fn.Type.Pos()).Offset - len("package p\n")
	return text[at:]
}

// Stub reports whether the function is still as the workbook handed it out.
func (p *Part) Stub() bool {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+p.Text, parser.SkipObjectResolution)
	if err != nil || len(f.Decls) != 1 {
		return false
	}
	fn, ok := f.Decls[0].(*ast.FuncDecl)
	return ok && unwritten.IsStub(fn)
}
