// Package cli is the checker's command line.
//
// A file named for a verb contains that verb and nothing that another one uses.
// What verbs share has its own file:
//
//	cli.go         the program: its verbs, and how it starts and ends
//	work.go        the lesson and the exercise that the arguments name
//	engine.go      which engine answers, or both
//	remember.go    what is kept from one run to the next
//	buildcache.go  a build cache that is still cold
//	handout.go     the files that "checker init" hands out
//	compare.go     the learner's function next to another text of it
//	markdown.go    a page in the terminal
//	terminal*.go   colours, width and keys
//	places.go      paths as they are seen from the current folder
//	messages.go    errors with a hint
//	complete.go    the words that a shell completes
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
	"runtime/debug"
	"strings"
	"syscall"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/report"

	"github.com/spf13/cobra"
)

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
	var status exitStatus
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNotPassed):
		return 1
	case errors.As(err, &status):
		return int(status)
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
	cmd.AddCommand(a.run(), a.simnet())
	cmd.AddCommand(a.init(), a.update(), a.doctor())
	cmd.AddCommand(a.author(), a.serve(), a.kernel(), a.export(), a.grade(), a.gradeWorker(), a.gradebook(), a.similar())
	cmd.AddCommand(a.completion())
	cmd.InitDefaultHelpCmd() // not listed: "checker VERB --help" says the same
	for _, sub := range cmd.Commands() {
		sub.Hidden = sub.Hidden || sub.Name() == "help"
	}
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
