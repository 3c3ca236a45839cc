package source

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// Needs are the packages of the workbook that the test binary of p is compiled
// from, by their folder below lessons/: p itself, and what it and its hidden
// tests import, directly or not. A file that is not Go counts with the imports
// before its fault.
func (t *Tree) Needs(p *workbook.Package) map[string]bool {
	needs := map[string]bool{}
	t.need(p.Dir, needs)
	for name, src := range t.Tests {
		if path.Dir(name) == "lessons/"+p.Dir {
			for _, dir := range importsOf(name, src) {
				t.need(dir, needs)
			}
		}
	}
	return needs
}

func (t *Tree) need(dir string, needs map[string]bool) {
	if needs[dir] {
		return
	}
	needs[dir] = true
	for name, src := range t.compiled(dir) {
		for _, other := range importsOf(name, src) {
			t.need(other, needs)
		}
	}
}

// compiled are the files of a package that the go command would compile, without
// tests, as the overlay leaves them. What cannot be read is left for the
// compiler to say.
func (t *Tree) compiled(dir string) map[string][]byte {
	dir = "lessons/" + dir
	files := map[string][]byte{}
	names, _ := goFiles(t.Root, dir)
	for _, name := range names {
		if _, laid := t.Overlay[name]; laid {
			continue
		}
		file := filepath.Join(t.Root, filepath.FromSlash(name))
		if irregular(file) != "" {
			continue
		}
		if src, err := os.ReadFile(file); err == nil {
			files[name] = src
		}
	}
	for name, src := range t.Overlay {
		if path.Dir(name) == dir && src != nil {
			files[name] = src
		}
	}
	for name, src := range files {
		if strings.HasSuffix(name, "_test.go") || !Built(name, src) {
			delete(files, name)
		}
	}
	return files
}

// Built reports whether the go command compiles a file: its name and its build
// constraints decide.
func Built(name string, src []byte) bool {
	name = path.Base(name)
	if !strings.Contains(name, "_") && name[0] != '.' && !bytes.Contains(src, []byte("build")) && !bytes.Contains(src, []byte(`"C"`)) {
		return true // as nearly always
	}
	on := build.Default
	on.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil }
	ok, err := on.MatchFile("", name)
	return ok || err != nil
}

// importsOf are the packages of the workbook that a file imports.
func importsOf(name string, src []byte) []string {
	f, _ := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if f == nil {
		return nil
	}
	var dirs []string
	for _, spec := range f.Imports {
		if dir, ok := workbookImport(spec); ok {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

const modulePath = "nodebook/lessons/"

// workbookImport is the folder below lessons/ of an imported package of the
// workbook.
func workbookImport(spec *ast.ImportSpec) (dir string, ok bool) {
	name, _ := strconv.Unquote(spec.Path.Value)
	dir, ok = strings.CutPrefix(name, modulePath)
	return dir, ok && filepath.IsLocal(dir) && path.Clean(dir) == dir
}

// imported is where packages import each other: the first place by importing and
// by imported package. Of packages that are not the lesson's no place is known.
type imported map[string]map[string]token.Position

func (g imported) add(dir string, fset *token.FileSet, f *ast.File) {
	for _, spec := range f.Imports {
		to, ok := workbookImport(spec)
		if _, known := g[dir][to]; !ok || known {
			continue
		}
		if g[dir] == nil {
			g[dir] = map[string]token.Position{}
		}
		g[dir][to] = fset.Position(spec.Pos())
	}
}

// problems are the imports by which a package comes back to itself, and those of
// packages that are not there. The go command names no place for the former, and
// the interpreter cannot tell the latter from what it does not have.
func (g imported) problems(t *Tree) []report.Problem {
	var found []report.Problem
	own := map[string]*workbook.Package{}
	for _, p := range t.Lesson.Packages {
		own[p.Dir] = p
		if g[p.Dir] == nil {
			g[p.Dir] = map[string]token.Position{}
		}
	}
	called := func(dir string) string {
		if p := own[dir]; p != nil {
			return p.Name
		}
		return modulePath + dir
	}
	for _, p := range t.Lesson.Packages {
		for _, to := range slices.Sorted(maps.Keys(g[p.Dir])) {
			message := ""
			switch {
			case g.reaches(t, to, p.Dir, map[string]bool{}):
				message = fmt.Sprintf("import cycle not allowed: package %s imports package %s, which comes back to it", p.Name, called(to))
			case own[to] == nil && to != "todo" && len(t.compiled(to)) == 0:
				message = "there is no package " + modulePath + to + " in this workbook"
			case own[to] == nil && g.circle(t, to, map[string]bool{}):
				message = fmt.Sprintf("import cycle not allowed: package %s imports package %s, and there or below it packages import each other", p.Name, called(to))
			default:
				continue
			}
			found = append(found, report.Problem{Place: g[p.Dir][to].String(), Message: message})
		}
	}
	return found
}

// next are the packages that one imports. What is not known yet is read, once.
func (g imported) next(t *Tree, dir string) []string {
	if g[dir] == nil {
		g[dir] = map[string]token.Position{}
		for name, src := range t.compiled(dir) {
			for _, to := range importsOf(name, src) {
				g[dir][to] = token.Position{}
			}
		}
	}
	return slices.Collect(maps.Keys(g[dir]))
}

func (g imported) reaches(t *Tree, from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	seen[from] = true
	return slices.ContainsFunc(g.next(t, from), func(next string) bool { return !seen[next] && g.reaches(t, next, to, seen) })
}

// circle reports whether a package, or one below it, comes back to itself. done are
// those looked at: false is one that is not finished yet.
func (g imported) circle(t *Tree, dir string, done map[string]bool) bool {
	if finished, seen := done[dir]; seen {
		return !finished
	}
	done[dir] = false
	if slices.ContainsFunc(g.next(t, dir), func(next string) bool { return g.circle(t, next, done) }) {
		return true
	}
	done[dir] = true
	return false
}
