package build

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/process"
)

// Options say what a [Work] builds from.
type Options struct {
	Reader Reader
	Dirs   []string // packages of the workbook that will be needed, below lessons/
	For    []File   // files of units that will be compiled: what they import is listed, too
	Race   bool
	Store  *Store // of archives that are kept; nil is [DefaultStore]
}

// Work builds packages and programs of one state of a workbook, in the user's own
// surroundings. It is safe for concurrent use.
type Work struct {
	Dir     string // of its temporary files, which Close removes
	builder *Builder
	tc      *Toolchain
	store   *Store
	code    *Code
	exports Exports
	mu      sync.Mutex
	done    map[*Package]*compiled
	units   int
}

// compiled is a package of the workbook, or why there is none.
type compiled struct {
	once    sync.Once
	archive string
	err     error
}

// always are packages that a test program needs, whatever its tests import.
var always = []string{"io", "os", "reflect", "runtime", "strings", "testing", "time"}

// NewWork prepares to build. The caller closes it. The error is [ErrIndirect] if
// the go command must do it.
func NewWork(ctx context.Context, o Options) (_ *Work, err error) {
	w := &Work{store: o.Store, done: map[*Package]*compiled{}}
	if w.store == nil {
		w.store = DefaultStore()
	}
	root, err := filepath.Abs(o.Reader.Root)
	if err != nil {
		return nil, err
	}
	if w.tc, err = Find(ctx, root); err != nil {
		return nil, err
	}
	if !w.tc.known(o.Race) {
		return nil, fmt.Errorf("%w: the platform is %s/%s", ErrIndirect, w.tc.OS, w.tc.Arch)
	}
	o.Reader.Links = true
	dirs, roots := slices.Clone(o.Dirs), slices.Clone(always)
	if o.Race {
		roots = append(roots, "runtime/race")
	}
	for _, f := range o.For {
		own, outside := Imports(f.Src)
		dirs, roots = append(dirs, own...), append(roots, outside...)
	}
	w.code = Collect(o.Reader, dirs)
	for _, p := range w.code.Packages {
		if p.Odd != "" {
			return nil, fmt.Errorf("%w: package %s %s", ErrIndirect, p.Dir, p.Odd)
		}
		roots = append(roots, p.Outside...)
	}
	roots = slices.DeleteFunc(roots, func(p string) bool { return p == "unsafe" })
	if why := oddImport(roots); why != "" {
		return nil, fmt.Errorf("%w: %s", ErrIndirect, why)
	}
	lister := &Lister{Toolchain: w.tc, Root: root, Race: o.Race}
	if w.exports, err = lister.Exports(ctx, roots); err != nil {
		return nil, err
	}
	if w.Dir, err = process.FolderIn(cmp.Or(chosen(), os.TempDir())); err != nil { // programs are started from here
		return nil, err
	}
	w.builder = &Builder{Run: w.tc.Run, Lies: root, Lang: Lang(root), Race: o.Race, Libgcc: w.tc.Libgcc, Workers: workers()}
	return w, nil
}

// Close removes the temporary files.
func (w *Work) Close() error { return os.RemoveAll(w.Dir) }

// Source is the folder that the compiler names source files in.
func (w *Work) Source() string { return filepath.Join(w.Dir, "src") }

// Package compiles a package of the workbook and what it imports.
func (w *Work) Package(ctx context.Context, dir string) (archive string, err error) {
	p := w.code.Package(dir)
	if p == nil {
		return "", fmt.Errorf("%w: there is no package %s", ErrIndirect, dir)
	}
	return w.pack(ctx, p)
}

func (w *Work) pack(ctx context.Context, p *Package) (string, error) {
	w.mu.Lock()
	c := w.done[p]
	if c == nil {
		c = &compiled{}
		w.done[p] = c
	}
	w.mu.Unlock()
	c.once.Do(func() {
		c.archive, c.err = w.Unit(ctx, Unit{Path: Workbook + p.Dir, Files: p.Files})
	})
	return c.archive, c.err
}

