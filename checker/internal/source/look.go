package source

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Look is what the source alone tells, before anything is compiled.
type Look struct {
	Problems []report.Problem // syntax errors, missing folders, imports that cannot be: their packages do not compile
	Funcs    map[string]Func  // by package folder and name: lessons/lesson1/framing.ReadMagic
	changed  []report.Problem // functions that are gone or have another signature

	tree        *Tree
	left        map[string]bool // packages that do not compile, by folder
	once, tests sync.Once
	calls       *Calls
	checking    *checking
}

// Func is one function of the learner's.
type Func struct {
	Place string // lessons/lesson1/framing/magic.go:31
	Stub  bool
	types string // its signature without parameter names
}

// Examine parses the files of the judged lesson.
func Examine(t *Tree) *Look {
	k := &Look{Funcs: map[string]Func{}, tree: t, left: map[string]bool{}}
	fset := token.NewFileSet()
	graph := imported{}
	for _, p := range t.Lesson.Packages {
		dir := "lessons/" + p.Dir
		n, before := 0, len(k.Problems)
		for _, name := range slices.Sorted(maps.Keys(t.Files)) {
			if path.Dir(name) != dir || !Built(name, t.Files[name]) {
				continue
			}
			n++
			f, err := parser.ParseFile(fset, name, t.Files[name], parser.SkipObjectResolution)
			if err != nil {
				k.syntax(name, err, mostProblems-(len(k.Problems)-before))
				continue
			}
			if f.Name.Name != p.Name {
				k.Problems = append(k.Problems, report.Problem{Place: fset.Position(f.Name.Pos()).String(),
					Message: fmt.Sprintf("this file says package %s; the folder contains package %s", f.Name.Name, p.Name)})
			}
			k.funcs(fset, dir, f)
			graph.add(p.Dir, fset, f)
		}
		if _, err := os.Stat(filepath.Join(t.Root, filepath.FromSlash(dir))); err != nil || n == 0 {
			k.Problems = append(k.Problems, report.Problem{Place: dir,
				Message: "there is no Go file here: the lesson's stubs belong here (checker reset " + t.Lesson.Name + " brings them back)"})
		}
	}
	k.Problems = append(k.Problems, graph.problems(t)...)
	for _, p := range t.Lesson.Packages {
		for _, f := range p.Funcs {
			k.compare(p, f)
		}
	}
	return k
}

const mostProblems = 10 // of a package

// syntax keeps the first errors, at most so many, of a file that is not Go.
func (k *Look) syntax(name string, err error, most int) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		k.Problems = append(k.Problems, report.Problem{Place: name, Message: err.Error()})
		return
	}
	list.RemoveMultiples()
	for _, e := range list[:max(0, min(len(list), most))] {
		k.Problems = append(k.Problems, report.Problem{
			Place:   fmt.Sprintf("%s:%d:%d", name, e.Pos.Line, e.Pos.Column),
			Message: "syntax error: " + e.Msg})
	}
}

func (k *Look) funcs(fset *token.FileSet, dir string, f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		at := fset.Position(fn.Pos())
		k.Funcs[dir+"."+unwritten.FuncName(fn)] = Func{
			Place: fmt.Sprintf("%s:%d", at.Filename, at.Line),
			Stub:  unwritten.IsStub(fn),
			types: SignatureTypes(fn.Type),
		}
	}
}

// compare notes a function that is gone, or whose signature is another one.
func (k *Look) compare(p *workbook.Package, want *workbook.Func) {
	got, ok := k.Funcs["lessons/"+p.Dir+"."+want.Name]
	if !ok {
		k.changed = append(k.changed, report.Problem{Place: "lessons/" + want.File,
			Message: fmt.Sprintf("%s is missing; the lesson needs\n    %s", want.Name, want.Signature)})
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+want.Signature, parser.SkipObjectResolution)
	if err != nil || len(f.Decls) == 0 {
		return
	}
	if fn, ok := f.Decls[0].(*ast.FuncDecl); ok && SignatureTypes(fn.Type) != got.types {
		k.changed = append(k.changed, report.Problem{Place: got.Place,
			Message: fmt.Sprintf("%s has another signature; the lesson needs\n    %s", want.Name, want.Signature)})
	}
}

// With is k with more problems.
func (k *Look) With(more []report.Problem) *Look {
	return &Look{Problems: slices.Concat(k.Problems, more), Funcs: k.Funcs, changed: k.changed, tree: k.tree, left: k.left}
}

// Leave says that a package does not compile: [Look.Calls] leaves it out. The compiler
// has limits, which it may have run into; looking up types has none.
func (k *Look) Leave(p *workbook.Package) {
	if k.left != nil {
		k.left["lessons/"+p.Dir] = true
	}
}

// Changed are the functions that are missing or have another signature than the
// lesson's. They matter only when the hidden tests do not compile.
func (k *Look) Changed() []report.Problem { return k.changed }

// Func is what was found of an exercise's function.
func (k *Look) Func(e *workbook.Exercise, name string) Func {
	return k.Funcs["lessons/"+e.Package.Dir+"."+name]
}

// Stub reports whether an exercise has not been begun: one of its functions is
// still a stub.
func (k *Look) Stub(e *workbook.Exercise) bool {
	for _, f := range e.Funcs {
		if k.Func(e, f.Name).Stub {
			return true
		}
	}
	return false
}

// mostSignature is how much of a signature is compared, in bytes. A file of 256 KiB can
// give a type of half its size to a hundred thousand parameters.
const mostSignature = 64 << 10

// SignatureTypes is a signature without the names of its parameters, or the first
// part of a very long one.
func SignatureTypes(t *ast.FuncType) string {
	var b strings.Builder
	list := func(fields *ast.FieldList) {
		b.WriteString("(")
		if fields != nil {
			for _, f := range fields.List {
				var text strings.Builder
				printer.Fprint(&text, token.NewFileSet(), f.Type)
				for i := 0; i < max(1, len(f.Names)) && b.Len() < mostSignature; i++ {
					b.WriteString(text.String() + ",")
				}
			}
		}
		b.WriteString(")")
	}
	list(t.Params)
	list(t.Results)
	return b.String()
}
