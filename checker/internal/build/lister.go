package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/process"
)

// Exports are the archives of compiled packages by import path. An archive holds
// what the compiler needs of a package, its export data, and what the linker
// needs.
type Exports map[string]string

// Lister lists the archives of packages that are not compiled here: those of the
// standard library, the fixtures and the modules that they import.
type Lister struct {
	Toolchain *Toolchain
	Root      string // of the module
	Race      bool
	Env       []string // added to [Environ]

	// Fresh has go list asked each time: nothing is read from or written to the
	// user's cache.
	Fresh bool

	// Lean has packages compiled without what a debugger reads. A program is linked
	// from them in three quarters of the time, but nobody else has them compiled yet:
	// that pays where hundreds are linked.
	Lean bool
}

// listing is the answer of go list to some roots.
type listing struct {
	Roots   []string
	Exports Exports
}

var listings struct {
	sync.Mutex
	by map[string]*listing
}

const mostListings = 32 // in memory

// Exports are the archives of the roots and of all that they import. They are
// listed once for a toolchain, a state of the module's files, and with or without
// the race detector; a root that was not listed yet, or an archive that somebody
// has removed, has them listed again.
func (l *Lister) Exports(ctx context.Context, roots []string) (Exports, error) {
	if l.Fresh {
		got, err := l.list(ctx, roots)
		return got, err
	}
	key, err := l.key()
	if err != nil {
		return nil, err
	}
	listings.Lock()
	defer listings.Unlock()
	file, old := "", listings.by[key]
	if dir := CacheDir(); dir != "" {
		file = filepath.Join(dir, "exports", key+".json")
	}
	if old == nil {
		old = &listing{}
		if b, err := os.ReadFile(file); err == nil && json.Unmarshal(b, old) != nil {
			old = &listing{} // it is written again
		}
	}
	if !old.has(roots) {
		all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(old.Roots, roots))))
		got, err := l.list(ctx, all)
		if err != nil && len(all) > len(roots) { // what was there before may be gone
			all = roots
			got, err = l.list(ctx, all)
		}
		if err != nil {
			return nil, err
		}
		old = &listing{all, got}
		if b, err := json.Marshal(old); err == nil && file != "" && writeWhole(file, b) == nil {
			trim(filepath.Dir(file), mostListingBytes)
		}
	}
	if listings.by == nil || len(listings.by) >= mostListings {
		listings.by = map[string]*listing{}
	}
	listings.by[key] = old
	return old.Exports, nil
}

const mostListingBytes = 4 << 20 // on disk

// has reports whether a listing has all roots, and its archives are still there.
func (l *listing) has(roots []string) bool {
	for _, p := range roots {
		if !slices.Contains(l.Roots, p) {
			return false
		}
	}
	for _, file := range l.Exports {
		if !exists(file) {
			return false
		}
	}
	return true
}

// key changes with everything that go list's answer depends on: the toolchain and
// the files of the module, but for the learner's own.
func (l *Lister) key() (string, error) {
	h := sha256.New()
	t := l.Toolchain
	fmt.Fprintln(h, t.Version, t.Compile, l.Root, l.Race, l.Lean, l.Env)
	set := settings()
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		fmt.Fprintf(h, "%q %q\n", os.Getenv(name), set[name])
	}
	for _, name := range []string{"go.mod", "go.sum", "vendor/modules.txt", "fixtures", "lessons/todo"} {
		err := filepath.WalkDir(filepath.Join(l.Root, filepath.FromSlash(name)), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if err == nil {
				fmt.Fprintln(h, name, info.Size(), info.ModTime().UnixNano())
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:16]), nil
}

// list asks the go command, which compiles what is not compiled yet.
func (l *Lister) list(ctx context.Context, roots []string) (Exports, error) {
	dir, err := process.Folder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	overlay, err := slim(l.Root, dir)
	if err != nil {
		return nil, err
	}
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Name,Export", "-overlay=" + overlay}
	env := slices.Concat(l.Env, []string{"CGO_ENABLED=0"})
	if l.Lean {
		args = append(args, "-gcflags=all=-dwarf=false")
	}
	if l.Race {
		args = append(args, "-race")
		env[len(env)-1] = "CGO_ENABLED=1" // the race detector's library needs it
	}
	out, err := l.Toolchain.Go(ctx, l.Root, env, append(append(args, "--"), roots...)...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrIndirect, err)
	}
	all := Exports{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Name, Export string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Export != "" && p.Name != "main" { // a program cannot be imported
			all[p.ImportPath] = p.Export
		}
	}
}

const testify = "github.com/stretchr/testify/"

// equality is the one function of testify that the fixtures use. To link all of
// testify, with an HTTP server and a YAML parser, takes longer than all else.
const equality = `package assert

import (
	"bytes"
	"reflect"
)

func ObjectsAreEqual(expected, actual any) bool {
	if expected == nil || actual == nil {
		return expected == actual
	}
	exp, ok := expected.([]byte)
	if !ok {
		return reflect.DeepEqual(expected, actual)
	}
	act, ok := actual.([]byte)
	if !ok {
		return false
	}
	if exp == nil || act == nil {
		return exp == nil && act == nil
	}
	return bytes.Equal(exp, act)
}
`

// slim writes an overlay into dir in which the fixtures of a module use that one
// function instead of testify.
func slim(root, dir string) (overlay string, err error) {
	replace := map[string]string{}
	put := func(name string, src []byte) error {
		tmp := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		replace[name] = tmp
		return os.WriteFile(tmp, src, 0o600)
	}
	if err := put(filepath.Join(root, "fixtures", "internal", "assert", "assert.go"), []byte(equality)); err != nil {
		return "", err
	}
	err = filepath.WalkDir(filepath.Join(root, "fixtures"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil || !onlyEquality(src) {
			return err
		}
		return put(name, bytes.ReplaceAll(src, []byte(`"`+testify+`assert"`), []byte(`"nodebook/fixtures/internal/assert"`)))
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	b, err := json.Marshal(struct{ Replace map[string]string }{replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}

// onlyEquality reports whether a file uses that function of testify and no other.
func onlyEquality(src []byte) bool {
	n := bytes.Count(src, []byte("assert.ObjectsAreEqual("))
	return n > 0 && bytes.Count(src, []byte("assert.")) == n
}
