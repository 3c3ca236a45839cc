package lower

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Source is the source of one package.
type Source struct {
	Path  string            // nodebook/lessons/lesson1/framing
	Files map[string][]byte // by name, as positions must show it
}

// Natives are the packages that are not interpreted: they are at hand compiled.
type Natives interface {
	types.Importer
	Known(path string) bool // its types can be imported
	Held(path string) bool  // its functions and variables can be used
}

// Problem is an error of the source.
type Problem struct {
	Path    string // of the package
	Pos     token.Position
	Message string
}

// GoVersion is the language version that sources are checked against.
const GoVersion = "go1.26"

// Set is packages that have been parsed and checked together.
type Set struct {
	Fset     *token.FileSet
	Problems []Problem
	Unknown  *Beyond // an import that is neither source nor native

	natives  Natives
	sources  map[string]Source
	find     func(path string) (Source, bool)
	info     *types.Info
	packages map[string]*pkg
	order    []*pkg // imported before importing
}

// pkg is one checked package.
type pkg struct {
	types *types.Package
	files []*ast.File
	init  []*types.Initializer
	err   error
	done  bool
}

// Load parses and checks the packages of roots, and of the sources those they
// import. What is not among sources is asked of find, which may be nil. A set
// with problems cannot be lowered.
func Load(sources []Source, find func(path string) (Source, bool), natives Natives, roots ...string) *Set {
	s := newSet(token.NewFileSet(), natives)
	s.find = find
	for _, src := range sources {
		s.sources[src.Path] = src
	}
	for _, root := range roots {
		s.load(root)
	}
	return s
}

func newSet(fset *token.FileSet, natives Natives) *Set {
	return &Set{
		Fset: fset, natives: natives, sources: map[string]Source{}, packages: map[string]*pkg{},
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
			Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		},
	}
}

// Package is the types of a package that was loaded, or nil.
func (s *Set) Package(path string) *types.Package {
	if p := s.packages[path]; p != nil {
		return p.types
	}
	return nil
}

var errCycle = errors.New("import cycle not allowed")

// Import makes a Set the importer of its own packages.
func (s *Set) Import(path string) (*types.Package, error) {
	if s.source(path) {
		p := s.load(path)
		if !p.done {
			return nil, errCycle
		}
		return p.types, p.err
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if !s.natives.Known(path) {
		s.Unknown = &Beyond{Why: fmt.Sprintf("imports %s, which the interpreter does not have", path)}
		return nil, fmt.Errorf("package %s is not known", path)
	}
	return s.natives.Import(path)
}

// source reports whether a package's source is at hand, and keeps it.
func (s *Set) source(path string) bool {
	if _, ok := s.sources[path]; ok {
		return true
	}
	if s.find == nil {
		return false
	}
	src, ok := s.find(path)
	if ok {
		s.sources[path] = src
	}
	return ok
}

func (s *Set) load(path string) *pkg {
	if p := s.packages[path]; p != nil {
		return p
	}
	p := &pkg{}
	s.packages[path] = p
	src := s.sources[path]
	names := slices.Sorted(maps.Keys(src.Files))
	files := make([]*ast.File, len(names))
	errs := make([]error, len(names))
	var wait sync.WaitGroup
	for i, name := range names {
		wait.Go(func() {
			files[i], errs[i] = parser.ParseFile(s.Fset, name, src.Files[name], parser.SkipObjectResolution|parser.ParseComments)
		})
	}
	wait.Wait()
	for i, name := range names {
		switch {
		case errs[i] != nil:
			s.syntax(path, name, errs[i])
			p.err = errs[i]
		case built(files[i]):
			p.files = append(p.files, files[i])
		}
	}
	if p.err != nil { // the rest of the package would only miss what is in there
		p.done = true
		return p
	}
	conf := types.Config{
		Importer: s, GoVersion: GoVersion, Sizes: types.SizesFor("gc", runtime.GOARCH),
		Error: func(err error) { s.problem(path, p, err) },
	}
	p.types, _ = conf.Check(path, s.Fset, p.files, s.info)
	for _, x := range s.info.InitOrder {
		if x.Lhs[0].Pkg() == p.types {
			p.init = append(p.init, x)
		}
	}
	p.done = true
	s.order = append(s.order, p)
	return p
}

// syntax notes the first errors of a file that is not Go.
func (s *Set) syntax(path, name string, err error) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		s.Problems = append(s.Problems, Problem{Path: path, Pos: token.Position{Filename: name}, Message: err.Error()})
		return
	}
	list.RemoveMultiples()
	for _, e := range list[:min(len(list), mostSyntax)] {
		s.Problems = append(s.Problems, Problem{Path: path, Pos: e.Pos, Message: "syntax error: " + e.Msg})
	}
}

const mostSyntax = 10 // errors of a file

// problem notes an error of the checker's. Indented ones continue the last.
func (s *Set) problem(path string, p *pkg, err error) {
	p.err = err
	var e types.Error
	if !errors.As(err, &e) {
		return
	}
	if n := len(s.Problems); n > 0 && strings.HasPrefix(e.Msg, "\t") {
		s.Problems[n-1].Message += fmt.Sprintf("\n%s: %s", s.Fset.Position(e.Pos), strings.TrimPrefix(e.Msg, "\t"))
		return
	}
	s.Problems = append(s.Problems, Problem{Path: path, Pos: s.Fset.Position(e.Pos), Message: e.Msg})
}

// built reports whether a file belongs to a build for this system.
func built(f *ast.File) bool {
	for _, g := range f.Comments {
		if g.Pos() > f.Package {
			break
		}
		for _, c := range g.List {
			if !constraint.IsGoBuild(c.Text) {
				continue
			}
			if x, err := constraint.Parse(c.Text); err == nil {
				return x.Eval(tagHolds)
			}
		}
	}
	return true
}

func tagHolds(tag string) bool {
	switch tag {
	case runtime.GOOS, runtime.GOARCH, "gc":
		return true
	case "unix":
		return runtime.GOOS != "windows" && runtime.GOOS != "plan9"
	}
	if minor, ok := strings.CutPrefix(tag, "go1."); ok {
		n, err := strconv.Atoi(minor)
		return err == nil && n <= 26
	}
	return false
}

// interpreted reports whether a package is one of the set's sources.
func (s *Set) interpreted(p *types.Package) bool {
	return p != nil && s.packages[p.Path()] != nil
}
