package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/watch"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (a *app) watch() *cobra.Command {
	var solutions string
	cmd := &cobra.Command{
		Use:   "watch [lesson]",
		Short: "Judge again whenever you save",
		Long: `Judge a lesson again whenever a Go file below lessons/ is saved, and show its
first open exercise. Without a lesson, the first one that is not finished.

Keys: h hint, n next exercise, l list, r run again, p open the page, q quit.`,
		Example:           "  checker watch\n  checker watch lesson2",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			mode, err := source.ParseMode(solutions)
			if err != nil {
				return misuse(`run "checker watch --help"`, "--solutions: %w", err)
			}
			w, err := a.openWatch(args)
			if err != nil {
				return err
			}
			return (&watcher{app: a, on: w, mode: mode}).run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&solutions, "solutions", "none", "where references stand in for your code: none, earlier (lessons) or all")
	return cmd
}

// openWatch opens the lesson named, or the first that is not finished.
func (a *app) openWatch(args []string) (*work, error) {
	if len(args) == 1 {
		return a.open(args)
	}
	book, err := a.book()
	if err != nil {
		return nil, err
	}
	names := book.Names()
	for _, name := range names {
		w, err := a.open([]string{name})
		if err != nil {
			return nil, err
		}
		if nextOpen(w.lesson, w.seen) != nil {
			return w, nil
		}
	}
	return a.open(names[len(names)-1:])
}

// watcher is a watch under way. One goroutine, run, owns it.
type watcher struct {
	*app
	on    *work
	mode  source.Mode
	shown *workbook.Exercise // the exercise that "next" moved on to, or nil
	last  *report.Lesson
	now   *judgement // under way, or nil
}

// judgement is a run of the judge that can be taken back.
type judgement struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when rep and err are there
	rep    *report.Lesson
	err    error
}

func (w *watcher) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	saves, err := watch.Saves(ctx, filepath.Join(w.on.dir, "lessons"), watch.Options{})
	if err != nil {
		return err
	}
	defer rawTerminal(w.in)()
	keys := readKeys(ctx, w.in)
	w.begin(ctx)
	defer func() { w.end() }()
	for {
		var done chan struct{}
		if w.now != nil {
			done = w.now.done
		}
		select {
		case <-ctx.Done():
			return nil
		case _, ok := <-saves:
			if !ok {
				return nil
			}
			w.shown = nil
			w.begin(ctx)
		case <-done:
			w.take()
		case key, ok := <-keys:
			if !ok {
				keys = nil
			} else if w.key(ctx, key) {
				return nil
			}
		}
	}
}

// begin takes back the judgement under way, waits for its end, and starts anew:
// what is judged is always what was saved last.
func (w *watcher) begin(ctx context.Context) {
	w.end()
	ctx, cancel := context.WithCancel(ctx)
	j := &judgement{cancel: cancel, done: make(chan struct{})}
	w.now = j
	go func() {
		defer close(j.done)
		j.rep, j.err = judge.Lesson(ctx, judge.Request{
			Root: w.on.dir, Book: w.on.book, Lesson: w.on.lesson, Solutions: w.mode,
			Seed: 1 + rand.Uint64N(99_999), Engine: &gotest.Engine{},
		})
	}()
}

func (w *watcher) end() {
	if w.now != nil {
		w.now.cancel()
		<-w.now.done
		w.now = nil
	}
}

// take shows the judgement that has ended.
func (w *watcher) take() {
	j := w.now
	w.end()
	if j.err != nil {
		if !errors.Is(j.err, context.Canceled) {
			fmt.Fprintf(w.errs, "checker: %s\n", report.Clean(j.err.Error()))
		}
		return
	}
	if w.mode != source.All {
		if err := remember(w.on.dir, j.rep); err != nil {
			fmt.Fprintf(w.errs, "checker: progress was not saved: %v\n", err)
		}
	}
	j.rep.Relocate(fromHere(w.on.dir))
	w.last = j.rep
	w.show()
}

