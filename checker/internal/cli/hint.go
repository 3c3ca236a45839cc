package cli

import (
	"fmt"
	"strconv"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) hint() *cobra.Command {
	return &cobra.Command{
		Use:   "hint lesson [exercise]",
		Short: "Show the next hint for an exercise",
		Long: `Show the hints for an exercise, one more each time, from an idea to nearly the
answer. Without an exercise, the first one of the lesson that has not passed.`,
		Example:           "  checker hint lesson1\n  checker hint lesson1 ReadMagic",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			if !w.named && nextOpen(w.lesson, w.seen) == nil {
				fmt.Fprintf(a.out, "all of %s has passed; name an exercise to see its hints: checker hint %s %s\n", w.lesson.Name, w.lesson.Name, w.exercise.Name)
				return nil
			}
			return a.showHint(w)
		},
	}
}

// showHint shows what was shown before and one more.
func (a *app) showHint(w *work) error {
	e := w.exercise
	if len(e.Hints) == 0 {
		return misuse("", "there are no hints for %s", e.Name)
	}
	n := min(w.seen.Count(progress.Hints, w.lesson.Name, e.Name)+1, len(e.Hints))
	w.seen.Set(progress.Hints, w.lesson.Name, e.Name, strconv.Itoa(n))
	unsaved := w.seen.Save()
	s := style(a.out)
	for i, h := range e.Hints[:n] {
		fmt.Fprintf(a.out, "%s\n%s\n\n", s.Bold(fmt.Sprintf("%s, hint %d of %d", e.Name, i+1, len(e.Hints))), plain(report.Clean(h)))
	}
	if unsaved != nil {
		fmt.Fprintf(a.errs, "checker: progress was not saved, so the same hint comes next time: %v\nhint: the others are on the page: checker page %s\n", unsaved, w.lesson.Name)
		return nil
	}
	if n < len(e.Hints) {
		fmt.Fprintf(a.out, "another one: checker hint %s %s\n", w.lesson.Name, e.Name)
	} else {
		fmt.Fprintln(a.out, "that is the last one")
	}
	return nil
}

// work is what most verbs need: the workbook, a lesson and an exercise of it,
// and what the learner has done.
type work struct {
	dir      string // the root of the learner's workbook
	book     *workbook.Book
	lesson   *workbook.Lesson
	exercise *workbook.Exercise // the one named, or the first that has not passed
	named    bool
	seen     *progress.Book
}

// open reads the arguments "lesson [exercise]".
func (a *app) open(args []string) (*work, error) {
	w := &work{}
	var err error
	if w.book, err = a.book(); err != nil {
		return nil, err
	}
	lesson, exercises, err := find(w.book, args)
	if err != nil {
		return nil, err
	}
	w.lesson = lesson
	if w.dir, err = a.here(); err != nil {
		return nil, err
	}
	if w.seen, err = progress.Open(w.dir); err != nil {
		return nil, err
	}
	if len(exercises) > 0 {
		w.exercise, w.named = exercises[0], true
		return w, nil
	}
	w.exercise = nextOpen(w.lesson, w.seen)
	if w.exercise == nil {
		w.exercise = lesson.Exercises[len(lesson.Exercises)-1]
	}
	return w, nil
}

// nextOpen is the first exercise of a lesson that has neither passed nor been
// skipped, or nil.
func nextOpen(l *workbook.Lesson, seen *progress.Book) *workbook.Exercise {
	for _, e := range l.Exercises {
		if !seen.Done(l.Name, e.Name) && !seen.Has(progress.Skipped, l.Name, e.Name) {
			return e
		}
	}
	return nil
}
