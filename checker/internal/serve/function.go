package serve

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// part is one function of an exercise, in the file that holds it.
type part struct {
	Func string `json:"func"`
	File string `json:"file"` // lessons/lesson1/framing/magic.go
	Line int    `json:"line"`
	Text string `json:"text"` // without its doc comment
	from int
	to   int
	src  []byte
}

// findPart looks a function up in the files of its package: first where the
// stub was, then wherever the learner has moved it.
func findPart(root string, p *workbook.Package, f *workbook.Func) (*part, error) {
	entries, err := os.ReadDir(filepath.Join(root, "lessons", filepath.FromSlash(p.Dir)))
	if err != nil {
		return nil, err
	}
	names := []string{f.File}
	for _, e := range entries {
		name := path.Join(p.Dir, e.Name())
		if path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && e.Type().IsRegular() && name != f.File {
			names = append(names, name)
		}
	}
	for _, name := range names {
		src, err := os.ReadFile(filepath.Join(root, "lessons", filepath.FromSlash(name)))
		if err != nil {
			continue // the next file may hold it
		}
		if from, to, ok := span(name, src, f.Name); ok {
			return &part{Func: f.Name, File: "lessons/" + name, Line: 1 + strings.Count(string(src[:from]), "\n"),
				Text: string(src[from:to]), from: from, to: to, src: src}, nil
		}
	}
	return nil, fmt.Errorf("there is no function %s in lessons/%s: checker reset brings it back", f.Name, p.Dir)
}

// span is the place of a function without its doc comment. In a file that does
// not parse, as it is while somebody writes, the lines tell: a function ends at
// the first line that is a closing brace alone.
func span(file string, src []byte, name string) (from, to int, ok bool) {
	if s, err := edit.Func(file, src, name); err == nil {
		from = s.From
		for strings.HasPrefix(string(src[from:]), "//") {
			from += strings.IndexByte(string(src[from:]), '\n') + 1
		}
		return from, s.To, true
	}
	typ, method, isMethod := strings.Cut(name, ".")
	head := `(?m)^func ` + regexp.QuoteMeta(name) + `[\[(]`
	if isMethod {
		head = `(?m)^func \([^)]*\b` + regexp.QuoteMeta(typ) + `(\[[^)]*)?\) ` + regexp.QuoteMeta(method) + `\(`
	}
	at := regexp.MustCompile(head).FindIndex(src)
	if at == nil {
		return 0, 0, false
	}
	rest := src[at[0]:]
	if end := endOfFunc.FindIndex(rest); end != nil {
		return at[0], at[0] + end[1], true
	}
	return at[0], len(src), true
}

var endOfFunc = regexp.MustCompile(`(?m)^\}|^func .*\}$`)

// replace puts text in the part's place in its file. Where the result is Go,
// its imports are mended as an editor would: what the file uses is imported,
// what it does not use any more goes.
func (p *part) replace(root, text string, pkgs cell.Packages) error {
	out := slices.Concat(p.src[:p.from], []byte(text), p.src[p.to:])
	if fixed, err := mendImports(root, p.File, out, pkgs); err == nil {
		out = fixed
	}
	return edit.WriteFile(filepath.Join(root, filepath.FromSlash(p.File)), out)
}

func mendImports(root, file string, src []byte, pkgs cell.Packages) ([]byte, error) {
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
