// Package stub turns a reference into what a learner is handed.
//
// The body of a marked function becomes one return of zero values, with
// todo.Err instead of an error; imports are pointed at the learner's own
// lessons, and those that nothing uses any more go. The rest of the file is
// kept to the letter.
package stub

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"

	"nodebook/checker/internal/workbook"
)

const todoImport = "nodebook/lessons/todo"

// Files are the stubs of a whole lesson, by path below lessons/:
// lesson1/main.go, lesson1/framing/magic.go.
func Files(b *workbook.Book, l *workbook.Lesson) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, name := range l.Main {
		src, err := fs.ReadFile(b.Solutions, name)
		if err != nil {
			return nil, err
		}
		if out[name], err = tidy(name, Retarget(src)); err != nil {
			return nil, err
		}
	}
	for _, p := range l.Packages {
		types, err := packageTypes(b.Solutions, p)
		if err != nil {
			return nil, err
		}
		for _, name := range p.Files {
			src, err := fs.ReadFile(b.Solutions, name)
			if err != nil {
				return nil, err
			}
			if workbook.ReferenceOnly(src) {
				continue
			}
			stub, err := File(name, src, types)
			if err != nil {
				return nil, err
			}
			out[name] = stub
		}
	}
	return out, nil
}

// edit replaces src[from:to] by text.
type edit struct {
	from, to int
	text     string
}

// File makes the stub of one reference file. types knows the package's own
// named types what kind they are.
func File(name string, src []byte, types Types) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	var edits []edit
	needsTodo := false
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		if _, marked := workbook.Mark(f, fn); !marked {
			continue
		}
		body, err := types.body(fn)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", fset.Position(fn.Pos()), err)
		}
		needsTodo = needsTodo || strings.Contains(body, "todo.Err")
		edits = append(edits, edit{at(fn.Body.Lbrace), at(fn.Body.Rbrace) + 1, body})
	}
	out := apply(src, edits)
	if len(edits) > 0 {
		if out, err = prune(name, out, needsTodo); err != nil {
			return nil, err
		}
	}
	return tidy(name, Retarget(out))
}

// tidy formats what is handed out: other import paths come in another order.
func tidy(name string, src []byte) ([]byte, error) {
	out, err := format.Source(src)
	if err != nil {
		return nil, fmt.Errorf("%s: the stub is not Go: %w", name, err)
	}
	return out, nil
}

// apply makes edits that are in source order and do not overlap.
func apply(src []byte, edits []edit) []byte {
	var out bytes.Buffer
	last := 0
	for _, e := range edits {
		out.Write(src[last:e.from])
		out.WriteString(e.text)
		last = e.to
	}
	out.Write(src[last:])
	return out.Bytes()
}

// Prune drops the imports of a file that nothing in it uses.
func Prune(name string, src []byte) ([]byte, error) {
	out, err := prune(name, src, false)
	if err != nil {
		return nil, err
	}
	return format.Source(out)
}

// prune drops unused imports, a whole line each, and adds todo's if needed.
func prune(name string, src []byte, needsTodo bool) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	unused := unusedImports(f)
	var edits []edit
	added := !needsTodo
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		kept := 0
		for _, s := range g.Specs {
			spec := s.(*ast.ImportSpec)
			if !unused[spec] {
				kept++
				added = added || spec.Path.Value == `"`+todoImport+`"`
			}
		}
		if kept == 0 || !g.Lparen.IsValid() && !added {
			edits = append(edits, importDecl(src, fset, g, unused, !added)...)
			added = true
			continue
		}
		for _, s := range g.Specs {
			if spec := s.(*ast.ImportSpec); unused[spec] {
				edits = append(edits, wholeLine(src, fset.Position(spec.Pos()).Offset, fset.Position(spec.End()).Offset))
			}
		}
		if !added {
			end := fset.Position(g.Rparen).Offset
			edits = append(edits, edit{end, end, "\n\t\"" + todoImport + "\"\n"})
			added = true
		}
	}
	if !added {
		end := fset.Position(f.Name.End()).Offset
		edits = append([]edit{{end, end, "\n\nimport \"" + todoImport + "\"\n"}}, edits...)
	}
	return tidyGroups(apply(src, edits)), nil
}

// importDecl rewrites a declaration of which nothing, or a single bare import,
// remains.
func importDecl(src []byte, fset *token.FileSet, g *ast.GenDecl, unused map[*ast.ImportSpec]bool, addTodo bool) []edit {
	var specs []string
	for _, s := range g.Specs {
		if spec := s.(*ast.ImportSpec); !unused[spec] {
			specs = append(specs, string(src[fset.Position(spec.Pos()).Offset:fset.Position(spec.End()).Offset]))
		}
	}
	text := ""
	switch {
	case addTodo && len(specs) == 0:
		text = "import \"" + todoImport + "\""
	case addTodo:
		text = "import (\n\t" + strings.Join(specs, "\n\t") + "\n\n\t\"" + todoImport + "\"\n)"
	}
	return []edit{{fset.Position(g.Pos()).Offset, fset.Position(g.End()).Offset, text}}
}

// wholeLine widens a deletion to its line.
func wholeLine(src []byte, from, to int) edit {
	for from > 0 && src[from-1] != '\n' {
		from--
	}
	for to < len(src) && src[to] != '\n' {
		to++
	}
	return edit{from, min(to+1, len(src)), ""}
}

// tidyGroups drops the blank lines that deleted imports leave behind inside the
// parentheses of an import declaration.
func tidyGroups(src []byte) []byte {
	s := string(src)
	s = strings.ReplaceAll(s, "import (\n\n", "import (\n")
	head, rest, ok := strings.Cut(s, "import (\n")
	if !ok {
		return src
	}
	block, tail, ok := strings.Cut(rest, "\n)")
	if !ok {
		return src
	}
	for strings.Contains(block, "\n\n\n") {
		block = strings.ReplaceAll(block, "\n\n\n", "\n\n")
	}
	return []byte(head + "import (\n" + strings.Trim(block, "\n") + "\n)" + tail)
}

// packageTypes reads the named types that a package declares.
func packageTypes(fsys fs.FS, p *workbook.Package) (Types, error) {
	types := Types{}
	for _, name := range p.Files {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path.Base(name), src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				for _, s := range g.Specs {
					ts := s.(*ast.TypeSpec)
					types[ts.Name.Name] = ts.Type
				}
			}
		}
	}
	return types, nil
}

// Unmark drops the lines of a reference that mark solutions.
func Unmark(src []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(src) {
		text := strings.TrimSpace(string(line))
		if !strings.HasPrefix(text, "// BEGIN SOLUTION") && text != "// END SOLUTION" && !strings.HasPrefix(text, "// UNTESTED ") {
			out.Write(line)
		}
	}
	return out.Bytes()
}

// FixImports drops the imports that nothing uses and adds todo's if todo.Err is
// used. A file whose imports are right stays as it is, formatted or not.
func FixImports(name string, src []byte) ([]byte, error) {
	out, err := prune(name, src, bytes.Contains(src, []byte("todo.Err")))
	if err != nil || bytes.Equal(out, src) {
		return out, err
	}
	return format.Source(out)
}
