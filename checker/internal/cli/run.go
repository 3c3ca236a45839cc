package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

// runFlags are what a run of a program can be told.
type runFlags struct {
	solutions string
	said      bool // --solutions was given
	remember  bool
}

func (a *app) run() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run lesson [argument...]",
		Short: "Run a lesson's program, with references in place of what you choose",
		Long: `Build a lesson's program from your code and run it, as "go run ./lessons/lesson4"
does. --solutions and --remember come before the lesson or right after it; everything
after it goes to the program unchanged.

With --solutions=earlier the references of the earlier lessons stand in for your
code; with missing they stand in for every function that you have not written yet,
in any lesson; with all, none of your code runs except the program itself. Your
workbook stays unchanged.

Exit status: the program's; 1 if your code does not compile; 2 wrong usage.`,
		Example: `  checker run lesson1
  checker run lesson4 -peers 500
  checker run --solutions=missing lesson4 -only pool`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeLesson,
		RunE: func(cmd *cobra.Command, args []string) error {
			rest, err := f.after(cmd, args[1:])
			if err != nil {
				return err
			}
			f.said = cmd.Flags().Changed("solutions")
			return a.runProgram(cmd.Context(), args[0], rest, f)
		},
	}
	cmd.Flags().SetInterspersed(false) // what follows the lesson is the program's
	cmd.Flags().StringVar(&f.solutions, "solutions", "none", "what the references replace in your code: none, earlier (lessons), missing (functions) or all")
	cmd.RegisterFlagCompletionFunc("solutions", words("none", "earlier", "missing", "all"))
	cmd.Flags().BoolVar(&f.remember, "remember", false, "run this lesson's program with these --solutions from now on")
	return cmd
}

// after takes this command's flags that stand right after the lesson, and
// returns the program's arguments. "--" says that all that follows is the
// program's.
func (f *runFlags) after(cmd *cobra.Command, all []string) (rest []string, err error) {
	args := all
	for len(args) > 0 {
		name, value, given := strings.Cut(args[0], "=")
		args = args[1:]
		switch {
		case name == "--remember" && !given:
			f.remember = true
			continue
		case name == "--solutions" && !given && len(args) > 0:
			value, args = args[0], args[1:]
		case name == "--solutions":
		case name == "--" && !given:
			return args, nil
		default:
			return all[len(all)-len(args)-1:], nil
		}
		if err := cmd.Flags().Set("solutions", value); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (a *app) runProgram(ctx context.Context, name string, args []string, f runFlags) error {
	book, err := a.book()
	if err != nil {
		return err
	}
	lesson, err := book.FindLesson(name)
	if err != nil {
		return err
	}
	root, err := a.here()
	if err != nil {
		return err
	}
	mode, err := a.runMode(f, root, lesson)
	if err != nil {
		return err
	}
	overlay, err := source.Program(root, book, lesson, mode)
	if err != nil {
		return err
	}
	dir, err := process.Folder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	runner := &cell.Runner{Root: root, Overlay: overlay}
	binary, env, problems, err := runner.BuildProgram(ctx, dir, lesson)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return noGo(err)
	case err != nil:
		return err
	case len(problems) > 0:
		return a.notCompiled(root, lesson, problems)
	}
	named := filepath.Join(dir, lesson.Name) // what a usage message calls it
	if err := os.Rename(binary, named); err != nil {
		named = binary
	}
	cmd := exec.Command(named, args...)
	cmd.Env = append(os.Environ(), env...)
	return a.passThrough(cmd)
}

// runMode is the mode asked for, or else the one to be remembered for this
// lesson's program, or else the one that it is checked with.
func (a *app) runMode(f runFlags, root string, l *workbook.Lesson) (source.Mode, error) {
	if f.remember && !f.said {
		return "", misuse(fmt.Sprintf("checker run --solutions=missing --remember %s", l.Name), "--remember goes with --solutions")
	}
	seen, err := progress.Open(root)
	if err != nil {
		return "", err
	}
	if !f.said {
		word := seen.Word(progress.Run, l.Name, progress.EveryExercise)
		if word == "" {
			word = seen.Word(progress.Mode, l.Name, progress.EveryExercise)
		}
		if word != "" && word != string(source.None) {
			f.solutions = word
			fmt.Fprintf(a.errs, "checker: with --solutions=%s, as remembered; --solutions=none --remember ends it\n", report.Clean(word))
		}
	}
	mode, err := source.ParseProgramMode(f.solutions)
	if err != nil {
		return "", misuse(`run "checker run --help"`, "--solutions: %w", err)
	}
	if f.remember {
		seen.Set(progress.Run, l.Name, progress.EveryExercise, string(mode))
		return mode, seen.Save()
	}
	return mode, nil
}

// notCompiled says where the learner's code does not compile.
func (a *app) notCompiled(root string, l *workbook.Lesson, problems []cell.Problem) error {
	place := fromHere(root)
	for _, p := range problems {
		p.File = place(p.File)
		fmt.Fprintln(a.errs, report.Clean(p.String()))
	}
	fmt.Fprintf(a.errs, "checker: %s does not compile\nhint: run \"checker %s\"\n", l.Name, l.Name)
	return exitStatus(1)
}

// exitStatus ends the checker with the status of a program that it ran.
type exitStatus int

func (x exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(x)) }

// passThrough runs a program in our place: it has our terminal, gets our signals,
// and its exit status is ours. What Ctrl-C sends goes to both of us, so it is
// passed on only if it came in another way.
func (a *app) passThrough(cmd *exec.Cmd) error {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.in, a.out, a.errs
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return err
	}
	over := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				if s != os.Interrupt || !a.atTerminal() {
					cmd.Process.Signal(s)
				}
			case <-over:
				return
			}
		}
	}()
	err := cmd.Wait()
	close(over)
	if x := (*exec.ExitError)(nil); !errors.As(err, &x) {
		return err
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitStatus(128 + int(status.Signal())) // as a shell says it
	}
	return exitStatus(cmd.ProcessState.ExitCode())
}

// atTerminal reports whether Ctrl-C reaches the programs that we start.
func (a *app) atTerminal() bool {
	in, ok := a.in.(*os.File)
	return isTerminal(a.out) || isTerminal(a.errs) || ok && isTerminal(in)
}
