package cli

import (
	"fmt"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) list() *cobra.Command {
	return &cobra.Command{
		Use:               "list [lesson]",
		Short:             "List lessons and exercises, and which of them have passed",
		Example:           "  checker list\n  checker list lesson1",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeLesson,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.runList(args) },
	}
}

func (a *app) runList(args []string) error {
	book, err := a.book()
	if err != nil {
		return err
	}
	root, err := a.here()
	if err != nil {
		return err
	}
	seen, err := progress.Open(root)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		l, err := book.FindLesson(args[0])
		if err != nil {
			return err
		}
		a.listLesson(l, seen)
		return nil
	}
	next := ""
	for _, name := range book.Names() {
		l, err := book.Lesson(name)
		if err != nil {
			return err
		}
		n := 0
		for _, e := range l.Exercises {
			if seen.Done(l.Name, e.Name) {
				n++
			} else if next == "" && !seen.Has(progress.Skipped, l.Name, e.Name) {
				next = fmt.Sprintf("checker %s %s", l.Name, e.Name)
			}
		}
		fmt.Fprintf(a.out, "%s %-8s %3d of %-3d %s\n", tick(n == len(l.Exercises)), l.Name, n, len(l.Exercises), l.Title)
	}
	if next == "" {
		fmt.Fprintln(a.out, "\neverything has passed")
		return nil
	}
	fmt.Fprintf(a.out, "\nnext: %s\n", next)
	return nil
}

func (a *app) listLesson(l *workbook.Lesson, seen *progress.Book) {
	fmt.Fprintf(a.out, "%s  %s\n\n", l.Name, l.Title)
	width := 0
	for _, e := range l.Exercises {
		width = max(width, len(e.Name))
	}
	for i, e := range l.Exercises {
		when := ""
		t, passed := seen.When(progress.Passed, l.Name, e.Name)
		if since, broken := seen.When(progress.Broken, l.Name, e.Name); broken && passed {
			passed = false
			when = "passed before, fails since " + since.Local().Format("2006-01-02 15:04")
		} else if passed {
			when = "passed " + t.Local().Format("2006-01-02 15:04")
		} else if seen.Has(progress.Skipped, l.Name, e.Name) {
			when = "skipped"
		} else if seen.Has(progress.Solution, l.Name, e.Name) {
			when = "solution shown"
		}
		fmt.Fprintf(a.out, "%s %2d  %-*s  %-24s %s\n", tick(passed), i+1, width, e.Name, when, report.Clean(e.Title))
	}
	if next := nextOpen(l, seen); next != nil {
		fmt.Fprintf(a.out, "\nnext: checker %s %s\n", l.Name, next.Name)
	}
}

func tick(done bool) string {
	if done {
		return "✓"
	}
	return "·"
}
