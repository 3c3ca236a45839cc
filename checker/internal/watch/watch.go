// Package watch tells when a learner has saved.
//
// Folders are watched, not files: editors save by writing a new file and
// renaming it over the old one. Where the system gives no events (network
// shares, containers), polling takes over by itself: both run side by side, and
// what polling finds first counts just as much.
package watch

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options are the times a watcher goes by, and where it hears of changes.
type Options struct {
	Debounce time.Duration // quiet after which a save is over; 100 ms if 0
	Poll     time.Duration // how often files are looked at besides; 1 s if 0
	// Notify makes the source of events; nil is the system's. Where it fails,
	// polling is all there is.
	Notify func() (Notifier, error)
}

// Notifier gives events about the folders added to it.
type Notifier interface {
	Add(folder string) error
	Events() <-chan fsnotify.Event
	Errors() <-chan error
	Close() error
}

// patience bounds how long saves that follow each other closely are waited out,
// in debounces: an editor that saves at every key still gets answers.
const patience = 10

// Save tells that Go files have been saved.
type Save struct {
	State uint64 // of the files: another one whenever one of them was written
	Over  bool   // they have been left alone for the debounce
}

// lull is the part of the debounce after which a save is likely to be over.
const lull = 10

// Saves sends on the channel it returns whenever Go files below dir have been
// saved: first when they have been left alone for a tenth of the debounce, so
// that what takes long can begin, and may have to begin again, and then with Over
// set. A save is never lost: one that comes while nobody receives is sent later,
// instead of those before it. The channel is closed when ctx ends.
func Saves(ctx context.Context, dir string, opt Options) (<-chan Save, error) {
	if opt.Debounce == 0 {
		opt.Debounce = 100 * time.Millisecond
	}
	if opt.Poll == 0 {
		opt.Poll = time.Second
	}
	if opt.Notify == nil {
		opt.Notify = system
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	w := &watcher{dir: dir, opt: opt}
	if n, err := opt.Notify(); err == nil {
		w.notify = n // without it there is still polling
	}
	if err := w.addFolders(); err != nil {
		w.close()
		return nil, err
	}
	// The files as they are now count as seen: from here on no save is missed.
	w.seen = fingerprint(dir)
	w.told = w.seen
	out := make(chan Save, 1)
	go w.run(ctx, out)
	return out, nil
}

type watcher struct {
	dir    string
	opt    Options
	notify Notifier
	seen   uint64 // the state that was over last
	told   uint64 // the state that was sent last
	open   bool   // what was sent last is not over
}

func (w *watcher) close() {
	if w.notify != nil {
		w.notify.Close()
	}
}

// addFolders watches dir and every folder below it; one that is watched already
// stays so.
func (w *watcher) addFolders() error {
	if _, err := os.Stat(w.dir); err != nil {
		return err
	}
	walk(w.dir, func(path string, info fs.FileInfo) {
		if info.IsDir() && w.notify != nil {
			w.notify.Add(path)
		}
	})
	return nil
}

func (w *watcher) run(ctx context.Context, out chan Save) {
	defer close(out)
	defer w.close()
	var events <-chan fsnotify.Event
	var errs <-chan error
	if w.notify != nil {
		events, errs = w.notify.Events(), w.notify.Errors()
	}
	poll := time.NewTicker(w.opt.Poll)
	defer poll.Stop()
	b := newBurst(w.opt.Debounce)
	defer b.stop()
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
				b.more()
			}
		case _, ok := <-errs: // an overflow: look at everything
			if !ok {
				errs = nil
				continue
			}
			w.addFolders()
			b.more()
		case <-poll.C:
			// What came without an event may lie in a folder that was replaced.
			if !b.waiting && fingerprint(w.dir) != w.seen {
				w.addFolders()
				b.more()
			}
		case <-b.lull.C:
			if now := fingerprint(w.dir); now != w.told {
				w.send(out, Save{State: now})
			}
		case <-b.over.C:
			b.waiting = false
			b.lull.Stop()
			if now := fingerprint(w.dir); now != w.seen || w.open {
				w.seen = now
				w.send(out, Save{State: now, Over: true})
			}
		}
	}
}

// send sends a save. Whoever takes it sees those before it, too: one that still
// waits is dropped.
func (w *watcher) send(out chan Save, s Save) {
	w.told, w.open = s.State, !s.Over
	select {
	case <-out:
	default:
	}
	out <- s
}

// addNew watches a folder that has just been made.
func (w *watcher) addNew(e fsnotify.Event) {
	if info, err := os.Stat(e.Name); err == nil && info.IsDir() && e.Has(fsnotify.Create) {
		w.addFolders()
	}
}

// burst is a run of events that belong to one save.
type burst struct {
	debounce   time.Duration
	waiting    bool
	began      time.Time
	lull, over *time.Timer // deliver when it is likely to have ended, and when it has
}

func newBurst(debounce time.Duration) *burst {
	b := &burst{debounce: debounce, lull: time.NewTimer(time.Hour), over: time.NewTimer(time.Hour)}
	b.stop()
	return b
}

// more begins a burst or, as long as there is patience, draws it out.
func (b *burst) more() {
	now := time.Now()
	if !b.waiting {
		b.waiting, b.began = true, now
	}
	b.lull.Reset(b.debounce / lull)
	b.over.Reset(max(0, min(b.debounce, b.began.Add(patience*b.debounce).Sub(now))))
}

func (b *burst) stop() {
	b.lull.Stop()
	b.over.Stop()
}
