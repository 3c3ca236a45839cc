package author

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"

	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// declarations is the source of every top-level declaration of a lesson, by
// name, and by package and name: "Message", "framing.Message". A function is
// its doc comment and signature.
type declarations map[string]string

func (r *Repo) declarations(l *workbook.Lesson) (declarations, error) {
	out := declarations{}
	for _, p := range l.Packages {
		for _, name := range p.Files {
			src, err := fs.ReadFile(r.Book.Solutions, name)
			if err != nil {
				return nil, err
			}
			src = stub.Retarget(src)
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, path.Base(name), src, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			for _, d := range f.Decls {
				text := declText(fset, src, d)
				for _, name := range workbook.Declared(d) {
					out[name], out[p.Name+"."+name] = text, text
				}
			}
		}
	}
	return out, nil
}

func declText(fset *token.FileSet, src []byte, d ast.Decl) string {
	from, to := d.Pos(), d.End()
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil {
			from = d.Doc.Pos()
		}
		if d.Body != nil {
			to = d.Body.Lbrace
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			from = d.Doc.Pos()
		}
	}
	end := fset.Position(to).Offset
	if _, ok := d.(*ast.GenDecl); ok { // with the comment after it, on its last line
		if n := strings.IndexByte(string(src[end:]), '\n'); n >= 0 && strings.HasPrefix(strings.TrimSpace(string(src[end:end+n])), "//") {
			end += n
		}
	}
	return strings.TrimSpace(string(src[fset.Position(from).Offset:end]))
}

// block is the text of several declarations, one after another, each once.
func (d declarations) block(names []string) (string, error) {
	var parts []string
	for _, n := range names {
		text, ok := d[n]
		if !ok {
			return "", fmt.Errorf("no declaration %s", n)
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n\n") + "\n", nil
}
