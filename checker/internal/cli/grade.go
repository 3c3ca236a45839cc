package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

// gradeFlags are what a batch can be told.
type gradeFlags struct {
	lessons, only     []string
	solutions, points string
	roster, out       string
	late              float64
	seed              uint64
	jobs              int
	timeout           time.Duration
	memory            int64
	noJail, printed   bool

	queue, credentials, serveQueue string
	watch                          bool
}

func (a *app) grade() *cobra.Command {
	var f gradeFlags
	cmd := &cobra.Command{
		Use:   "grade submissions",
		Short: "Grade a class: a folder of submissions, none of which is trusted",
		Long: `Grade a folder of submissions: folders or archives (zip, tar.gz), each with a
learner's lessons somewhere in it. Their code is compiled and run in a jail.

Results go to the folder --out. A batch that was stopped continues from there
when it is started again. docs/grading.md explains all of it.

Exit status: 0 all are graded; 1 all are graded, but parts of some were left out,
which the notes name; 2 some could not be graded, or wrong usage.`,
		Example: "  checker grade class/\n  checker grade class/ --lesson 1 --points points.txt --roster class.csv --late 10",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.runGrade(cmd.Context(), args[0], f) },
	}
	cmd.Flags().StringSliceVar(&f.lessons, "lesson", nil, "grade this `LESSON` (again for more; default: all)")
	cmd.Flags().StringVar(&f.solutions, "solutions", grade.Both, "what the references replace: none, earlier (lessons), all; both grades with none and with earlier and takes the better")
	cmd.Flags().StringArrayVar(&f.only, "only", nil, "grade the submission of this `NAME` again, and no other (repeat for more)")
	cmd.Flags().StringVar(&f.points, "points", "", "a `FILE` of what exercises and their parts are worth: lines \"lesson1 ReadMagic 2\" or \"lesson1 0.5\"")
	cmd.Flags().StringVar(&f.roster, "roster", "", "a CSV `FILE` with the columns submission, id, name, late (days)")
	cmd.Flags().Float64Var(&f.late, "late", 0, "the `PERCENT` of the points that a day costs")
	cmd.Flags().StringVar(&f.out, "out", "grades", "the `FOLDER` that results go to")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "the seed that the tests' inputs are drawn from (default: a new one for a new batch)")
	cmd.Flags().IntVar(&f.jobs, "jobs", runtime.NumCPU()+1, "submissions graded at the same time")
	cmd.Flags().DurationVar(&f.timeout, "timeout", 0, "the time a lesson's tests may take (default: the lesson's, 10s)")
	cmd.Flags().Int64Var(&f.memory, "memory", 0, "the `MIB` of memory that tests may use (default: the lesson's, 512)")
	cmd.Flags().BoolVar(&f.printed, "printed", false, "results show what their code printed in a failing test too; that may differ from run to run")
	cmd.Flags().BoolVar(&f.noJail, "no-jail", false, "run their code as yourself, with no protection at all; every result records it")
	cmd.Flags().StringVar(&f.queue, "queue", "", "let the graders of this NATS `SERVER` do the work, nats://HOST:4222 (see checker grade-worker)")
	cmd.Flags().StringVar(&f.credentials, "credentials", "", "a `FILE` of NATS credentials for --queue")
	cmd.Flags().StringVar(&f.serveQueue, "serve-queue", "", "start a queue server at this `ADDRESS`, HOST:PORT, and use it as --queue")
	cmd.Flags().BoolVar(&f.watch, "watch", false, "keep going: grade new submissions as they arrive, until Ctrl-C")
	return cmd
}

