package cli

import (
	"bufio"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/stub"

	"github.com/spf13/cobra"
)

func (a *app) solution() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "solution [lesson] exercise",
		Short: "Show the difference between your code and the reference of an exercise",
		Long: `Show the reference of an exercise next to your code. Before the exercise has
passed this asks first, and is recorded in your progress.`,
		Example:           "  checker solution lesson1 ReadMagic",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(args)
			if err != nil {
				return err
			}
			if !w.named {
				return misuse(fmt.Sprintf("checker solution %s %s", w.lesson.Name, w.exercise.Name), "name an exercise of %s", w.lesson.Name)
			}
			if !w.seen.Has(progress.Passed, w.lesson.Name, w.exercise.Name) {
				if !yes && !a.confirm(fmt.Sprintf("%s has not passed yet. Show the solution anyway? This is recorded.", w.exercise.Name)) {
					return misuse(fmt.Sprintf("checker hint %s %s gives a nudge; --yes shows the solution", w.lesson.Name, w.exercise.Name), "not shown")
				}
				w.seen.Note(progress.Solution, w.lesson.Name, w.exercise.Name, time.Now())
				if err := w.seen.Save(); err != nil {
					return err
				}
			}
			return a.diffExercise(w, func(file string) ([]byte, error) {
				src, err := fs.ReadFile(w.book.Solutions, file)
				return stub.Unmark(stub.Retarget(src)), err
			}, "reference")
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// confirm asks a question that is answered by y or yes.
func (a *app) confirm(question string) bool {
	fmt.Fprintf(a.errs, "%s [y/N] ", question)
	line, _ := bufio.NewReader(a.in).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}
