package cli

import (
	"fmt"
	"strconv"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"

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