func (a *app) runGrade(ctx context.Context, dir string, f gradeFlags) error {
	o, err := a.gradeOptions(dir, f)
	if err != nil {
		return err
	}
	if o.Jail, err = openJail(ctx, f.noJail); err != nil {
		return err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return misuse("--out takes a folder that can be written", "%w", err)
	}
	unlock, err := grade.Lock(o.Out)
	if err != nil {
		return misuse("wait for the other batch, or give this one another folder with --out", "%w", err)
	}
	defer unlock()
	if err := grade.Clear(o.Out); err != nil {
		return err
	}
	defer grade.Clear(o.Out)
	files, err := a.module(o.Book)
	if err != nil {
		return err
	}
	o.Engine, err = trial.New(ctx, trial.Options{Book: o.Book, Module: files, Work: grade.Work(o.Out), Jail: o.Jail, Limits: o.Limits})
	if errors.Is(err, exec.ErrNotFound) {
		return misuse("install Go from https://go.dev/dl", "the go command is not on PATH")
	}
	if err != nil {
		return err
	}
	o.Progress = a.gradeProgress()
	if f.queue != "" || f.serveQueue != "" {
		end, err := a.elsewhere(ctx, &o, f)
		if err != nil {
			return err
		}
		defer end()
	}
	if f.watch {
		return a.watchClass(ctx, o)
	}
	return a.gradeOnce(ctx, o)
}

// gradeOnce grades what is there, and writes the results.
func (a *app) gradeOnce(ctx context.Context, o grade.Options) error {
	c, err := grade.Run(ctx, o)
	var byHand *grade.HandError
	switch {
	case errors.Is(err, grade.ErrNoSubmission):
		return misuse("the names are those of the folders and archives in "+o.Dir+", without .zip", "--only: %w", err)
	case errors.As(err, &byHand):
		return misuse("docs/grading.md says what it may contain", "%w", err)
	case errors.Is(err, grade.ErrOtherBatch):
		return misuse("give another folder with --out, or remove "+grade.JournalName+" in it to start again", "%s: %w", o.Out, err)
	case err != nil:
		return err
	}
	if err := alike(c, o); err != nil {
		return err
	}
	if err := c.Write(o.Out); err != nil {
		return err
	}
	c.Table(a.out, style(a.out))
	fmt.Fprintf(a.out, "\nresults are in %s\n", o.Out)
	if n := c.Broken(); n > 0 {
		return misuse("run the same command again: what has been graded is kept", "%d of %d submissions could not be graded", n, len(c.Submissions))
	}
	if len(c.Unmet) > 0 {
		fmt.Fprintf(a.errs, "checker: %s names what is not in the class\n", filepath.Join(o.Out, grade.HandName))
	}
	if n := c.Noted(); n > 0 {
		fmt.Fprintf(a.errs, "checker: look at %d of %d submissions: something of them could not be graded as it was handed in\n", n, len(c.Submissions))
	}
	if c.Noted() > 0 || len(c.Unmet) > 0 {
		return exitStatus(1)
	}
	return nil
}

// alike looks for submissions that share code, for the class report. One that cannot
// be read has no code to share.
func alike(c *grade.Class, o grade.Options) error {
	var prefixes []string
	for _, l := range o.Lessons {
		prefixes = append(prefixes, "lessons/"+l.Name+"/")
	}
	subs, _, err := readClass(o.Dir, prefixes...)
	if err != nil {
		return err
	}
	given, err := givenCode(o.Book)
	if err != nil {
		return err
	}
	c.Alike(subs, given)
	return nil
}

