package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"

	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/watch"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) watch() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "watch [lesson [exercise]]",
		Short: "Check again whenever you save",
		Long: `Check a lesson again whenever a Go file below lessons/ is saved, and show its
first open exercise, or the one named. Without a lesson, the first one that is not
finished.

Keys: h hint, n next exercise, l list, r run again, p open the page, q quit.`,
		Example:           "  checker watch\n  checker watch lesson2\n  checker watch lesson2 ReadBool",
		Args:              cobra.MaximumNArgs(2),
		ValidArgsFunction: a.completeOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.said = cmd.Flags().Changed("solutions")
			on, err := a.openWatch(args)
			if err != nil {
				return err
			}
			w := &watcher{app: a, flags: f}
			if err := w.turnTo(on); err != nil {
				return err
			}
			if on.named {
				w.shown = on.exercise
			}
			return w.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&f.solutions, "solutions", "none", "what the references replace in your code: none, earlier (lessons) or all")
	cmd.RegisterFlagCompletionFunc("solutions", words("none", "earlier", "all"))
	cmd.Flags().StringVar(&f.engine, "engine", autoEngine, engines("both, the compiler decides"))
	cmd.RegisterFlagCompletionFunc("engine", words(autoEngine, goEngine, gotestEngine, yaegiEngine))
	return cmd
}

// openWatch opens the lesson named, or the first that is not finished.
func (a *app) openWatch(args []string) (*work, error) {
	if len(args) > 0 {
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
	flags checkFlags
	on    *work
	mode  source.Mode
	shown *workbook.Exercise // the exercise that "next" moved on to, or nil
	last  *report.Lesson     // what is on the screen, or nil
	now   *judgement         // under way, or nil
	state uint64             // of the files that it judges
	held  bool               // its answers are not shown: the save may not be over
	times watch.Options
	judge func(context.Context, judge.Request, func(*report.Lesson)) error // nil is both
}

// judgement is a run of the judge that can be taken back.
type judgement struct {
	cancel  context.CancelFunc
	reports chan *report.Lesson // closed at its end, when err is there
	err     error
}

// turnTo makes a lesson the one that is watched.
func (w *watcher) turnTo(on *work) error {
	mode, err := w.app.mode(w.flags, on.dir, on.lesson)
	w.on, w.mode, w.shown, w.last = on, mode, nil, nil
	return err
}

func (w *watcher) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	saves, err := watch.Saves(ctx, filepath.Join(w.on.dir, "lessons"), w.times)
	if err != nil {
		return err
	}
	defer rawTerminal(w.in)()
	resumed, ignore := onResume()
	defer ignore()
	keys := readKeys(ctx, w.in)
	warm := w.sayWarming()
	w.begin(ctx)
	defer func() { w.end() }()
	for {
		var reports chan *report.Lesson
		if w.now != nil && !w.held {
			reports = w.now.reports
		}
		select {
		case <-ctx.Done():
			return nil
		case save, ok := <-saves:
			if !ok {
				return nil
			}
			if save.State != w.state {
				w.state = save.State
				w.begin(ctx)
			}
			w.held = !save.Over
		case rep, ok := <-reports:
			if ok {
				w.take(rep)
			} else {
				w.finish(warm)
			}
		case <-resumed: // the shell may have left the terminal as it likes it
			rawTerminal(w.in)
			w.show()
		case key, ok := <-keys:
			if !ok {
				keys = nil
			} else if w.key(ctx, key) {
				return nil
			}
		}
	}
}

// begin takes back the judgement under way, waits for its end, and starts again:
// what is judged is always what was saved last.
func (w *watcher) begin(ctx context.Context) {
	w.sayJudging()
	w.warmInterpreter() // while what is under way comes to its end
	w.end()
	ctx, cancel := context.WithCancel(ctx)
	j := &judgement{cancel: cancel, reports: make(chan *report.Lesson)}
	w.now = j
	run := w.judge
	if run == nil {
		run = w.both
	}
	q := judge.Request{Root: w.on.dir, Book: w.on.book, Lesson: w.on.lesson, Solutions: w.mode, Seed: 1 + rand.Uint64N(99_999)}
	go func() {
		defer close(j.reports)
		j.err = run(ctx, q, func(rep *report.Lesson) {
			select {
			case j.reports <- rep:
			case <-ctx.Done():
			}
		})
	}()
}

// sayJudging says that an answer is on its way, once the save is over.
func (w *watcher) sayJudging() {
	if !w.held {
		fmt.Fprintf(w.out, "judging %s\n", w.on.lesson.Name)
	}
}

// both gives the answers of the engines that there are: on a terminal an
// interpreted one at once.
func (w *watcher) both(ctx context.Context, q judge.Request, answer func(*report.Lesson)) error {
	engine, err := w.engine(w.flags.engine, true)
	if err != nil {
		return err
	}
	return w.answers(ctx, q, engine, answer)
}

// warmInterpreter gets an interpreter ready for the next save.
func (w *watcher) warmInterpreter() {
	if engine, err := w.engine(w.flags.engine, true); err == nil && engine != goEngine {
		w.interpreter.Warm(w.on.lesson)
	}
}

// end takes the judgement under way back, and what it still says with it.
func (w *watcher) end() {
	if w.now == nil {
		return
	}
	w.now.cancel()
	for range w.now.reports {
	}
	w.now = nil
}

// take shows an answer.
func (w *watcher) take(rep *report.Lesson) {
	if !rep.Interim {
		w.remember(w.on.dir, rep, w.mode)
	}
	rep = rep.Relocate(fromHere(w.on.dir))
	w.last = rep
	if w.shown != nil {
		if e := rep.Exercise(w.shown.Name); e == nil || e.Verdict == report.Pass {
			w.shown = nil
		}
	}
	w.show()
}

// finish says what kept the judgement that has ended from an answer.
func (w *watcher) finish(warm func()) {
	err := w.now.err
	w.end()
	switch {
	case err == nil:
		warm()
		w.warmInterpreter()
	case errors.Is(err, exec.ErrNotFound):
		fmt.Fprintln(w.errs, "checker: the go command is not on PATH\nhint: install Go from https://go.dev/dl and open a new terminal")
	case !errors.Is(err, context.Canceled):
		fmt.Fprintf(w.errs, "checker: %s\n", report.Clean(err.Error()))
	}
}
