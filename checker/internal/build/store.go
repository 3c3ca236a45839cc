package build

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Store keeps archives by what they were compiled from. Several checkers may use
// one at the same time: an archive appears whole or not at all.
type Store struct {
	Dir string
	Max int64 // bytes; what was not used for longest is removed
}

// DefaultStore is the one in the user's cache; nil if the user has none.
func DefaultStore() *Store {
	dir := CacheDir()
	if dir == "" {
		return nil
	}
	return &Store{Dir: filepath.Join(dir, "archives"), Max: 256 << 20}
}

const fresh = 10 * time.Minute // an archive that was used since then is not removed

func (s *Store) file(key string) string { return filepath.Join(s.Dir, key+".a") }

// Get finds an archive.
func (s *Store) Get(key string) (file string, ok bool) {
	if s == nil {
		return "", false
	}
	info, err := os.Stat(s.file(key))
	if err != nil {
		return "", false
	}
	if now := time.Now(); now.Sub(info.ModTime()) > fresh/2 {
		os.Chtimes(s.file(key), now, now) // best effort: it may not be ours
	}
	return s.file(key), true
}

// Put moves an archive into the store. Where that cannot be done, the archive
// stays where it is and is used from there.
func (s *Store) Put(key, archive string) string {
	if s == nil || os.MkdirAll(s.Dir, 0o755) != nil {
		return archive
	}
	if os.Rename(archive, s.file(key)) != nil {
		b, err := os.ReadFile(archive) // on another disk
		if err != nil || writeWhole(s.file(key), b) != nil {
			return archive
		}
	}
	trim(s.Dir, s.Max)
	return s.file(key)
}

// trim removes files of a folder, those first that were not used for longest, until
// the rest fits. It looks at most once in a while.
func trim(dir string, most int64) {
	marker := filepath.Join(dir, ".trimmed")
	if info, err := os.Stat(marker); err == nil && time.Since(info.ModTime()) < fresh {
		return
	}
	if os.WriteFile(marker, nil, 0o644) != nil {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	size := int64(0)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && e.Name() != filepath.Base(marker) {
			files = append(files, info)
			size += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return cmp.Compare(a.ModTime().UnixNano(), b.ModTime().UnixNano()) })
	for _, f := range files {
		if size <= most || time.Since(f.ModTime()) < fresh {
			return
		}
		os.Remove(filepath.Join(dir, f.Name()))
		size -= f.Size()
	}
}

// exportHash is a hash of an archive's export data. What imports a package needs to
// be compiled again only when that has changed.
func exportHash(archive string) ([]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const magic, header = "!<arch>\n", 60
	r := bufio.NewReader(f)
	head := make([]byte, len(magic)+header)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:len(magic)]) != magic {
		return nil, fmt.Errorf("%s is not an archive", archive)
	}
	entry := string(head[len(magic):])
	size, err := strconv.ParseInt(strings.TrimSpace(entry[48:58]), 10, 64)
	if err != nil || !strings.HasPrefix(entry, "__.PKGDEF ") {
		return nil, fmt.Errorf("%s does not start with export data", archive)
	}
	h := sha256.New()
	if _, err := io.CopyN(h, r, size); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
