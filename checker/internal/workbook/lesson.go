package workbook

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"nodebook/fixtures/unwritten"
	"path"
	"slices"
	"strings"
	"sync"
)

// Lesson is one lesson of the book.
type Lesson struct {
	Name      string // lesson1
	Number    int
	Title     string // the page's first heading, without "Lesson 1: "
	Packages  []*Package
	Exercises []*Exercise // in the page's order
	Page      *Page
	Limits    Limits
	Main      []string // files of the lesson binary: lesson1/main.go
}

// Package is one Go package of a lesson.
type Package struct {
	Name  string   // framing
	Dir   string   // lesson1/framing, below solutions/ and lessons/
	Files []string // reference, such as lesson1/framing/magic.go
	Tests []string // hidden tests that are laid over a learner's package
	Funcs []*Func  // marked functions in source order
	Given []string // names of the other functions, as a Func has it
}

// Exercise is what a learner solves and the checker judges: a marked function,
// sometimes with others that belong to it.
type Exercise struct {
	Name    string // ReadMagic, or Services.Has
	Title   string // the heading on the page
	Package *Package
	Funcs   []*Func // the function it is named after comes first
	Tests   []Test  // in source order
	Hints   []string
}

// Func is a marked function.
type Func struct {
	Name      string // ReadMagic, or Services.Has
	Exercise  string // the exercise it belongs to
	File      string // lesson1/framing/magic.go
	Signature string // func ReadMagic(r io.Reader) (Magic, error)
	Calls     []string
}

// Test is a hidden test function.
type Test struct {
	Name    string // TestReadMagic_short
	Func    string // the function it is named after: ReadMagic
	Package *Package
}

const (
	beginMark     = "// BEGIN SOLUTION"
	referenceOnly = "// REFERENCE ONLY"
)

// Exercise is an exercise by its exact name.
func (l *Lesson) Exercise(name string) *Exercise {
	for _, e := range l.Exercises {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// Func is the marked function of that name, or nil.
func (l *Lesson) Func(name string) *Func {
	for _, p := range l.Packages {
		for _, f := range p.Funcs {
			if f.Name == name {
				return f
			}
		}
	}
	return nil
}

// Dirs are the lesson's packages below the learner's lessons/ folder.
func (l *Lesson) Dirs() []string {
	var dirs []string
	for _, p := range l.Packages {
		dirs = append(dirs, p.Dir)
	}
	return dirs
}

// outline is what the names of a lesson's files and the limits of its tests tell:
// all but the exercises and the page.
func outline(b *Book, name string) (*Lesson, error) {
	l := &Lesson{Name: name, Number: number(name), Limits: DefaultLimits}
	entries, err := fs.ReadDir(b.Solutions, name)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch {
		case e.IsDir() && e.Name() != "testdata":
			p, err := l.listPackage(b.Solutions, path.Join(name, e.Name()))
			if err != nil {
				return nil, err
			}
			if len(p.Files) > 0 {
				l.Packages = append(l.Packages, p)
			}
		case strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go"):
			l.Main = append(l.Main, path.Join(name, e.Name()))
		}
	}
	return l, nil
}

// listPackage reads a package's file names and limits.
func (l *Lesson) listPackage(fsys fs.FS, dir string) (*Package, error) {
	p := &Package{Name: path.Base(dir), Dir: dir}
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		file := path.Join(dir, e.Name())
		switch {
		case e.IsDir() || path.Ext(file) != ".go" || strings.HasPrefix(e.Name(), "author_"):
		case strings.HasSuffix(file, "_test.go"):
			p.Tests = append(p.Tests, file)
			src, err := fs.ReadFile(fsys, file)
			if err != nil {
				return nil, err
			}
			if err := l.Limits.read(string(src)); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		default:
			p.Files = append(p.Files, file)
		}
	}
	return p, nil
}

func parseLesson(b *Book, name string) (*Lesson, error) {
	l, err := outline(b, name)
	if err != nil {
		return nil, err
	}
	for _, p := range l.Packages {
		if err := p.parse(b.Solutions); err != nil {
			return nil, err
		}
	}
	page, err := fs.ReadFile(b.Pages, path.Join(name, "README.md"))
	if err != nil {
		page = []byte("# " + name + "\n") // a lesson in the making: the author's check complains
	}
	l.Page = ParsePage(string(page))
	l.Title = l.Page.Title
	l.group()
	return l, l.assignTests(b.Solutions)
}

// parse finds a package's marked functions.
func (p *Package) parse(fsys fs.FS) error {
	funcs := make([][]*Func, len(p.Files))
	given := make([][]string, len(p.Files))
	errs := make([]error, len(p.Files))
	var wait sync.WaitGroup
	for i, file := range p.Files {
		wait.Go(func() { funcs[i], given[i], errs[i] = functions(fsys, file) })
	}
	wait.Wait()
	p.Funcs, p.Given = slices.Concat(funcs...), slices.Concat(given...)
	return errors.Join(errs...)
}

// MarkedFuncs are the functions of a reference file whose bodies are marked.
func MarkedFuncs(fsys fs.FS, file string) ([]*Func, error) {
	funcs, _, err := functions(fsys, file)
	return funcs, err
}

