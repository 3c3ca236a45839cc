package watch_test

import (
	"context"
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
// are answered anyway.
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

// What takes long can begin before a save is over: 10 ms after a write it is sent
// with the state that it left the files in, and again, with the same state, when
// it is over. One that put the files back as they were is over, too.
func TestSaves_early(t *testing.T) {
	dir, file := folder(t)
	synctest.Test(t, func(t *testing.T) {
		s := newSilent()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c, err := watch.Saves(ctx, dir, watch.Options{Poll: 24 * time.Hour, Notify: func() (watch.Notifier, error) { return s, nil }})
		if err != nil {
			t.Fatal(err)
		}
		write := func(text string, at time.Time) time.Time {
			put(t, file, text)
			os.Chtimes(file, at, at)
			s.events <- fsnotify.Event{Name: file, Op: fsnotify.Write}
			return time.Now()
		}
		takes := func(after time.Time, want time.Duration, over bool) watch.Save {
			t.Helper()
			s := <-c
			if got := time.Since(after); got != want || s.Over != over {
				t.Fatalf("%v after %s, want one after %s that is over: %t", s, got, want, over)
			}
			return s
		}
		const ms = time.Millisecond
		was := time.Now()
		whole := takes(write("package framing // a", was), 10*ms, false)
		if again := takes(time.Now(), 90*ms, true); again.State != whole.State {
			t.Fatalf("the state changed from %d to %d without a write", whole.State, again.State)
		}
		began := write("package framing //", was) // half of it
		if half := takes(began, 10*ms, false); half.State == whole.State {
			t.Fatal("a write left the state as it was")
		}
		began = write("package framing // a", was)
		if back := takes(began, 10*ms, false); back.State != whole.State {
			t.Fatal("the same files are another state")
		}
		takes(began, 100*ms, true)
		write("package framing //", was)
		<-time.After(5 * ms)
		write("package framing // a", was)
		select {
		case s := <-c:
			t.Fatalf("%v, although nothing has changed", s)
		case <-time.After(time.Minute):
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
