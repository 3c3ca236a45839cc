package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) init() *cobra.Command {
	var cold bool
	cmd := &cobra.Command{
		Use:   "init folder",
		Short: "Write a complete workbook into a new or empty folder",
		Long: `Write a complete workbook, without solutions or hidden tests, into a folder that
is new or empty. Nothing is fetched from the network.`,
		Example: "  checker init nodebook\n  cd nodebook\n  checker lesson1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.writeWorkbook(args[0]); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "a workbook is in %s\n", args[0])
			if !cold {
				a.warm(cmd.Context(), args[0])
			}
			fmt.Fprintf(a.out, "next: cd %s, then run \"checker serve\" to open it in the browser, or \"checker lesson1\" to work in an editor\n", args[0])
			return nil
		},
	}
	cmd.Flags().BoolVar(&cold, "cold", false, "do not warm the build cache")
	return cmd
}

// writeWorkbook writes a workbook into a folder that is new or empty.
func (a *app) writeWorkbook(dir string) error {
	files, err := a.workbookFiles()
	if err != nil {
		return err
	}
	err = handout.Init(dir, files)
	if errors.Is(err, handout.ErrNotEmpty) {
		return misuse("name a folder that is new or empty; \"checker update\" brings a workbook up to date", "%w", err)
	}
	return err
}

// warm builds the tests of every lesson once, so that the first answer is quick.
func (a *app) warm(ctx context.Context, dir string) {
	if _, err := exec.LookPath("go"); err != nil {
		fmt.Fprintln(a.out, "Go is not on PATH: install it from https://go.dev/dl; until then answers are interpreted")
		return
	}
	root, err := filepath.Abs(dir)
	if err != nil {
		return
	}
	book, err := a.book()
	if err != nil {
		return
	}
	done := a.noteWarm()
	for i, name := range book.Names() {
		if isTerminal(a.out) {
			fmt.Fprintf(a.out, "\rwarming the build cache: %d of %d ", i+1, len(book.Names()))
		}
		l, err := book.Lesson(name)
		if err != nil || ctx.Err() != nil {
			continue
		}
		a.warmLesson(ctx, root, book, l)
	}
	if isTerminal(a.out) {
		fmt.Fprintln(a.out)
	}
	done()
}

// warmLesson judges one exercise of each package of a lesson: to build the tests
// is what counts.
func (a *app) warmLesson(ctx context.Context, root string, book *workbook.Book, l *workbook.Lesson) {
	var some []*workbook.Exercise
	for _, e := range l.Exercises {
		if !slices.ContainsFunc(some, func(x *workbook.Exercise) bool { return x.Package == e.Package }) {
			some = append(some, e)
		}
	}
	judge.Lesson(ctx, judge.Request{Root: root, Book: book, Lesson: l, Exercises: some,
		Solutions: source.All, Seed: 1, Engine: &compiler.Engine{}})
}
