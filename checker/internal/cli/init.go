package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"

	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures"

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
			fmt.Fprintf(a.out, "next: cd %s, then run \"checker lesson1\"\n", args[0])
			return nil
		},
	}
	cmd.Flags().BoolVar(&cold, "cold", false, "do not warm the build cache")
	return cmd
}

// workbookFiles are all files that this binary hands out.
func (a *app) workbookFiles() (map[string][]byte, error) {
	book, err := a.book()
	if err != nil {
		return nil, err
	}
	src, err := handout.FromBinary(book, fixtures.Files)
	if err != nil {
		return nil, err
	}
	files, err := handout.Files(src)
	if err != nil {
		return nil, err
	}
	extras, err := handout.Extras()
	maps.Copy(files, extras)
	return files, err
}

// writeWorkbook writes a workbook beside its place first, so that a folder that
// is there holds all of one.
func (a *app) writeWorkbook(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return misuse("name a folder that is new or empty; \"checker update\" brings a workbook up to date", "%s is not empty", dir)
	}
	files, err := a.workbookFiles()
	if err != nil {
		return err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(abs), ".nodebook-init-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := handout.Write(tmp, files); err != nil {
		return err
	}
	if err := handout.Sums(files).Write(tmp); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := os.Remove(abs); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(tmp, abs)
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
		if err != nil || len(l.Exercises) == 0 {
			continue
		}
		a.warmLesson(ctx, root, book, l)
	}
	if isTerminal(a.out) {
		fmt.Fprintln(a.out)
	}
	done()
}

// warmLesson judges one exercise of a lesson: to build the tests is what counts.
func (a *app) warmLesson(ctx context.Context, root string, book *workbook.Book, l *workbook.Lesson) {
	judge.Lesson(ctx, judge.Request{Root: root, Book: book, Lesson: l, Exercises: l.Exercises[:1],
		Solutions: source.All, Seed: 1, Engine: &gotest.Engine{}})
}

func (a *app) update() *cobra.Command {
	return &cobra.Command{
		Use:   "update",
		Short: "Bring newer pages, stubs and fixtures; what you have changed stays as it is",
		Long: `Bring the pages, stubs and fixtures of this checker into a workbook that "checker
init" made. A file that you have changed is kept; its newer version is put below
.nodebook/new.`,
		Example: "  checker update",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			root, err := a.here()
			if err != nil {
				return err
			}
			old, err := handout.ReadManifest(root)
			if err != nil {
				return err
			}
			if old == nil {
				return misuse("in a clone of the project, git pull does it", "this workbook was not made by checker init")
			}
			files, err := a.workbookFiles()
			if err != nil {
				return err
			}
			changes, err := handout.Update(root, old, files)
			for _, c := range changes {
				note := ""
				if c.What == handout.Kept {
					note = "   you have changed it; the newer one is .nodebook/new/" + c.Name
				}
				fmt.Fprintf(a.out, "%-8s %s%s\n", c.What, c.Name, note)
			}
			if err == nil && len(changes) == 0 {
				fmt.Fprintln(a.out, "everything is up to date")
			}
			return err
		},
	}
}
