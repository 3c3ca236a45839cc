// Package cli is the checker's command line: one file a verb.
//
// The program speaks one way. A problem is two lines on standard error, lower
// case and without a full stop: "checker: no lesson "lesson9"", then "hint: run
// "checker list"". Results go to standard output. Exit 0 says that everything
// asked for passes, 1 that the learner's code does not, 2 that the program was
// misused or could not do its work.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
	"nodebook/lessons"
	"nodebook/solutions"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// errNotPassed ends the program with 1 after a report has been shown.
var errNotPassed = errors.New("not everything passes")

// hinted is an error that says what to do about it.
type hinted struct {
	error
	hint string
}

func (h hinted) Hint() string  { return h.hint }
func (h hinted) Unwrap() error { return h.error }

// misuse is an error with a hint.
func misuse(hint, format string, args ...any) error {
	return hinted{fmt.Errorf(format, args...), hint}
}

// goStack is Go's own bound of a goroutine's stack, in bytes: go/parser goes as
// deep as code is nested, and tells when that is too deep before it gets there.
const goStack = 1_000_000_000

// Main runs the checker and returns its exit status.
func Main(args []string) int {
	debug.SetMaxStack(goStack) // compiled hidden tests bring along package expect, which lowers it
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return Run(ctx, args, os.Stdin, os.Stdout, os.Stderr)
}

// Run is Main with its surroundings given.
func Run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	app := &app{in: in, out: out, errs: errs}
	defer app.interpreter.Close()
	root := app.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNotPassed):
		return 1
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(errs, "checker: interrupted")
		return 2
	}
	fmt.Fprintf(errs, "checker: %s\n", report.Clean(err.Error()))
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		fmt.Fprintf(errs, "hint: %s\n", h.Hint())
	}
	return 2
}

// app is one run of the checker.
type app struct {
	in        io.Reader
	out, errs io.Writer

	interpreter interpreter.Engine
}

func (a *app) root() *cobra.Command {
	cmd := a.check()
	cmd.AddCommand(a.list(), a.watch(), a.hint(), a.page(), a.diff(), a.solution(), a.reset(), a.skip())
	cmd.AddCommand(a.init(), a.update(), a.doctor())
	cmd.AddCommand(a.author(), a.serve(), a.export(), a.grade(), a.similar())
	cmd.AddCommand(a.completion())
	cmd.SetHelpCommand(&cobra.Command{Hidden: true}) // "checker VERB --help" is enough
	explainArguments(cmd)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return misuse(fmt.Sprintf("run %q", c.CommandPath()+" --help"), "%w", err)
	})
	return cmd
}

// explainArguments makes every verb answer a wrong number of arguments with how
// it is used.
func explainArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if check(c, args) == nil {
				return nil
			}
			return misuse(fmt.Sprintf("run %q", c.CommandPath()+" --help"), "use it as %q", strings.TrimSuffix(c.UseLine(), " [flags]"))
		}
	}
	for _, sub := range cmd.Commands() {
		explainArguments(sub)
	}
}

// book is the workbook's lessons, as this binary holds them.
func (a *app) book() (*workbook.Book, error) { return workbook.New(solutions.Files, lessons.Files) }

// here is the root of the learner's workbook.
func (a *app) here() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	root, err := workbook.Find(dir)
	if errors.Is(err, workbook.ErrNoWorkbook) {
		return "", misuse("change into the workbook's folder, the one that holds go.mod and lessons", "%w", err)
	}
	if real, rerr := filepath.EvalSymlinks(root); err == nil && rerr == nil {
		root = real // the go command names files by where they really are
	}
	return root, err
}

// style is how text may look on w.
func style(w io.Writer) report.Style { return report.Style{Colour: colour(w)} }

// colour tells whether w is a terminal whose user has not asked for no colour.
func colour(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
