package watch

import (
	"encoding/binary"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// relevant reports whether a file is one that is judged: not vim's 4913 or .swp,
// not emacs's #a.go# or .#a.go, not a backup.
func relevant(path string) bool {
	name := filepath.Base(path)
	return filepath.Ext(name) == ".go" && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "#")
}

// fingerprint is a hash of the names, contents and times of the Go files below
// dir. The contents cost less than a millisecond, and tell two saves apart that
// fall into one tick of the file system's clock; the times make a save without
// a change count, for whoever saves wants an answer.
func fingerprint(dir string) uint64 {
	h := fnv.New64a()
	walk(dir, func(path string, info fs.FileInfo) {
		if !info.Mode().IsRegular() || !relevant(path) {
			return
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return
		}
		h.Write([]byte(path))
		h.Write(binary.AppendVarint([]byte{0}, info.ModTime().UnixNano()))
		h.Write(b)
	})
	return h.Sum64()
}

// walk calls visit for all that is below dir, and for dir itself. It follows
// links, a lesson's folder may be one, and goes into each folder once.
func walk(dir string, visit func(path string, info fs.FileInfo)) {
	seen := map[string]bool{}
	var into func(path string)
	into = func(path string) {
		info, err := os.Stat(path)
		if err != nil {
			return
		}
		visit(path, info)
		real, err := filepath.EvalSymlinks(path)
		if !info.IsDir() || err != nil || seen[real] {
			return
		}
		seen[real] = true
		entries, _ := os.ReadDir(path)
		for _, e := range entries {
			into(filepath.Join(path, e.Name()))
		}
	}
	into(dir)
}

// system is the system's own events.
func system() (Notifier, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return notifier{w}, nil
}

type notifier struct{ *fsnotify.Watcher }

func (n notifier) Events() <-chan fsnotify.Event { return n.Watcher.Events }
func (n notifier) Errors() <-chan error          { return n.Watcher.Errors }
