package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/workbook"

	"github.com/fsnotify/fsnotify"
)

// events streams messages to a tab, as server-sent events, for as long as the
// tab is open and to be seen.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	x := s.tabs.open(r.URL.Query().Get("tab"))
	if x == nil {
		http.Error(w, "too many tabs", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer s.tabs.attach(x, cancel)()
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	fmt.Fprint(w, ": here\n\n")
	flush.Flush()
	beat := time.NewTicker(20 * time.Second) // finds out that the other side is gone
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			fmt.Fprint(w, ": beat\n\n")
		case m := <-x.out:
			b, _ := json.Marshal(m)
			fmt.Fprintf(w, "data: %s\n\n", b)
		}
		if flush.Flush() != nil {
			return
		}
	}
}

// watcher reports changes of the lessons' files, made by an editor or by us.
type watcher struct {
	fs   *fsnotify.Watcher
	root string
}

// watch watches the folders of all lessons: editors replace files, so that
// watching files alone would lose them.
func watch(root string, book *workbook.Book) (*watcher, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	dirs := []string{progress.Dir}
	for _, name := range book.Names() {
		l, err := book.Lesson(name)
		if err != nil {
			continue // the page of that lesson says so
		}
		for _, d := range l.Dirs() {
			dirs = append(dirs, "lessons/"+d)
		}
	}
	os.MkdirAll(filepath.Join(root, progress.Dir), 0o755)
	for _, d := range dirs {
		// A folder that is not there is reported by the check.
		_ = w.Add(filepath.Join(root, filepath.FromSlash(d)))
	}
	return &watcher{fs: w, root: root}, nil
}

const settle = 60 * time.Millisecond // an editor's several writes are one change

func (w *watcher) run(ctx context.Context, changed func(file string)) {
	defer w.fs.Close()
	pending := map[string]bool{}
	var due <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.fs.Events:
			if !ok {
				return
			}
			rel, err := filepath.Rel(w.root, e.Name)
			rel = filepath.ToSlash(rel)
			if err != nil || filepath.Ext(rel) != ".go" && rel != progress.Dir+"/progress" || strings.HasPrefix(filepath.Base(rel), ".") {
				continue
			}
			pending[rel] = true
			due = time.After(settle)
		case <-w.fs.Errors: // an overflow: the next change is told again
		case <-due:
			for f := range pending {
				changed(f)
			}
			clear(pending)
			due = nil
		}
	}
}