// gradeOptions reads what the flags name.
func (a *app) gradeOptions(dir string, f gradeFlags) (o grade.Options, err error) {
	switch info, err := os.Stat(dir); {
	case err != nil:
		return o, misuse("name the folder that has the submissions in it", "no folder %s", dir)
	case !info.IsDir():
		return o, misuse("unpack what your platform gave you into a folder, and name that", "%s is a file, and not a folder", dir)
	}
	switch {
	case f.queue != "" && f.serveQueue != "":
		return o, misuse("--serve-queue starts a queue and uses it: leave --queue out", "--queue and --serve-queue name two queues")
	case len(f.only) > 0 && (f.queue != "" || f.serveQueue != "" || f.watch):
		return o, misuse("grade them on this machine: leave --queue, --serve-queue and --watch out", "--only is for a few submissions")
	case f.credentials != "" && f.queue == "":
		return o, misuse("name the server with --queue", "--credentials are for a queue, and none is named")
	}
	o = grade.Options{Dir: dir, Out: f.out, Solutions: f.solutions, Seed: f.seed, Jobs: f.jobs, Late: f.late, Only: f.only, Printed: f.printed, Now: time.Now}
	o.Limits = func(l *workbook.Lesson) workbook.Limits {
		lim := trial.Limits(l)
		if f.timeout > 0 {
			lim.Timeout = f.timeout
		}
		if f.memory > 0 {
			lim.Memory = f.memory << 20
		}
		return lim
	}
	if o.Book, err = a.book(); err != nil {
		return o, err
	}
	if f.solutions != grade.Both {
		if _, err := source.ParseMode(f.solutions); err != nil {
			return o, misuse(`run "checker grade --help"`, "--solutions: no mode %q: use both, none, earlier or all", f.solutions)
		}
	}
	if f.late < 0 || f.late > 100 {
		return o, misuse("give the percent of the points that a day costs", "--late: %v is not between 0 and 100", f.late)
	}
	if len(f.lessons) == 0 {
		f.lessons = o.Book.Names()
	}
	for _, name := range f.lessons {
		l, err := o.Book.FindLesson(name)
		if err != nil {
			return o, err
		}
		if !slices.Contains(o.Lessons, l) { // 1 and lesson1 are one
			o.Lessons = append(o.Lessons, l)
		}
	}
	if o.Seed == 0 {
		o.Seed = grade.Seed(f.out)
	}
	if o.Seed == 0 {
		// More than code under test could try, to find the seed of what it is given:
		// who knows that, knows what comes. Every JSON reader takes 53 bits.
		o.Seed = 1 + rand.Uint64N(1<<53-1)
	}
	return o, gradeLists(&o, f)
}

func gradeLists(o *grade.Options, f gradeFlags) error {
	if f.points != "" {
		r, err := os.Open(f.points)
		if err != nil {
			return misuse("--points takes the name of a file", "%w", err)
		}
		defer r.Close()
		if o.Points, err = grade.ReadPoints(r, o.Book); err != nil {
			return misuse(`a line is "lesson1 ReadMagic 2", "lesson1 ReadMagic TestReadMagic_cut 0.5" or "lesson1 0.5"`, "%s: %w", f.points, err)
		}
	}
	if f.roster != "" {
		r, err := os.Open(f.roster)
		if err != nil {
			return misuse("--roster takes the name of a file", "%w", err)
		}
		defer r.Close()
		if o.Roster, err = grade.ReadRoster(r); err != nil {
			return misuse("its first line names the columns: submission, id, name, late", "%s: %w", f.roster, err)
		}
	}
	return nil
}

// openJail is the jail, or none where the user has said so.
func openJail(ctx context.Context, none bool) (jail.Jail, error) {
	if none {
		return jail.Bare()
	}
	j, err := jail.Open(ctx)
	if errors.Is(err, jail.ErrUnavailable) {
		return nil, misuse("install bubblewrap and allow user namespaces (docs/grading.md), or say --no-jail to run their code with no protection", "%w", err)
	}
	return j, err
}

// gradeProgress writes one line that changes on a terminal, and else a line for
// every submission.
func (a *app) gradeProgress() func(grade.Progress) {
	terminal := isTerminal(a.errs)
	return func(p grade.Progress) {
		line := fmt.Sprintf("%d of %d graded", p.Done, p.Total)
		if p.Left >= time.Second {
			line += fmt.Sprintf(", about %v left", p.Left.Round(time.Second))
		}
		if !terminal {
			fmt.Fprintf(a.errs, "%s: %s\n", oneLine(p.Name), line)
			return
		}
		fmt.Fprintf(a.errs, "\r\x1b[K%s", line)
		if p.Done == p.Total {
			fmt.Fprint(a.errs, "\r\x1b[K")
		}
	}
}
