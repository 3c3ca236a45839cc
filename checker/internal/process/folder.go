package process

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"nodebook/checker/internal/lazyregexp"
)

// Folder makes a folder for temporary files. The caller removes it; if this
// process is killed before that, a later one does so when it makes its first.
func Folder() (string, error) { return FolderIn(os.TempDir()) }

// FolderIn makes one in a given folder.
func FolderIn(dir string) (string, error) {
	if _, done := swept.LoadOrStore(dir, true); !done {
		sweep(dir)
	}
	return os.MkdirTemp(dir, fmt.Sprintf("nodebook-%d-%s-", os.Getpid(), here()))
}

var swept sync.Map // by folder

// here tells apart the machines and containers whose processes are numbered each
// by its own count, and which may share a folder for temporary files.
func here() string {
	host, _ := os.Hostname()
	space, _ := os.Readlink("/proc/self/ns/pid")
	id := sha256.Sum256([]byte(host + "\n" + space))
	return fmt.Sprintf("%x", id[:4])
}

var folderName = lazyregexp.New(`^nodebook-(\d+)-([0-9a-f]{8})-`)

// sweep removes from dir what was left behind by processes that are no more.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		m := folderName().FindStringSubmatch(e.Name())
		if m == nil || !e.IsDir() || m[2] != here() {
			continue
		}
		if pid, err := strconv.Atoi(m[1]); err == nil && !alive(pid) {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}
