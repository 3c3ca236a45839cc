package build

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"

	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// Tests are hidden tests of one package as files of a package main, which saves a
// compilation: what go test compiles as framing_test and as main is one package.
type Tests struct {
	Path  string // of the package under test
	Files []File
	Names []string // of the test functions
	Main  bool     // there is a TestMain
}

// ParseTests makes a package main of test files. If only is not nil, it names the
// test functions that are wanted: all that these do not need is left out. Lines
// stay where they are.
func ParseTests(importPath string, files []File, only []string) (*Tests, error) {
	t := &Tests{Path: importPath}
	parsed := make([]*testFile, len(files))
	for i, f := range files {
		p, err := parseTestFile(f)
		if err != nil {
			return nil, err
		}
		parsed[i] = p
	}
	if only != nil {
		reach(parsed, only)
	}
	for _, f := range parsed {
		if only != nil && !f.kept() {
			continue
		}
		for _, d := range f.decls {
			if only != nil && !d.keep {
				continue
			}
			fn, ok := d.Decl.(*ast.FuncDecl)
			switch {
			case !ok || fn.Recv != nil:
			case fn.Name.Name == "TestMain":
				t.Main = true
			case strings.HasPrefix(fn.Name.Name, "Test"):
				t.Names = append(t.Names, fn.Name.Name)
			}
		}
		t.Files = append(t.Files, File{f.Name, f.source(only != nil)})
	}
	return t, nil
}

// testFile is a parsed test file.
type testFile struct {
	File
	fset  *token.FileSet
	ast   *ast.File
	decls []*testDecl
}

// testDecl is a declaration other than an import.
type testDecl struct {
	ast.Decl
	names []string // that it declares; a method is named by its receiver's type
	keep  bool
}

func parseTestFile(f File) (*testFile, error) {
	p := &testFile{File: f, fset: token.NewFileSet()}
	var err error
	if p.ast, err = parser.ParseFile(p.fset, f.Name, f.Src, parser.SkipObjectResolution|parser.ParseComments); err != nil {
		return nil, err
	}
	if !strings.HasSuffix(p.ast.Name.Name, "_test") {
		return nil, fmt.Errorf("%w: %s is not an external test", ErrIndirect, f.Name)
	}
	for _, d := range p.ast.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		p.decls = append(p.decls, &testDecl{Decl: d, names: declared(d)})
	}
	return p, nil
}

// declared are the names by which a declaration is needed: a method's is its type's.
func declared(d ast.Decl) []string {
	fn, ok := d.(*ast.FuncDecl)
	if !ok || fn.Recv == nil || len(fn.Recv.List) == 0 {
		return workbook.Declared(d)
	}
	name := ""
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return name == ""
	})
	return []string{name}
}

// reach marks the declarations that some tests need. Names alone decide, so it
// may be more than they need and never less.
func reach(files []*testFile, wanted []string) {
	by := map[string][]*testDecl{}
	for _, f := range files {
		for _, d := range f.decls {
			for _, name := range d.names {
				by[name] = append(by[name], d)
			}
		}
	}
	next := append([]string{"TestMain", "init", "_"}, wanted...)
	for len(next) > 0 {
		name := next[len(next)-1]
		next = next[:len(next)-1]
		for _, d := range by[name] {
			if d.keep {
				continue
			}
			d.keep = true
			next = append(next, d.names...) // with a type its methods
			ast.Inspect(d.Decl, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					next = append(next, id.Name)
				}
				return true
			})
		}
	}
}

func (f *testFile) kept() bool {
	return slices.ContainsFunc(f.decls, func(d *testDecl) bool { return d.keep })
}

// source is the file as one of package main; what is not kept is blanked out, and
// so are the imports that nothing else uses.
func (f *testFile) source(cut bool) []byte {
	out := slices.Clone(f.Src)
	at := func(p token.Pos) int { return f.fset.Position(p).Offset }
	blank := func(from, to token.Pos) {
		for i := at(from); i < at(to); i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	if cut {
		used := map[string]bool{}
		for _, d := range f.decls {
			if !d.keep {
				from := d.Pos()
				if doc := docOf(d.Decl); doc != nil {
					from = doc.Pos()
				}
				blank(from, d.End())
				continue
			}
			ast.Inspect(d.Decl, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					if id, ok := sel.X.(*ast.Ident); ok {
						used[id.Name] = true
					}
				}
				return true
			})
		}
		for _, spec := range f.ast.Imports {
			if name := stub.ImportName(spec); name != "_" && name != "." && !used[name] {
				blank(spec.Pos(), spec.End())
			}
		}
	}
	name := f.ast.Name
	return slices.Concat(out[:at(name.Pos())], []byte("main"), out[at(name.End()):])
}

func docOf(d ast.Decl) *ast.CommentGroup {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Doc
	case *ast.GenDecl:
		return d.Doc
	}
	return nil
}

//go:embed main.go.txt
var mainSource string

// MainFile is the file that [Tests.Program] adds.
const MainFile = "nodebook_main_test.go"

// Program is the test program: the tests and a main function that understands the
// flags of go test. It is not linked with what only profiles, fuzzing and coverage
// need.
func (t *Tests) Program() Unit {
	run := "nodebookOS.Exit(m.Run())"
	if t.Main {
		run = "TestMain(m)\n\tnodebookOS.Exit(int(nodebookReflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))"
	}
	src := strings.NewReplacer("TABLE", t.Table(), "RUN", run, "PATH", fmt.Sprintf("%q", t.Path)).Replace(mainSource)
	return t.Unit([]byte(src))
}

// Table is the tests as elements of a []testing.InternalTest.
func (t *Tests) Table() string {
	var table strings.Builder
	for _, name := range t.Names {
		fmt.Fprintf(&table, "\t{Name: %q, F: %s},\n", name, name)
	}
	return table.String()
}

// Unit is the tests with the file of their main function.
func (t *Tests) Unit(main []byte) Unit {
	dir := path.Join("lessons", strings.TrimPrefix(t.Path, Workbook))
	return Unit{
		Path:  "main",
		Files: append(slices.Clone(t.Files), File{path.Join(dir, MainFile), main}),
		Flags: []string{"-l"}, // compiled faster without inlining, and run as well
	}
}
