package trial

import (
	"crypto/sha256"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
)

// code is what a job compiles of the workbook: the lesson's packages and those
// of the workbook that they import.
type code struct {
	packages []*pack // a package comes after those it imports
	byDir    map[string]*pack
}

// pack is one package of the workbook.
type pack struct {
	dir       string // lesson1/framing
	files     []file
	reference bool // all of it is ours
	imports   []*pack
	key       [sha256.Size]byte // of its content and all that it imports
}

type file struct {
	name string // lessons/lesson1/framing/magic.go
	src  []byte
}

const workbookPath = "nodebook/lessons/"

// cutDir parts lesson1/framing into the lesson's name and the rest.
func cutDir(dir string) (lesson, rest string, ok bool) { return strings.Cut(dir, "/") }

// collect reads what a tree compiles.
func collect(t *source.Tree) *code {
	c := &code{byDir: map[string]*pack{}}
	for _, p := range t.Lesson.Packages {
		c.add(t, p.Dir)
		for _, name := range slices.Sorted(maps.Keys(t.Tests)) {
			if path.Dir(name) == "lessons/"+p.Dir {
				for _, dir := range workbookImports(t.Tests[name]) {
					c.add(t, dir)
				}
			}
		}
	}
	return c
}

// add adds a package and what it imports. What is not there, or imports itself
// in a circle, is left for the compiler to say.
func (c *code) add(t *source.Tree, dir string) *pack {
	if p, seen := c.byDir[dir]; seen {
		return p
	}
	c.byDir[dir] = nil
	p := &pack{dir: dir}
	p.files, p.reference = read(t, "lessons/"+dir)
	if len(p.files) == 0 {
		return nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %v\n", dir, p.reference)
	for _, f := range p.files {
		fmt.Fprintf(h, "%s %d\n%s", f.name, len(f.src), f.src)
		for _, other := range workbookImports(f.src) {
			if q := c.add(t, other); q != nil && !slices.Contains(p.imports, q) {
				p.imports = append(p.imports, q)
			}
		}
	}
	for _, q := range p.imports {
		h.Write(q.key[:])
	}
	h.Sum(p.key[:0])
	c.byDir[dir] = p
	c.packages = append(c.packages, p)
	return p
}

// key is that of all the code, and of what a look at it found: the lesson's name
// tells two lessons apart of which there is no code at all.
func (c *code) key(j verdict.Job) (sum [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %q\n", j.Tree.Lesson.Name, j.Look.Problems)
	for _, p := range c.packages {
		h.Write(p.key[:])
	}
	h.Sum(sum[:0])
	return sum
}

// read is a folder's Go files without tests, as the tree's overlay leaves them,
// and whether they are all the overlay's.
func read(t *source.Tree, dir string) (files []file, reference bool) {
	all := map[string][]byte{}
	reference = true
	entries, _ := os.ReadDir(filepath.Join(t.Root, filepath.FromSlash(dir)))
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if _, laid := t.Overlay[name]; laid || !counts(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(name)))
		if err == nil {
			all[name], reference = src, false
		}
	}
	for name, src := range t.Overlay {
		if path.Dir(name) == dir && src != nil && counts(path.Base(name)) {
			all[name] = src
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		files = append(files, file{name, all[name]})
	}
	return files, reference
}

// counts tells whether the go command would compile a file of that name.
func counts(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && name[0] != '_' && name[0] != '.'
}

// workbookImports are the packages of the workbook that a file imports, but for
// todo, which is ours, by their folder below lessons/.
func workbookImports(src []byte) []string {
	var dirs []string
	for _, p := range imports(src) {
		if dir, ok := strings.CutPrefix(p, workbookPath); ok && dir != "todo" && path.Clean(dir) == dir && filepath.IsLocal(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func imports(src []byte) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if f == nil || err != nil && len(f.Imports) == 0 {
		return nil
	}
	var all []string
	for _, i := range f.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			all = append(all, p)
		}
	}
	return all
}
