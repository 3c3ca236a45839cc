package cli

import (
	"fmt"
	"time"

	"nodebook/checker/internal/progress"

	"github.com/spf13/cobra"
)

func (a *app) skip() *cobra.Command {
	var undo bool
	cmd := &cobra.Command{
		Use:   "skip lesson [exercise]",
		Short: "Leave an exercise aside: the next one is suggested instead",
		Long: `Leave an exercise aside. It is still checked, and "checker list" shows it as
skipped. Without an exercise, the first one of the lesson that has not passed.`,
		Example:           "  checker skip lesson1 ReadMagic\n  checker skip lesson1 ReadMagic --undo",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			e := w.exercise
			done := "is skipped"
			if undo {
				w.seen.Forget(progress.Skipped, w.lesson.Name, e.Name)
				done = "is not skipped any more"
			} else {
				w.seen.Note(progress.Skipped, w.lesson.Name, e.Name, time.Now())
			}
			if err := w.seen.Save(); err != nil {
				return fmt.Errorf("nothing has changed, since progress cannot be saved: %w", err)
			}
			fmt.Fprintf(a.out, "%s %s\n", e.Name, done)
			if next := nextOpen(w.lesson, w.seen); next != nil {
				fmt.Fprintf(a.out, "next: checker %s %s\n", w.lesson.Name, next.Name)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&undo, "undo", false, "take it up again")
	return cmd
}
