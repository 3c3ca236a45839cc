package watch_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/synctest"

	"nodebook/checker/internal/watch"
)

// When its context ends, a watch closes its channel and its source of events,
// and leaves no goroutine behind: the bubble waits for the last one.
func TestSaves_end(t *testing.T) {
	for name, notify := range map[string]func() (watch.Notifier, error){
		"the system's events": nil,
		"polling":             deaf,
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := folder(t)
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				c, err := watch.Saves(ctx, dir, watch.Options{Notify: notify})
				if err != nil {
					t.Fatal(err)
				}
				put(t, file, "package framing // saved\n")
				cancel()
				for range c {
				}
			})
		})
	}
	s := newSilent()
	dir, _ := folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	c, err := watch.Saves(ctx, dir, watch.Options{Notify: func() (watch.Notifier, error) { return s, nil }})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for range c {
	}
	if !s.closed {
		t.Fatal("the source of events was not closed")
	}
}

func TestSaves_noFolder(t *testing.T) {
	_, err := watch.Saves(t.Context(), filepath.Join(t.TempDir(), "lessons"), watch.Options{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, want that there is no such folder", err)
	}
}
