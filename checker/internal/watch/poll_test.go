package watch_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/checker/internal/watch"

	"github.com/fsnotify/fsnotify"
)

// deaf is a system without events, as on some network shares.
func deaf() (watch.Notifier, error) { return nil, errors.New("not here") }

// silent is a system that takes folders and never says anything about them.
type silent struct {
	events chan fsnotify.Event
	errs   chan error
	added  map[string]bool
	closed bool
}

func newSilent() *silent {
	return &silent{make(chan fsnotify.Event), make(chan error), map[string]bool{}, false}
}

func (s *silent) Add(dir string) error          { s.added[dir] = true; return nil }
func (s *silent) Events() <-chan fsnotify.Event { return s.events }
func (s *silent) Errors() <-chan error          { return s.errs }
func (s *silent) Close() error                  { s.closed = true; return nil }

// Without events, or where none arrive, polling finds every save by itself: at
// most a poll and a debounce later.
func TestSaves_polling(t *testing.T) {
	for name, notify := range map[string]func() (watch.Notifier, error){
		"no events at all":          deaf,
		"events never arrive":       func() (watch.Notifier, error) { return newSilent(), nil },
		"events end at once":        func() (watch.Notifier, error) { s := newSilent(); close(s.events); close(s.errs); return s, nil },
		"folders cannot be watched": func() (watch.Notifier, error) { return full{newSilent()}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := folder(t)
			synctest.Test(t, func(t *testing.T) {
				c := saves(t, dir, watch.Options{Notify: notify})
				for range 20 {
					put(t, file, "package framing // "+time.Now().String())
					start := time.Now()
					<-c
					if took := time.Since(start); took > 1100*time.Millisecond {
						t.Fatalf("answered after %s, want at most 1.1s", took)
					}
				}
				added := filepath.Join(dir, "lesson9", "new.go")
				put(t, added, "package new\n")
				<-c
				os.Remove(added)
				<-c
			})
		})
	}
}

// full is a system whose watches have run out.
type full struct{ *silent }

func (full) Add(string) error { return errors.New("no space left on device") }

// Nothing saved, nothing said, however long.
func TestSaves_quiet(t *testing.T) {
	dir, _ := folder(t)
	synctest.Test(t, func(t *testing.T) {
		c := saves(t, dir, watch.Options{Notify: deaf})
		select {
		case <-c:
			t.Fatal("answered without a save")
		case <-time.After(time.Hour):
		}
	})
}

// A save is answered 100 ms after its last event, and saves that never pause
// are answered all the same.
func TestSaves_debounce(t *testing.T) {
	dir, file := folder(t)
	synctest.Test(t, func(t *testing.T) {
		s := newSilent()
		c := saves(t, dir, watch.Options{Poll: 24 * time.Hour, Notify: func() (watch.Notifier, error) { return s, nil }})
		start := time.Now()
		for i := range 3 {
			put(t, file, "package framing // "+string(rune('a'+i)))
			s.events <- fsnotify.Event{Name: file, Op: fsnotify.Write}
			<-time.After(60 * time.Millisecond)
		}
		<-c
		if took := time.Since(start); took != 220*time.Millisecond {
			t.Fatalf("three writes 60 ms apart were answered after %s, want 100 ms after the last", took)
		}
		ends := time.After(10 * time.Second)
		answers := 0
		for i, typing := 0, true; typing; i++ {
			put(t, file, "package framing // "+time.Now().String())
			s.events <- fsnotify.Event{Name: file, Op: fsnotify.Write}
			select {
			case <-c:
				answers++
			case <-ends:
				typing = false
			case <-time.After(50 * time.Millisecond):
			}
		}
		if answers < 8 || answers > 11 {
			t.Fatalf("ten seconds of saves every 50 ms were answered %d times, want about once a second", answers)
		}
	})
}

// After the system has lost events, everything is looked at.
func TestSaves_overflow(t *testing.T) {
	dir, file := folder(t)
	synctest.Test(t, func(t *testing.T) {
		s := newSilent()
		c := saves(t, dir, watch.Options{Poll: 24 * time.Hour, Notify: func() (watch.Notifier, error) { return s, nil }})
		start := time.Now()
		put(t, file, "package framing // unseen\n")
		s.errs <- fsnotify.ErrEventOverflow
		<-c
		if took := time.Since(start); took != 100*time.Millisecond {
			t.Fatalf("answered after %s, want 100ms", took)
		}
	})
}

// A save that comes while nobody receives waits, and many are one.
func TestSaves_nobodyReceives(t *testing.T) {
	dir, file := folder(t)
	synctest.Test(t, func(t *testing.T) {
		c := saves(t, dir, watch.Options{Notify: deaf})
		for range 5 {
			put(t, file, "package framing // "+time.Now().String())
			<-time.After(5 * time.Second)
		}
		<-c
		select {
		case <-c:
			t.Fatal("saves that nobody received were sent one by one")
		case <-time.After(time.Minute):
		}
		os.Chtimes(file, time.Now(), time.Now()) // a save without a change is one
		<-c
	})
}
