package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// show writes the last judgement: how far the lesson is, and the first open
// exercise or the one that "next" moved on to.
func (w *watcher) show() {
	rep := w.last
	if rep == nil {
		return
	}
	s := style(w.out)
	if isTerminal(w.out) && os.Getenv("TERM") != "dumb" {
		fmt.Fprint(w.out, "\x1b[2J\x1b[3J\x1b[H")
	}
	fmt.Fprintf(w.out, "%s   %d of %d   %s%s\n\n", s.Bold(rep.Lesson+"  "+rep.Title), rep.Passed, rep.Total, time.Now().Format("15:04:05"), rep.By())
	for _, p := range rep.Problems {
		fmt.Fprintln(w.out, p)
	}
	// Of one that does not compile the problems say it all.
	if e := w.open(); e != nil && (e.Verdict != report.NotCompiled || e.Note != "") {
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
	w.footer()
}

// footer names the keys.
func (w *watcher) footer() {
	if !isTerminal(w.out) {
		return
	}
	s, next := style(w.out), "next"
	if w.last != nil && w.last.Passes() {
		next = "next lesson"
	}
	fmt.Fprintf(w.out, "\n%s hint  %s %s  %s list  %s run again  %s page  %s quit\n",
		s.Bold("h"), s.Bold("n"), next, s.Bold("l"), s.Bold("r"), s.Bold("p"), s.Bold("q"))
}

// open is the exercise to show, or nil.
func (w *watcher) open() *report.Exercise {
	if w.shown != nil {
		return w.last.Exercise(w.shown.Name)
	}
	return w.last.First()
}

// key does what a key asks for; it reports whether to quit.
func (w *watcher) key(ctx context.Context, key byte) (quit bool) {
	var err error
	switch key {
	case 'q', 3: // Ctrl-C, where a terminal gives it as a key
		return true
	case 'r':
		w.begin(ctx)
		return false
	case 'n':
		err = w.next(ctx)
	case 'l':
		err = w.list()
	case 'h':
		err = w.hint()
	case 'p':
		w.openPage()
		w.footer()
	}
	if err != nil {
		fmt.Fprintf(w.errs, "checker: %s\n", report.Clean(err.Error()))
	}
	return false
}

func (w *watcher) list() error {
	seen, err := progress.Open(w.on.dir)
	if err != nil {
		return err
	}
	w.listLesson(w.on.lesson, seen)
	w.footer()
	return nil
}

// hint shows one more hint for the exercise on the screen.
func (w *watcher) hint() error {
	e := w.current()
	if e == nil {
		return nil
	}
	at := *w.on
	at.exercise = e
	var err error
	if at.seen, err = progress.Open(w.on.dir); err != nil {
		return err
	}
	if err := w.showHint(&at); err != nil {
		return err
	}
	w.footer()
	return nil
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

// next moves on to the exercise after the one shown that does not pass either,
// or, where all pass, to the next lesson that is not finished.
func (w *watcher) next(ctx context.Context) error {
	if w.last != nil && w.last.Passes() {
		on, err := w.openWatch(nil)
		if err != nil || on.lesson == w.on.lesson {
			return err
		}
		w.end()
		if err := w.turnTo(on); err != nil {
			return err
		}
		w.begin(ctx)
		return nil
	}
	now, behind := w.current(), false
	for _, e := range append(w.on.lesson.Exercises[:len(w.on.lesson.Exercises):len(w.on.lesson.Exercises)], w.on.lesson.Exercises...) {
		if now == nil {
			break
		}
		if x := w.last.Exercise(e.Name); behind && x != nil && x.Verdict != report.Pass {
			w.shown = e
			w.show()
			if w.now != nil { // what is shown is of the save before
				w.sayJudging()
			}
			break
		}
		behind = behind || e == now
	}
	return nil
}

// openPage opens the lesson's page with the system's opener; without one, or
// without a display, it is shown here.
func (w *watcher) openPage() {
	page := filepath.Join(w.on.dir, "lessons", w.on.lesson.Name, "README.md")
	opener := map[string]string{"darwin": "open", "linux": "xdg-open"}[runtime.GOOS]
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		opener = ""
	}
	if opener != "" {
		cmd := exec.Command(opener, page)
		if cmd.Start() == nil {
			go cmd.Wait() // ends with the opener, which hands over and leaves
			fmt.Fprintf(w.out, "opening %s\n", seenFromHere(page))
			return
		}
	}
	text := w.on.lesson.Page.Text
	if e := w.current(); e != nil {
		text = section(text, e.Name)
	}
	w.printPage(text)
	fmt.Fprintf(w.out, "\nall of it: checker page %s\n", w.on.lesson.Name)
}