// show writes the last judgement: how far the lesson is, and the first open
// exercise or the one that "next" moved on to.
func (w *watcher) show() {
	s := style(w.out)
	if isTerminal(w.out) {
		fmt.Fprint(w.out, "\x1b[2J\x1b[3J\x1b[H")
	}
	rep := w.last
	fmt.Fprintf(w.out, "%s   %d of %d   %s\n\n", s.Bold(rep.Lesson+"  "+rep.Title), rep.Passed, rep.Total, time.Now().Format("15:04:05"))
	for _, p := range rep.Problems {
		fmt.Fprintln(w.out, p)
	}
	if e := w.open(); e != nil && len(rep.Problems) == 0 {
		report.Message(w.out, e, s)
		if e.Note != "" {
			fmt.Fprintf(w.out, "  %s\n", e.Note)
		}
	}
	for _, n := range rep.Notes {
		fmt.Fprintf(w.out, "\nnote: %s\n", report.Clean(n))
	}
	if rep.Passes() {
		fmt.Fprintf(w.out, "everything passes: go run ./lessons/%s shows it at work\n", rep.Lesson)
	}
	if isTerminal(w.out) {
		fmt.Fprintf(w.out, "\n%s\n", s.Bold("h")+" hint  "+s.Bold("n")+" next  "+s.Bold("l")+" list  "+s.Bold("r")+" run again  "+s.Bold("p")+" page  "+s.Bold("q")+" quit")
	}
}

// open is the exercise to show.
func (w *watcher) open() *report.Exercise {
	if w.shown != nil {
		return w.last.Exercise(w.shown.Name)
	}
	return w.last.First()
}

// key does what a key asks for; it tells whether to quit.
func (w *watcher) key(ctx context.Context, key byte) (quit bool) {
	switch key {
	case 'q', 3: // Ctrl-C, as a raw terminal gives it
		return true
	case 'r':
		w.begin(ctx)
	case 'l':
		if seen, err := progress.Open(w.on.dir); err == nil {
			w.listLesson(w.on.lesson, seen)
		}
	case 'p':
		w.openPage()
	case 'h':
		if e := w.current(); e != nil {
			seen, err := progress.Open(w.on.dir)
			if err != nil {
				break
			}
			at := *w.on
			at.exercise, at.seen = e, seen
			if err := w.showHint(&at); err != nil {
				fmt.Fprintf(w.errs, "checker: %v\n", err)
			}
		}
	case 'n':
		w.next()
	}
	return false
}

// current is the exercise on the screen.
func (w *watcher) current() *workbook.Exercise {
	if w.last == nil {
		return nil
	}
	if e := w.open(); e != nil {
		return w.on.lesson.Exercise(e.Name)
	}
	return nil
}

// next moves on to the exercise after the one shown that does not pass either.
func (w *watcher) next() {
	now := w.current()
	if now == nil {
		return
	}
	behind := false
	for _, e := range append(w.on.lesson.Exercises, w.on.lesson.Exercises...) {
		x := w.last.Exercise(e.Name)
		if behind && x != nil && x.Verdict != report.Pass {
			w.shown = e
			w.show()
			return
		}
		behind = behind || e == now
	}
}

// openPage opens the lesson's page with the system's opener, or says where it is.
func (w *watcher) openPage() {
	page := filepath.Join(w.on.dir, "lessons", w.on.lesson.Name, "README.md")
	opener := map[string]string{"darwin": "open", "linux": "xdg-open"}[runtime.GOOS]
	if opener == "" || exec.Command(opener, page).Start() != nil {
		fmt.Fprintf(w.out, "the page is %s\n", page)
	}
}

// rawTerminal makes keys arrive one by one where in is a terminal. Output stays
// as it is: newlines are still translated.
func rawTerminal(in io.Reader) (restore func()) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func() {}
	}
	return cbreak(int(f.Fd()))
}

// readKeys reads keys until the end of in. Its goroutine may outlast the watch
// by one read of the terminal, which nothing can interrupt.
func readKeys(ctx context.Context, in io.Reader) <-chan byte {
	keys := make(chan byte)
	go func() {
		defer close(keys)
		b := make([]byte, 1)
		for {
			if n, err := in.Read(b); n == 0 || err != nil {
				return
			}
			select {
			case keys <- b[0]:
			case <-ctx.Done():
				return
			}
		}
	}()
	return keys
}
