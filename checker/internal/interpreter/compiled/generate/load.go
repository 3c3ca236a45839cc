package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/interpreter/symbols"
	"nodebook/checker/internal/stub"
)

// source is a package of a lesson and its hidden tests, parsed and checked.
type source struct {
	name  string // lesson1/framing
	fset  *token.FileSet
	files map[string][]byte // hidden tests, as a learner's workbook is judged with them
	tests map[string]*ast.File
	info  *types.Info // of the tests
	types *types.Package
	uses  []types.Object // of the package, by the tests; by name
}

// load reads a package below solutions. What it imports is asked of the
// interpreter's own knowledge.
func load(solutions, name string) (*source, error) {
	s := &source{name: name, fset: token.NewFileSet(), files: map[string][]byte{}, tests: map[string]*ast.File{}}
	own, err := s.parse(filepath.Join(solutions, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	known := &importer{symbols.Importer(), map[string]*types.Package{}}
	conf := types.Config{Importer: known}
	s.types, err = conf.Check(s.lesson(), s.fset, own, nil)
	if err != nil {
		return nil, err
	}
	known.own[s.lesson()] = s.types
	s.info = &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	if _, err := conf.Check(s.lesson()+"_test", s.fset, slices.Collect(sorted(s.tests)), s.info); err != nil {
		return nil, err
	}
	return s, s.used()
}

// lesson is the path that the tests import.
func (s *source) lesson() string { return "nodebook/lessons/" + s.name }

// api is the path that the compiled tests import in its place.
func (s *source) api() string { return "nodebook/checker/internal/interpreter/compiled/" + s.name }

type importer struct {
	types.Importer
	own map[string]*types.Package
}

func (i *importer) Import(path string) (*types.Package, error) {
	if p := i.own[path]; p != nil {
		return p, nil
	}
	return i.Importer.Import(path)
}

// parse reads a folder: the package's files, which it returns, and the tests.
func (s *source) parse(dir string) ([]*ast.File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var own []*ast.File
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".go" || strings.HasPrefix(e.Name(), "author_") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		text = stub.Retarget(text)
		f, err := parser.ParseFile(s.fset, e.Name(), text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(e.Name(), "_test.go") {
			s.files[e.Name()], s.tests[e.Name()] = text, f
		} else {
			own = append(own, f)
		}
	}
	return own, nil
}

// used finds what the tests use of the package, with the types that occur in it.
func (s *source) used() error {
	seen := map[types.Object]bool{}
	var note func(types.Object)
	note = func(obj types.Object) {
		if obj.Pkg() != s.types || obj.Parent() != s.types.Scope() || seen[obj] {
			return
		}
		seen[obj] = true
		for t := range named(obj.Type()) {
			note(t.Obj())
		}
	}
	for _, obj := range s.info.Uses {
		note(obj)
	}
	s.uses = slices.SortedFunc(maps.Keys(seen), func(a, b types.Object) int { return strings.Compare(a.Name(), b.Name()) })
	for _, obj := range s.uses {
		if !obj.Exported() {
			return fmt.Errorf("%s is part of the API and not exported", obj.Name())
		}
	}
	return nil
}

// sorted gives a map's values in the order of its keys.
func sorted[V any](m map[string]V) func(yield func(V) bool) {
	return func(yield func(V) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(m[name]) {
				return
			}
		}
	}
}
