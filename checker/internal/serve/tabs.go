package serve

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// tab is one open page: what it runs, and what goes to it.
type tab struct {
	id       string
	seen     time.Time
	cancel   context.CancelFunc // of the cell that runs; nil if none does
	running  int                // counts runs, so that a run clears only itself
	out      chan message
	gone     context.CancelFunc // ends the stream of events; nil if there is none
	streams  int                // counts them, so that one detaches only itself
	shown    map[string]string  // documents by id
	shownIDs []string
}

// message is one event for a tab.
type message struct {
	Type string `json:"type"`           // file, progress, cells, bye
	File string `json:"file,omitempty"` // of cells, the page
}

const (
	mostTabs  = 32
	mostShown = 32 // documents kept for a tab
	queued    = 64
)

type tabs struct {
	mu   sync.Mutex
	byID map[string]*tab
}

func newTabs() *tabs { return &tabs{byID: map[string]*tab{}} }

// open is the tab of that id, made if there is room for it.
func (t *tabs) open(id string) *tab {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x := t.byID[id]; x != nil {
		x.seen = time.Now()
		return x
	}
	if len(id) < 8 || len(id) > 64 || len(t.byID) >= mostTabs && !t.makeRoom() {
		return nil
	}
	x := &tab{id: id, seen: time.Now(), out: make(chan message, queued), shown: map[string]string{}}
	t.byID[id] = x
	return x
}

// attach makes a stream the tab's own; the one before it ends. The function that
// it returns is for the stream's end: the page was closed, or is hidden and comes
// back for what was queued meanwhile. What the page runs hangs on a request of
// its own, which ends with the page.
func (t *tabs) attach(x *tab, gone context.CancelFunc) (detach func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x.gone != nil {
		x.gone()
	}
	x.streams++
	mine := x.streams
	x.gone = gone
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if x.streams == mine {
			x.gone, x.seen = nil, time.Now()
		}
	}
}

// makeRoom forgets the tab that has been without a stream, and has run nothing,
// for the longest time; it reports whether there is one. The lock is held.
func (t *tabs) makeRoom() bool {
	var oldest *tab
	for _, x := range t.byID {
		if x.gone == nil && x.cancel == nil && (oldest == nil || x.seen.Before(oldest.seen)) {
			oldest = x
		}
	}
	if oldest == nil {
		return false
	}
	t.end(oldest)
	return true
}

// end stops what a tab runs and forgets it. The lock is held.
func (t *tabs) end(x *tab) {
	if x.cancel != nil {
		x.cancel()
	}
	if x.gone != nil {
		x.gone()
	}
	delete(t.byID, x.id)
}

func (t *tabs) endAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range slices.Collect(maps.Values(t.byID)) {
		t.end(x)
	}
}

// endIdle ends tabs that have asked for nothing for long.
func (t *tabs) endIdle(ctx context.Context, idle time.Duration) {
	tick := time.NewTicker(max(idle/10, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			t.mu.Lock()
			for _, x := range slices.Collect(maps.Values(t.byID)) {
				if now.Sub(x.seen) > idle && x.cancel == nil {
					t.send(x, message{Type: "bye"})
					t.end(x)
				}
			}
			t.mu.Unlock()
		}
	}
}

// begin notes that a tab runs something; what it ran before is stopped.
func (t *tabs) begin(x *tab, cancel context.CancelFunc) (done func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x.cancel != nil {
		x.cancel()
	}
	x.running++
	mine := x.running
	x.cancel = cancel
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		cancel()
		if x.running == mine {
			x.cancel = nil
		}
	}
}

// stop ends what a tab runs.
func (t *tabs) stop(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x := t.byID[id]; x != nil && x.cancel != nil {
		x.cancel()
	}
}

// keep stores a document for a tab's frame; the oldest goes.
func (t *tabs) keep(x *tab, id, source string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	x.shown[id] = source
	x.shownIDs = append(x.shownIDs, id)
	if len(x.shownIDs) > mostShown {
		delete(x.shown, x.shownIDs[0])
		x.shownIDs = x.shownIDs[1:]
	}
}

func (t *tabs) shown(id string) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range t.byID {
		if s, ok := x.shown[id]; ok {
			return s, true
		}
	}
	return "", false
}

// send queues a message; a tab that does not read loses it, as it would lose
// it by being closed.
func (t *tabs) send(x *tab, m message) {
	select {
	case x.out <- m:
	default:
	}
}

func (t *tabs) tell(m message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range t.byID {
		t.send(x, m)
	}
}

// tellOthers sends a message to all tabs but the one that it is about.
func (t *tabs) tellOthers(id string, m message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range t.byID {
		if x.id != id {
			t.send(x, m)
		}
	}
}

func (t *tabs) fileChanged(file string) { t.tell(message{Type: "file", File: file}) }
