// Package handout writes a learner's workbook: stubs, pages, fixtures and what
// Go needs to build them, and no solutions or hidden tests.
package handout

import (
	"archive/zip"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// Embedded is what this binary holds besides lessons and fixtures: the go.mod and
// go.sum of a workbook, and the modules it needs, so that nothing is fetched.
// "checker author handout" writes them.
//
//go:embed files
var Embedded embed.FS

// Sources is what a workbook is made from.
type Sources struct {
	Book     *workbook.Book // its Pages also hold todo/*.go
	Fixtures fs.FS
	Mod, Sum []byte // go.mod and go.sum
	Vendor   []byte // a zip archive of the folder vendor; may be nil
}

// FromBinary is what this binary can write by itself.
func FromBinary(book *workbook.Book, fixtures fs.FS) (Sources, error) {
	s := Sources{Book: book, Fixtures: fixtures}
	var err error
	for name, to := range map[string]*[]byte{"go.mod.txt": &s.Mod, "go.sum.txt": &s.Sum, "vendor.zip": &s.Vendor} {
		b, rerr := fs.ReadFile(Embedded, "files/"+name)
		*to, err = b, errors.Join(err, rerr)
	}
	return s, err
}

// Files are all files of a workbook by slash-separated path below its root.
func Files(s Sources) (map[string][]byte, error) {
	out := map[string][]byte{"go.mod": s.Mod, "go.sum": s.Sum}
	for _, name := range s.Book.Names() {
		l, err := s.Book.Lesson(name)
		if err != nil {
			return nil, err
		}
		stubs, err := stub.Files(s.Book, l)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for file, src := range stubs {
			out["lessons/"+file] = src
		}
		out["lessons/"+name+"/README.md"] = []byte(l.Page.Text)
	}
	prologue, err := s.Book.Prologue()
	if err != nil {
		return nil, err
	}
	out["lessons/README.md"] = []byte(prologue.Page.Text)
	pictures, err := s.Book.Pictures()
	if err != nil {
		return nil, err
	}
	for name, svg := range pictures {
		out["lessons/"+name] = svg
	}
	if err := add(out, s.Book.Pages, "todo", "lessons/todo"); err != nil {
		return nil, err
	}
	if err := add(out, s.Fixtures, ".", "fixtures"); err != nil {
		return nil, err
	}
	if s.Vendor == nil {
		return out, nil
	}
	z, err := zip.NewReader(bytes.NewReader(s.Vendor), int64(len(s.Vendor)))
	if err != nil {
		return nil, err
	}
	return out, add(out, z, "vendor", "vendor")
}

// add copies a folder, its tests left out.
func add(out map[string][]byte, from fs.FS, dir, to string) error {
	return fs.WalkDir(from, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		b, err := fs.ReadFile(from, name)
		rel := name
		if dir != "." {
			rel = strings.TrimPrefix(name, dir+"/")
		}
		out[path.Join(to, rel)] = b
		return err
	})
}

// Write writes files below dir. A file that is there already must be the same:
// nothing of a learner's is ever overwritten.
func Write(dir string, files map[string][]byte) error {
	for name, b := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if old, err := os.ReadFile(at); err == nil {
			if !bytes.Equal(old, b) {
				return fmt.Errorf("%s is there already and is not what would be written", at)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(at, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
