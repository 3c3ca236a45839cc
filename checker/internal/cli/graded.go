package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"nodebook/checker/internal/grade/trial"
)

// asGraded says what grading would refuse of the learner's code for a lesson.
func (a *app) asGraded(ctx context.Context, args []string, f checkFlags) error {
	book, err := a.book()
	if err != nil {
		return err
	}
	lesson, _, err := find(book, args)
	if err != nil {
		return err
	}
	root, err := a.here()
	if err != nil {
		return err
	}
	refused, err := trial.AsGraded(ctx, root, book, lesson)
	if errors.Is(err, exec.ErrNotFound) {
		return misuse("install Go from https://go.dev/dl", "--as-graded needs the go command")
	}
	if err != nil {
		return err
	}
	out := a.out
	if f.json {
		out = a.errs
	}
	fmt.Fprintln(out)
	if len(refused) == 0 {
		fmt.Fprintln(out, "as graded: nothing of this lesson would be refused")
		return nil
	}
	for _, p := range refused {
		fmt.Fprintln(out, p)
	}
	fmt.Fprintf(out, "as graded: the exercises of a package with one of these would get no points\n")
	return errNotPassed
}
