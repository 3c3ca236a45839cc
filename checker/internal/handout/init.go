package handout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNotEmpty says that a folder holds something already.
var ErrNotEmpty = errors.New("is not empty")

// staging begins the name of the folder in which a workbook is put together.
const staging = ".nodebook-init-"

// Init writes files, and their manifest, into a folder that is new or empty.
// They are put together in a folder inside it and then moved, go.mod last: what
// has a go.mod is all there. A run that was killed before that is started again by
// the next.
func Init(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := sweep(dir, files); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(dir, staging)
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := Write(tmp, files); err != nil {
		return err
	}
	if err := Sums(files).Write(tmp); err != nil {
		return err
	}
	entries, err := os.ReadDir(tmp)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(x, y fs.DirEntry) int { return last(x) - last(y) })
	for _, e := range entries {
		if err := os.Rename(filepath.Join(tmp, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func last(e fs.DirEntry) int {
	if e.Name() == "go.mod" {
		return 1
	}
	return 0
}

// sweep removes what a killed Init has left in a folder. Anything else makes it
// a folder that is not empty.
func sweep(dir string, files map[string][]byte) error {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return err
	}
	begun := func(e fs.DirEntry) bool { return e.IsDir() && strings.HasPrefix(e.Name(), staging) }
	_, err = os.Stat(filepath.Join(dir, "go.mod"))
	if whole := err == nil; whole || !slices.ContainsFunc(entries, begun) {
		return fmt.Errorf("%s %w", dir, ErrNotEmpty)
	}
	sums := Sums(files)
	sums[manifestFile] = sum(sums.text())
	for _, e := range entries {
		if begun(e) {
			continue
		}
		err := fs.WalkDir(os.DirFS(dir), e.Name(), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))); err != nil || sums[name] != sum(b) {
				return fmt.Errorf("%s %w: %s is not from here", dir, ErrNotEmpty, name)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