// Unit compiles a package from files, and the packages of the workbook that these
// import. If the same was compiled before, its archive comes from the store.
func (w *Work) Unit(ctx context.Context, u Unit) (archive string, err error) {
	key, have, err := w.key(ctx, u)
	if err != nil {
		return "", err
	}
	if file, ok := w.store.Get(key); ok {
		return file, nil
	}
	w.mu.Lock()
	w.units++
	dir := filepath.Join(w.Dir, fmt.Sprintf("unit%d", w.units))
	w.mu.Unlock()
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	if err := WriteFiles(w.Source(), u.Files); err != nil {
		return "", err
	}
	archive = filepath.Join(dir, "package.a")
	if err := w.builder.Compile(ctx, u, w.Source(), have, archive); err != nil {
		return "", known(err)
	}
	return w.store.Put(key, archive), nil
}

// key is that of a unit's archive, which depends on nothing else; have is what the
// unit imports.
func (w *Work) key(ctx context.Context, u Unit) (key string, have Exports, err error) {
	h := sha256.New()
	b := w.builder
	fmt.Fprintf(h, "%s %q %s %v %q %s %q\n", w.tc.Version, w.tc.Compile, b.Lang, b.Race, b.Lies, u.Path, u.Flags)
	have = Exports{}
	for _, f := range u.Files {
		fmt.Fprintf(h, "%q %d\n%s\n", f.Name, len(f.Src), f.Src)
		own, outside := Imports(f.Src)
		for _, p := range outside {
			if p != "unsafe" {
				have[p] = w.exports[p]
			}
		}
		for _, dir := range own {
			if have[Workbook+dir], err = w.Package(ctx, dir); err != nil {
				return "", nil, err
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(have)) {
		if have[p] == "" {
			return "", nil, fmt.Errorf("%w: package %s is not listed", ErrIndirect, p)
		}
		fmt.Fprintf(h, "%s %s", p, have[p])
		if strings.HasPrefix(p, Workbook) && w.exports[p] == "" {
			sum, err := exportHash(have[p])
			if err != nil {
				return "", nil, err
			}
			fmt.Fprintf(h, " %x", sum)
		}
		fmt.Fprintln(h)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:20]), have, nil
}

// Program compiles a unit and links it into a file of that name.
func (w *Work) Program(ctx context.Context, u Unit, file string) error {
	main, err := w.Unit(ctx, u)
	if err != nil {
		return err
	}
	have := maps.Clone(w.exports)
	for _, f := range u.Files {
		own, _ := Imports(f.Src)
		for _, dir := range own {
			if err := w.all(ctx, w.code.Package(dir), have); err != nil {
				return err
			}
		}
	}
	have["main"] = main
	err = w.builder.Link(ctx, main, have, file)
	var said *Failure
	if errors.As(err, &said) && !strings.Contains(said.Said, "function main is undeclared") {
		return fmt.Errorf("%w: %w", ErrIndirect, err)
	}
	return err
}

// all adds the archives of a package and of what it imports.
func (w *Work) all(ctx context.Context, p *Package, have Exports) (err error) {
	if have[Workbook+p.Dir] != "" {
		return nil
	}
	if have[Workbook+p.Dir], err = w.pack(ctx, p); err != nil {
		return err
	}
	for _, q := range p.Imports {
		if err := w.all(ctx, q, have); err != nil {
			return err
		}
	}
	return nil
}

// known turns a failure into one for the go command, if the compiler names no place
// in a file, or lacks what only the go command could have told it.
func known(err error) error {
	var said *Failure
	if !errors.As(err, &said) {
		return err
	}
	if !placed().MatchString(said.Said) || strings.Contains(said.Said, "could not import ") || strings.Contains(said.Said, MainFile+":") {
		return fmt.Errorf("%w: %w", ErrIndirect, err)
	}
	return err
}

var placed = lazyregexp.New(`(?m)^[^\s#][^\n]*?:\d+(?::\d+)?: `)
