// Package watch tells when a learner has saved.
//
// Folders are watched, not files: editors save by writing a new file and
// renaming it over the old one. Where the system gives no events (network
// shares, containers), polling takes over by itself: both run side by side, and
// what polling finds first counts just as much.
package watch

import (
	"context"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options are the times a watcher goes by.
type Options struct {
	Debounce time.Duration // quiet that ends a save; 100 ms if 0
	Poll     time.Duration // how often files are looked at besides; 1 s if 0
}

// Saves sends on the channel it returns whenever Go files below dir have
// changed and then been quiet for a moment. A save is never lost: one that
// comes while nobody receives is sent later. The channel is closed when ctx
// ends.
func Saves(ctx context.Context, dir string, opt Options) (<-chan struct{}, error) {
	if opt.Debounce == 0 {
		opt.Debounce = 100 * time.Millisecond
	}
	if opt.Poll == 0 {
		opt.Poll = time.Second
	}
	w := &watcher{dir: dir, opt: opt}
	if n, err := fsnotify.NewWatcher(); err == nil {
		w.notify = n // without it there is still polling
	}
	if err := w.addFolders(); err != nil {
		w.close()
		return nil, err
	}
	out := make(chan struct{}, 1)
	// The files as they are now count as seen: from here on no save is missed.
	w.seen = fingerprint(dir)
	go w.run(ctx, out)
	return out, nil
}

type watcher struct {
	dir    string
	opt    Options
	notify *fsnotify.Watcher
	seen   uint64
}

func (w *watcher) close() {
	if w.notify != nil {
		w.notify.Close()
	}
}

// addFolders watches dir and every folder below it.
func (w *watcher) addFolders() error {
	return filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if path == w.dir {
				return err
			}
			return nil // gone meanwhile
		}
		if d.IsDir() && w.notify != nil {
			w.notify.Add(path)
		}
		return nil
	})
}

func (w *watcher) run(ctx context.Context, out chan<- struct{}) {
	defer close(out)
	defer w.close()
	var events <-chan fsnotify.Event
	var errs <-chan error
	if w.notify != nil {
		events, errs = w.notify.Events, w.notify.Errors
	}
	poll := time.NewTicker(w.opt.Poll)
	defer poll.Stop()
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			if relevant(e.Name) || e.Has(fsnotify.Create) {
				w.addNew(e)
				quiet.Reset(w.opt.Debounce)
			}
		case _, ok := <-errs: // an overflow: look at everything
			if !ok {
				errs = nil
				continue
			}
			quiet.Reset(w.opt.Debounce)
		case <-poll.C:
			if fingerprint(w.dir) != w.seen {
				quiet.Reset(w.opt.Debounce)
			}
		case <-quiet.C:
			now := fingerprint(w.dir)
			if now == w.seen {
				continue
			}
			w.seen = now
			select {
			case out <- struct{}{}:
			default: // one is waiting already, and whoever takes it sees this save too
			}
		}
	}
}

// addNew watches a folder that has just been made.
func (w *watcher) addNew(e fsnotify.Event) {
	if info, err := os.Stat(e.Name); err == nil && info.IsDir() && e.Has(fsnotify.Create) {
		w.addFolders()
	}
}

// relevant tells whether a file is one that is judged: not vim's 4913 or .swp,
// not emacs's #a.go# or .#a.go, not a backup.
func relevant(path string) bool {
	name := filepath.Base(path)
	return filepath.Ext(name) == ".go" && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "#")
}

// fingerprint is a hash of the names and contents of the Go files below dir. To
// read them costs less than a millisecond, and a save is told from a touch.
func fingerprint(dir string) uint64 {
	h := fnv.New64a()
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !relevant(path) {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		h.Write([]byte(path))
		h.Write([]byte{0})
		h.Write(b)
		return nil
	})
	return h.Sum64()
}
