package build

import (
	"bytes"
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

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/source"
)

// Workbook is what the import paths of the workbook's packages start with.
const Workbook = "nodebook/lessons/"

// Code is what is compiled of the workbook: some packages and those of the
// workbook that they import.
type Code struct {
	Packages []*Package // a package comes after those it imports
	read     Reader
	byDir    map[string]*Package
}

// Package is one package of the workbook.
type Package struct {
	Dir       string // lesson1/framing, below lessons/
	Files     []File
	Reference bool // nothing of it is the learner's
	Imports   []*Package
	Outside   []string          // imports that are not the workbook's
	Key       [sha256.Size]byte // of its content and all that it imports
	Odd       string            // why only the go command can compile it, or ""
}

// Reader reads the workbook's files.
type Reader struct {
	Root    string            // of the workbook
	Files   map[string][]byte // that have been read already
	Overlay map[string][]byte // what differs from the disk; nil masks a file
	Links   bool              // follow symbolic links, as the go command does
}

// ReadTree reads what a tree has put together.
func ReadTree(t *source.Tree) Reader { return Reader{Root: t.Root, Files: t.Files, Overlay: t.Overlay} }

// Collect reads packages, by their folders below lessons/, with what they import.
func Collect(r Reader, dirs []string) *Code {
	c := &Code{read: r, byDir: map[string]*Package{}}
	for _, dir := range dirs {
		c.add(dir)
	}
	return c
}

// Package is the package in a folder below lessons/, or nil.
func (c *Code) Package(dir string) *Package { return c.byDir[dir] }

// add adds a package and what it imports. What is not there, or imports itself
// in a circle, is left for the compiler to say.
func (c *Code) add(dir string) *Package {
	if p, seen := c.byDir[dir]; seen {
		return p
	}
	c.byDir[dir] = nil
	p := &Package{Dir: dir}
	var others []string
	p.Files, others, p.Reference = c.read.dir("lessons/" + dir)
	if len(p.Files) == 0 {
		return nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %v\n", dir, p.Reference)
	for _, f := range p.Files {
		fmt.Fprintf(h, "%s %d\n%s", f.Name, len(f.Src), f.Src)
		own, outside := Imports(f.Src)
		p.Outside = append(p.Outside, outside...)
		for _, other := range own {
			switch q := c.add(other); {
			case q == nil:
				p.Odd = "imports " + other
			case !slices.Contains(p.Imports, q):
				p.Imports = append(p.Imports, q)
			}
		}
	}
	for _, q := range p.Imports {
		h.Write(q.Key[:])
	}
	h.Sum(p.Key[:0])
	if p.Odd == "" {
		p.Odd = odd(p, others)
	}
	c.byDir[dir] = p
	c.Packages = append(c.Packages, p)
	return p
}

// dir is a folder's Go files without tests, as the overlay leaves them, the names
// of its other files, and whether the Go files are all the overlay's.
func (r *Reader) dir(dir string) (files []File, others []string, reference bool) {
	all := map[string][]byte{}
	reference = true
	entries, _ := os.ReadDir(filepath.Join(r.Root, filepath.FromSlash(dir)))
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if _, laid := r.Overlay[name]; laid || e.IsDir() {
			continue
		}
		if !counts(e.Name()) {
			others = append(others, e.Name())
			continue
		}
		at := filepath.Join(r.Root, filepath.FromSlash(name))
		info, err := os.Lstat(at)
		if r.Links {
			info, err = os.Stat(at)
		}
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		src, known := r.Files[name]
		if !known {
			if src, err = os.ReadFile(at); err != nil {
				continue
			}
		}
		all[name], reference = src, false
	}
	for name, src := range r.Overlay {
		if path.Dir(name) == dir && src != nil && counts(path.Base(name)) {
			all[name] = src
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		files = append(files, File{name, all[name]})
	}
	return files, others, reference
}

// counts reports whether the go command would compile a file of that name.
func counts(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && name[0] != '_' && name[0] != '.'
}

// Imports are the packages that a file imports: those of the workbook by their
// folder below lessons/, without todo, which every workbook has as it was handed
// out; and the others by path.
func Imports(src []byte) (own, outside []string) {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if f == nil || err != nil && len(f.Imports) == 0 {
		return nil, nil
	}
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		if dir, ok := strings.CutPrefix(p, Workbook); ok && dir != "todo" && path.Clean(dir) == dir && filepath.IsLocal(dir) {
			own = append(own, dir)
		} else {
			outside = append(outside, p)
		}
	}
	return own, outside
}

// odd says why only the go command can compile a package; "" if it need not.
func odd(p *Package, others []string) string {
	for _, name := range others {
		switch path.Ext(name) {
		case ".s", ".S", ".sx", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90", ".swig", ".swigcxx", ".syso":
			return "has " + name
		}
	}
	names := map[string]bool{}
	pkg := ""
	for _, f := range p.Files {
		base := strings.ToLower(path.Base(f.Name))
		switch {
		case names[base] || !plainFile().MatchString(base):
			return "has a file " + f.Name
		case !source.Built(f.Name, f.Src), constraint().Match(f.Src):
			return "has build constraints"
		case bytes.Contains(f.Src, []byte("//go:embed")):
			return "embeds files"
		}
		names[base] = true
		if parsed, _ := parser.ParseFile(token.NewFileSet(), "", f.Src, parser.PackageClauseOnly); parsed != nil {
			if pkg != "" && parsed.Name.Name != pkg || parsed.Name.Name == "main" || parsed.Name.Name == "documentation" {
				return "is package " + parsed.Name.Name
			}
			pkg = parsed.Name.Name
		}
	}
	return oddImport(p.Outside)
}

// oddImport finds an import that the go command refuses, or reads as something
// else than one package.
func oddImport(paths []string) string {
	for _, p := range paths {
		elements := strings.Split(p, "/")
		switch {
		case p == "C" || !plainImport().MatchString(p) || strings.Contains(p, ".."),
			slices.Contains([]string{"all", "std", "cmd", "work", "tool", "main"}, p),
			slices.Contains(elements, "internal"), slices.Contains(elements, "vendor"), slices.Contains(elements, "testdata"),
			strings.HasPrefix(p, Workbook) && p != Workbook+"todo",
			elements[0] == "nodebook" && p != Workbook+"todo" && !strings.HasPrefix(p, "nodebook/fixtures/"):
			return "imports " + p
		}
	}
	return ""
}

var (
	plainFile   = lazyregexp.New(`^[a-z0-9][^\x00-\x1f"'\\]*$`)
	plainImport = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_./~-]*$`)
	constraint  = lazyregexp.New(`(?m)^\s*//\s*(?:go:build|\+build)\b`)
)
