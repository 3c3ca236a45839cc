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
}

// Output is what is generated.
type Output struct {
	Proxy map[string][]byte // of the package's import path
	Judge map[string][]byte // package main: the tests and what runs them
	Child map[string][]byte // package main

	Outside []string          // tests that can be judged from outside, in their order
	Inside  map[string]string // why others cannot, by test
	API     map[string]string // why functions cannot be called from outside, by name
}

// Package generates what judges a package.
func Package(s Source) (*Output, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		f, err := parser.ParseFile(fset, name, s.Files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files, names = append(files, f), append(names, name)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	pkg, err := (&types.Config{Importer: s.Importer}).Check(s.Path, fset, files, info)
	if err != nil {
		return nil, fmt.Errorf("the reference of %s: %w", s.Path, err)
	}
	a := newAPI(pkg)
	out := &Output{API: a.unfit()}
	if out.Outside, out.Inside, err = tests(s.Tests, pkg.Name(), a); err != nil {
		return nil, err
	}
	out.Proxy = a.proxy(fset, files, names, s.Files, info)
	out.Child = map[string][]byte{"main.go": a.child()}
	if out.Judge, err = judge(s, out.Outside); err != nil {
		return nil, err
	}
	return out, nil
}

// function is a function or method that the tests may call.
type function struct {
	obj    *types.Func
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
