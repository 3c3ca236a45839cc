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
	return edit.WriteFile(filepath.Join(root, manifestFile), m.text())
}

func (m Manifest) text() []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s  %s\n", m[name], name)
	}
	return b.Bytes()
}
