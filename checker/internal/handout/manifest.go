package handout

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/edit"
)

// Manifest remembers what was handed out: a line a file, its SHA-256 and its
// path. A file whose content still has that sum is untouched.
type Manifest map[string]string

const manifestFile = ".nodebook/handout"

// Sums is the manifest of files.
func Sums(files map[string][]byte) Manifest {
	m := Manifest{}
	for name, b := range files {
		m[name] = sum(b)
	}
	return m
}

func sum(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// ReadManifest reads the manifest of a workbook; one from a clone has none.
func ReadManifest(root string) (Manifest, error) {
	b, err := os.ReadFile(filepath.Join(root, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m := Manifest{}
	s := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; s.Scan(); n++ {
		hash, name, ok := strings.Cut(s.Text(), "  ")
		if !ok || !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("%s:%d: not a line of a manifest", manifestFile, n)
		}
		m[name] = hash
	}
	return m, s.Err()
}

// Write writes the manifest.
func (m Manifest) Write(root string) error {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s  %s\n", m[name], name)
	}
	return edit.WriteFile(filepath.Join(root, manifestFile), b.Bytes())
}

// Change is what an update does about a file.
type Change struct {
	Name string
	What Action
}

// Action is one of the ways an update treats a file that has a newer version.
type Action string

// The actions. Kept means that the learner has changed the file: the newer
// version is put below .nodebook/new and the file stays as it is.
const (
	Added   Action = "added"
	Updated Action = "updated"
	Removed Action = "removed"
	Kept    Action = "kept"
)

// Update brings a workbook to new files and touches nothing that was changed
// since it was handed out.
func Update(root string, old Manifest, files map[string][]byte) ([]Change, error) {
	var out []Change
	now := Manifest{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		at, want := filepath.Join(root, filepath.FromSlash(name)), files[name]
		now[name] = sum(want)
		have, err := os.ReadFile(at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			out = append(out, Change{name, Added})
			err = edit.WriteFile(at, want)
		case err != nil:
		case bytes.Equal(have, want):
		case sum(have) == old[name]:
			out = append(out, Change{name, Updated})
			err = edit.WriteFile(at, want)
		case old[name] == now[name]: // the learner's work; nothing newer
		default:
			out = append(out, Change{name, Kept})
			err = edit.WriteFile(filepath.Join(root, ".nodebook", "new", filepath.FromSlash(name)), want)
		}
		if err != nil {
			return out, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, still := files[name]; still {
			continue
		}
		at := filepath.Join(root, filepath.FromSlash(name))
		if have, err := os.ReadFile(at); err == nil && sum(have) == old[name] {
			if err := os.Remove(at); err != nil {
				return out, err
			}
			out = append(out, Change{name, Removed})
		}
	}
	return out, now.Write(root)
}