// functions are a file's functions whose bodies are marked, and the names of the others.
func functions(fsys fs.FS, file string) (funcs []*Func, given []string, err error) {
	src, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, nil, err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		of, marked := Mark(f, fn)
		name := unwritten.FuncName(fn)
		if !marked {
			given = append(given, name)
			continue
		}
		if of == "" {
			of = name
		}
		sig := string(src[fset.Position(fn.Pos()).Offset:fset.Position(fn.Body.Pos()).Offset])
		funcs = append(funcs, &Func{
			Name: name, Exercise: of, File: file,
			Signature: strings.TrimSpace(strings.TrimPrefix(sig, docText(src, fset, fn))),
			Calls:     calls(fn),
		})
	}
	return funcs, given, nil
}

// docText is the doc comment's source, which fn.Pos does not include but a
// group of comments between them might.
func docText(src []byte, fset *token.FileSet, fn *ast.FuncDecl) string {
	if fn.Doc == nil || fn.Doc.Pos() < fn.Pos() {
		return ""
	}
	return string(src[fset.Position(fn.Doc.Pos()).Offset:fset.Position(fn.Doc.End()).Offset])
}

// Mark reports whether fn's body is marked, and the exercise the mark names.
func Mark(f *ast.File, fn *ast.FuncDecl) (of string, marked bool) {
	for _, g := range f.Comments {
		for _, c := range g.List {
			if c.Pos() > fn.Body.Lbrace && c.End() < fn.Body.Rbrace && strings.HasPrefix(c.Text, beginMark) {
				return strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(c.Text, beginMark), " of ")), true
			}
		}
	}
	return "", false
}

// Declared are the names that a declaration gives to its package, a method's
// behind its type's: Services.Has.
func Declared(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []string{unwritten.FuncName(d)}
	case *ast.GenDecl:
		var names []string
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
		return names
	}
	return nil
}

// ReferenceOnly reports whether a reference file is kept from the learner.
func ReferenceOnly(src []byte) bool { return strings.HasPrefix(string(src), referenceOnly) }

// calls names what fn calls, as far as names alone can tell: functions of its
// own package, and methods by their last name.
func calls(fn *ast.FuncDecl) []string {
	var names []string
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.Ident:
			names = append(names, x.Name)
		case *ast.SelectorExpr:
			names = append(names, x.Sel.Name)
		}
		return true
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// group makes exercises of marked functions, in the page's order; those that
// the page does not show (the author's check refuses that) come last.
func (l *Lesson) group() {
	by := map[string]*Exercise{}
	for _, p := range l.Packages {
		for _, f := range p.Funcs {
			e := by[f.Exercise]
			if e == nil {
				e = &Exercise{Name: f.Exercise, Package: p, Title: f.Exercise}
				by[f.Exercise] = e
				l.Exercises = append(l.Exercises, e)
			}
			if f.Name == f.Exercise {
				e.Package = p
				e.Funcs = slices.Insert(e.Funcs, 0, f)
			} else {
				e.Funcs = append(e.Funcs, f)
			}
		}
	}
	place := map[string]int{}
	for i, b := range l.Page.Exercises {
		place[b.Name] = i + 1
		if e := by[b.Name]; e != nil {
			e.Title, e.Hints = b.Title, b.Hints
		}
	}
	rank := func(e *Exercise) int {
		if n := place[e.Name]; n > 0 {
			return n
		}
		return len(place) + 1
	}
	slices.SortStableFunc(l.Exercises, func(x, y *Exercise) int { return rank(x) - rank(y) })
}

// assignTests gives every hidden test to its exercise.
func (l *Lesson) assignTests(fsys fs.FS) error {
	for _, p := range l.Packages {
		for _, file := range p.Tests {
			src, err := fs.ReadFile(fsys, file)
			if err != nil {
				return err
			}
			for name := range testNames(string(src)) {
				f := l.funcOfTest(p, name)
				if f == nil {
					return fmt.Errorf("%s: %s belongs to no exercise", file, name)
				}
				e := l.Exercise(f.Exercise)
				e.Tests = append(e.Tests, Test{Name: name, Func: f.Name, Package: p})
			}
		}
	}
	return nil
}

// testNames gives the names of a file's tests. Formatted source has each at the
// beginning of a line; to parse the tests would take more time than all the rest
// of a lesson.
func testNames(src string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(src) {
			name, _, _ := strings.Cut(strings.TrimPrefix(line, "func "), "(")
			if strings.HasPrefix(line, "func Test") && name != "TestMain" && !yield(name) {
				return
			}
		}
	}
}

// funcOfTest finds the longest function name that the test's name begins with,
// first in the test's own package.
func (l *Lesson) funcOfTest(own *Package, test string) *Func {
	rest := strings.TrimPrefix(test, "Test")
	for _, p := range append([]*Package{own}, l.Packages...) {
		var best *Func
		for _, f := range p.Funcs {
			name := strings.ReplaceAll(f.Name, ".", "_")
			if (rest == name || strings.HasPrefix(rest, name+"_")) && (best == nil || len(f.Name) > len(best.Name)) {
				best = f
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}
