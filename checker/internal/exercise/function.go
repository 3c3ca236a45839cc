// Package exercise finds the functions of an exercise in the learner's files, with
// the helpers that the learner has written next to them, and saves them there.
//
// The browser and the Jupyter kernel both edit functions alone; the rest of a file,
// which an editor may be changing at the same time, stays as it is.
package exercise

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// Part is one function of an exercise, in the file that holds it, with what the
// learner has written beside it.
type Part struct {
	Func  string `json:"func"`
	File  string `json:"file"` // lessons/lesson1/framing/magic.go
	Line  int    `json:"line"`
	Text  string `json:"text"` // without its doc comment; its lines end in \n
	from  int
	to    int
	src   string
	names *names
}

// Find looks a function up in the files of its package: first where the
// stub was, then wherever the learner has moved it.
func Find(root string, book *workbook.Book, p *workbook.Package, f *workbook.Func) (*Part, error) {
	entries, err := os.ReadDir(filepath.Join(root, "lessons", filepath.FromSlash(p.Dir)))
	if err != nil {
		return nil, err
	}
	files := []string{f.File}
	for _, e := range entries {
		name := path.Join(p.Dir, e.Name())
		if path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && e.Type().IsRegular() && name != f.File {
			files = append(files, name)
		}
	}
	all := namesOf(book, p)
	for _, name := range files {
		b, err := os.ReadFile(filepath.Join(root, "lessons", filepath.FromSlash(name)))
		if err != nil {
			continue // the next file may hold it
		}
		src := string(b)
		if from, to, ok := all.extent(src, f.Name); ok {
			return &Part{Func: f.Name, File: "lessons/" + name, Line: 1 + strings.Count(src[:from], "\n"),
				Text: strings.ReplaceAll(src[from:to], "\r\n", "\n"), from: from, to: to, src: src, names: all}, nil
		}
	}
	return nil, fmt.Errorf("there is no function %s in lessons/%s: checker reset brings it back", f.Name, p.Dir)
}

// Reference is a function as the book has it, without its doc comment.
func Reference(book *workbook.Book, f *workbook.Func) (string, error) {
	src, err := fs.ReadFile(book.Solutions, f.File)
	if err != nil {
		return "", err
	}
	text, err := edit.Text(f.File, src, f.Name)
	for strings.HasPrefix(text, "//") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text, err
}

// replace puts text in the part's place in its file. Where the result is Go,
// its imports are fixed as an editor would: what the file uses is imported,
// what it does not use any more goes.
func (p *Part) replace(root, text string, pkgs map[string]string) error {
	imports, text := lift(text)
	if err := p.names.fits(text, p.Func); err != nil {
		return err
	}
	out := []byte(withImports(p.src[:p.from]+text+p.src[p.to:], imports))
	if fixed, err := mendImports(root, p.File, out, pkgs); err == nil {
		out = fixed
	}
	return edit.WriteFile(filepath.Join(root, filepath.FromSlash(p.File)), edit.Like([]byte(p.src), out))
}

func mendImports(root, file string, src []byte, pkgs map[string]string) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{f.Name.Name: true}
	for _, spec := range f.Imports {
		known[stub.ImportName(spec)] = true
	}
	for name := range packageNames(filepath.Join(root, filepath.FromSlash(path.Dir(file)))) {
		known[name] = true
	}
	wanted := map[string]bool{}
	open := map[*ast.Ident]bool{}
	for _, id := range f.Unresolved {
		open[id] = true
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && open[id] && !known[id.Name] && pkgs[id.Name] != "" {
				wanted[pkgs[id.Name]] = true
			}
		}
		return true
	})
	if len(wanted) > 0 {
		src = addImports(fset, f, src, slices.Sorted(maps.Keys(wanted)))
	}
	return stub.Prune(file, src)
}

// addImports writes import paths into the first parenthesised declaration, or
// makes one.
func addImports(fset *token.FileSet, f *ast.File, src []byte, paths []string) []byte {
	lines := ""
	for _, p := range paths {
		lines += "\t" + strconv.Quote(p) + "\n"
	}
	at, text := fset.Position(f.Name.End()).Offset, "\n\nimport (\n"+lines+")\n"
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT && g.Lparen.IsValid() {
			at, text = fset.Position(g.Lparen).Offset+1, "\n"+strings.TrimSuffix(lines, "\n")
			break
		}
	}
	return slices.Concat(src[:at], []byte(text), src[at:])
}

// packageNames are the names declared at the top level of a folder's files.
func packageNames(dir string) map[string]bool {
	names := map[string]bool{}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if path.Ext(e.Name()) != ".go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, 0)
		if err != nil || f.Scope == nil {
			continue
		}
		for name := range f.Scope.Objects {
			names[name] = true
		}
	}
	return names
}

// Functions returns a function that gives an exercise's functions as the learner's
// files have them, or their signatures if they are gone.
func Functions(root string, book *workbook.Book) func(*workbook.Exercise) string {
	return func(e *workbook.Exercise) string {
		var all []string
		for _, f := range e.Funcs {
			if p, err := Find(root, book, e.Package, f); err == nil {
				all = append(all, p.Text)
			} else {
				all = append(all, f.Signature)
			}
		}
		return strings.Join(all, "\n\n") + "\n"
	}
}
