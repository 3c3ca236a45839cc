// Package assist answers a learner who is typing: which names may come next, and
// what a name means.
//
// It type-checks what is there so far with go/types. Packages of the lessons are
// read from the learner's files, those of fixtures and of the standard library from
// the export data that the checker carries for its interpreter. So it needs no
// toolchain and no network, and what it offers is what the learner's own code is at
// this moment.
//
// Half a line does not parse. The text is cut at the cursor, a placeholder takes the
// place of the word there, and open brackets are closed:
//
//	for _, n := range strings.Fie|     the learner's text, the cursor at |
//	for _, n := range strings.nodebookHere {}
//
// What the type checker says of the placeholder's surroundings is the answer;
// its errors do not matter.
package assist

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

// Assistant answers for one workbook. It is safe for concurrent use; it remembers
// the packages that it has read.
type Assistant struct {
	Root string // of the workbook

	mu       sync.Mutex
	compiled types.Importer
	read     map[string]*lessonPackage // by import path
}

// lessonPackage is a package of the workbook as its files were when it was read.
type lessonPackage struct {
	state string
	types *types.Package
	fset  *token.FileSet
	files []*ast.File
}

const workbookPath = "nodebook/lessons/"

// start makes what is made once. The caller holds the lock.
func (a *Assistant) start() {
	if a.compiled == nil {
		a.compiled, a.read = symbols.Importer(), map[string]*lessonPackage{}
	}
}

// Import imports a package for the type checker.
func (a *Assistant) Import(path string) (*types.Package, error) {
	dir, ok := strings.CutPrefix(path, workbookPath)
	if !ok || dir == "todo" {
		return a.compiled.Import(path)
	}
	p := a.lesson(path, filepath.Join(a.Root, "lessons", filepath.FromSlash(dir)))
	return p.types, nil
}

// lesson is a package of the workbook. Errors in it do not matter: what can be
// known of it is known.
func (a *Assistant) lesson(path, dir string) *lessonPackage {
	files, state := sources(dir)
	if p := a.read[path]; p != nil && p.state == state {
		return p
	}
	p := &lessonPackage{state: state, types: types.NewPackage(path, filepath.Base(dir))}
	a.read[path] = p // an import cycle ends here
	p.fset = token.NewFileSet()
	for name, src := range files {
		if f, _ := parser.ParseFile(p.fset, name, src, parser.ParseComments|parser.SkipObjectResolution); f != nil {
			p.files = append(p.files, f)
		}
	}
	p.types, _ = a.config().Check(path, p.fset, p.files, nil)
	return p
}

func (a *Assistant) config() *types.Config {
	return &types.Config{
		Importer: a, GoVersion: lower.GoVersion, Sizes: types.SizesFor("gc", runtime.GOARCH),
		Error: func(error) {}, DisableUnusedImportCheck: true,
	}
}

// sources are a folder's Go files without tests, and a word that changes with them.
func sources(dir string) (files map[string][]byte, state string) {
	files = map[string][]byte{}
	entries, _ := os.ReadDir(dir)
	var b strings.Builder
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if !e.Type().IsRegular() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil || !source.Built(name, src) {
			continue
		}
		files[name] = src
		b.WriteString(name + "\x00")
		b.Write(src)
	}
	return files, b.String()
}
