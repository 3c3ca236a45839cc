// Package typecheck knows the types of a workbook's packages.
//
// Packages of the lessons are read from the learner's files, those of fixtures and of
// the standard library from the export data that the checker carries for its
// interpreter. So it needs no toolchain and no network. What it knows is what the
// learner's code is at this moment, errors and all: what can be known of a package
// with errors is known.
package typecheck

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"nodebook/checker/internal/interpreter/lower"
	"nodebook/checker/internal/interpreter/symbols"
	"nodebook/checker/internal/source"
)

// Workbook checks code against the packages of one workbook, and remembers those that
// it has read. Whoever calls a method, or looks at a type that one returned, holds the
// lock: much of a type is only read when it is looked at.
type Workbook struct {
	Root    string            // of the workbook
	Overlay map[string][]byte // laid over its files, by path below Root; nil hides one

	sync.Mutex
	compiled types.Importer
	read     map[string]*Package // by import path
}

// Package is a package of the workbook as its files were when it was read.
type Package struct {
	Types *types.Package
	Fset  *token.FileSet
	Files []*ast.File

	state string // changes with the files
}

const workbookPath = "nodebook/lessons/"

// Check checks a package that imports the workbook's. What it finds is in info, and
// said to the function, if there is one.
func (w *Workbook) Check(path string, fset *token.FileSet, files []*ast.File, info *types.Info, say func(error)) *types.Package {
	if say == nil {
		say = func(error) {}
	}
	conf := types.Config{
		Importer: w, GoVersion: lower.GoVersion, Sizes: types.SizesFor("gc", runtime.GOARCH),
		Error: say, DisableUnusedImportCheck: true,
	}
	pkg, _ := conf.Check(path, fset, files, info)
	return pkg
}

// Import imports a package, the workbook's or another, for the type checker.
func (w *Workbook) Import(path string) (*types.Package, error) {
	if p := w.Package(path); p != nil {
		return p.Types, nil
	}
	if w.compiled == nil {
		w.compiled = symbols.Importer()
	}
	return w.compiled.Import(path)
}

// Package returns the package of the workbook with that import path, or nil if it is
// not the workbook's.
func (w *Workbook) Package(path string) *Package {
	dir, ok := strings.CutPrefix(path, workbookPath)
	if !ok || dir == "todo" {
		return nil
	}
	files := w.Sources("lessons/" + dir)
	var state strings.Builder
	for _, f := range files {
		state.WriteString(f.Name + "\x00")
		state.Write(f.Source)
	}
	if p := w.read[path]; p != nil && p.state == state.String() {
		return p
	}
	p := &Package{state: state.String(), Types: types.NewPackage(path, filepath.Base(dir)), Fset: token.NewFileSet()}
	if w.read == nil {
		w.read = map[string]*Package{}
	}
	w.read[path] = p // an import cycle ends here
	for _, src := range files {
		if f, _ := parser.ParseFile(p.Fset, src.Name, src.Source, parser.ParseComments|parser.SkipObjectResolution); f != nil {
			p.Files = append(p.Files, f)
		}
	}
	p.Types = w.Check(path, p.Fset, p.Files, nil, nil)
	return p
}

// File is a Go file: its place on the disk, and what is in it.
type File struct {
	Name   string
	Source []byte
}

// Sources are the Go files of a folder below the root, without tests.
func (w *Workbook) Sources(dir string) []File {
	var out []File
	seen := map[string]bool{}
	add := func(base string, src []byte) {
		name := filepath.Join(w.Root, filepath.FromSlash(dir), base)
		if src != nil && source.Built(name, src) {
			out = append(out, File{name, src})
		}
	}
	entries, _ := os.ReadDir(filepath.Join(w.Root, filepath.FromSlash(dir)))
	for _, e := range entries {
		if !isSource(e.Name()) {
			continue
		}
		if src, ok := w.Overlay[dir+"/"+e.Name()]; ok {
			seen[e.Name()] = true
			add(e.Name(), src)
			continue
		}
		if !e.Type().IsRegular() {
			continue
		}
		if src, err := os.ReadFile(filepath.Join(w.Root, filepath.FromSlash(dir), e.Name())); err == nil {
			add(e.Name(), src)
		}
	}
	for name, src := range w.Overlay {
		if base, ok := strings.CutPrefix(name, dir+"/"); ok && !strings.Contains(base, "/") && isSource(base) && !seen[base] {
			add(base, src)
		}
	}
	return out
}

func isSource(name string) bool {
	return filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go")
}
