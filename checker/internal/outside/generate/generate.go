// Package generate writes the two programs of which a package is judged from
// outside: the judge's, with a proxy in place of the learner's package, and the
// child's, a main that serves the learner's functions.
//
//	reference + hidden tests ─┬─> judge: proxy package, tests as package main
//	                          └─> child: main, linked with the learner's package
//
// It reads nothing but the reference and the hidden tests: the same child's main
// serves every learner, and one that has changed a declaration gets the compiler's
// word for it.
//
// The files: api finds what the package offers, reach what of it can be called from
// another process; tests finds the tests that need nothing else; proxy, child and
// judge write the sources; names writes types.
package generate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// WirePath and HarnessPath are the packages that the generated sources import.
const (
	WirePath    = "nodebook/checker/internal/outside/wire"
	HarnessPath = "nodebook/checker/internal/outside/harness"
)

// Source is a package whose learners are judged. Its imports are those of the
// lessons: nodebook/lessons/...
type Source struct {
	Path     string            // nodebook/lessons/lesson1/framing
	Files    map[string][]byte // the reference, by file name
	Tests    map[string][]byte // the hidden tests, by file name
	Importer types.Importer

	// Dep is the reference of a package of the lessons that this one imports, by file
	// name.
	Dep func(path string) map[string][]byte
}

// Output is what is generated.
type Output struct {
	Proxies map[string]map[string][]byte // by import path: of the package, and of those whose state its functions take
	Judge   map[string][]byte            // package main: the tests and what runs them
	Child   map[string][]byte            // package main

	Outside []string          // tests that can be judged from outside, in their order
	Inside  map[string]string // why others cannot, by test
	API     map[string]string // why functions cannot be called from outside, by name
}

// Package generates what judges a package.
func Package(s Source) (*Output, error) {
	a := &api{}
	own := []string{s.Path}
	for {
		packages, err := check(s, own)
		if err != nil {
			return nil, err
		}
		a = newAPI(packages)
		if len(a.wanted) == 0 {
			break
		}
		own = closed(packages[0].Package, append(own, slices.Sorted(maps.Keys(a.wanted))...))
	}
	out := &Output{API: a.unfit(), Proxies: map[string]map[string][]byte{}}
	var err error
	if out.Outside, out.Inside, err = tests(s.Tests, a); err != nil {
		return nil, err
	}
	for _, p := range a.packages {
		out.Proxies[p.Path()] = a.proxy(p)
	}
	out.Child = map[string][]byte{"main.go": a.child()}
	if out.Judge, err = judge(s, out.Outside); err != nil {
		return nil, err
	}
	return out, nil
}

// closed adds the packages that import one of own: types are compared by where they
// come from, and what is made in the reference's way must not mix with what is not.
func closed(pkg *types.Package, own []string) []string {
	for more := true; more; {
		more = false
		for _, p := range family(pkg) {
			if slices.Contains(own, p.Path()) {
				continue
			}
			if slices.ContainsFunc(p.Imports(), func(q *types.Package) bool { return slices.Contains(own, q.Path()) }) {
				own, more = append(own, p.Path()), true
			}
		}
	}
	return own
}

// checked is a package that has a proxy.
type checked struct {
	*types.Package
	fset  *token.FileSet
	files []*ast.File
	names []string
	src   map[string][]byte
	info  *types.Info
}

// check type checks packages from their sources, the first of which may import the
// others.
func check(s Source, own []string) (all []*checked, err error) {
	by := map[string]*checked{}
	imp := &known{s.Importer, by}
	var load func(path string) error
	load = func(path string) error {
		if by[path] != nil {
			return nil
		}
		src := s.Files
		if path != s.Path {
			src = s.Dep(path)
		}
		c := &checked{fset: token.NewFileSet(), src: src, info: &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}}
		for _, name := range slices.Sorted(maps.Keys(src)) {
			f, err := parser.ParseFile(c.fset, name, src[name], parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			c.files, c.names = append(c.files, f), append(c.names, name)
			for _, i := range f.Imports {
				if p, _ := strconv.Unquote(i.Path.Value); slices.Contains(own, p) {
					if err := load(p); err != nil {
						return err
					}
				}
			}
		}
		if c.Package, err = (&types.Config{Importer: imp}).Check(path, c.fset, c.files, c.info); err != nil {
			return fmt.Errorf("the reference of %s: %w", path, err)
		}
		by[path] = c
		all = append(all, c)
		return nil
	}
	for _, path := range own {
		if err := load(path); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b *checked) int { // the package itself comes first
		return strings.Compare(rank(a, s), rank(b, s))
	})
	return all, nil
}

func rank(c *checked, s Source) string {
	if c.Path() == s.Path {
		return ""
	}
	return c.Path()
}

// known imports the packages that have been checked from their sources.
type known struct {
	types.Importer
	by map[string]*checked
}

func (k *known) Import(path string) (*types.Package, error) {
	if c := k.by[path]; c != nil {
		return c.Package, nil
	}
	return k.Importer.Import(path)
}

// function is a function or method that the tests may call.
type function struct {
	obj    *types.Func
	pkg    *types.Package
	recv   types.Type // nil for a function
	sig    *types.Signature
	reason string // why it cannot be called from outside; "" if it can
	number int    // in the table
}

// name is the function's name as exercises are named: Services.Has.
func (f *function) name() string {
	if f.recv == nil {
		return f.obj.Name()
	}
	return named(f.recv).Obj().Name() + "." + f.obj.Name()
}

// named is the type that a method belongs to.
func named(t types.Type) *types.Named {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, _ := t.(*types.Named)
	return n
}

func exported(f *types.Func) bool {
	if !f.Exported() {
		return false
	}
	recv := f.Signature().Recv()
	return recv == nil || named(recv.Type()) != nil && named(recv.Type()).Obj().Exported()
}

func lessons(p *types.Package) bool {
	return p != nil && strings.HasPrefix(p.Path(), "nodebook/lessons/")
}
