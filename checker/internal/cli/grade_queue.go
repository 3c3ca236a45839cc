package cli

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/intake"
	"nodebook/checker/internal/grade/queue"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/workbook"

	"github.com/spf13/cobra"
)

// onQueue is how many submissions are on the queue at once: enough for many
// graders, and not a class of any size in memory.
const onQueue = 512

// QueueServer starts a queue server at an address, with its streams in a folder. It
// is nil in a program that has none.
var QueueServer func(address, folder string) (url string, stop func(), err error)

// elsewhere has a batch judged by the graders of a queue. End ends the connection,
// and the server if it was started here.
func (a *app) elsewhere(ctx context.Context, o *grade.Options, f gradeFlags) (end func(), err error) {
	url, stop := f.queue, func() {}
	if f.serveQueue != "" {
		if QueueServer == nil {
			return nil, misuse("build the one that has, with \"go build ./checker/grader\", or start \"nats-server -js\" and give its address with --queue", "this checker has no queue server in it")
		}
		folder := filepath.Join(o.Out, ".queue")
		if url, stop, err = QueueServer(f.serveQueue, folder); err != nil {
			return nil, misuse("--serve-queue takes HOST:PORT, such as 127.0.0.1:4222", "%s: %w", f.serveQueue, err)
		}
		fmt.Fprintf(a.errs, "the queue is at %s: start \"grader grade-worker --queue %s\" on each machine that is to grade\n", url, url)
	}
	q, err := queue.Open(ctx, url, f.credentials, a.say)
	if err != nil {
		stop()
		return nil, misuse("--queue takes the address of a NATS server with JetStream, nats://HOST:4222", "%w", err)
	}
	shut := func() { q.Close(); stop() }
	checker, err := queue.Checker(o.Engine.Toolchain())
	if err != nil {
		shut()
		return nil, err
	}
	settings := queue.Settings{Sum: grade.Batch(*o), Solutions: o.Solutions, Seed: o.Seed, Printed: o.Printed, Limits: map[string]workbook.Limits{}}
	for _, l := range o.Lessons {
		settings.Lessons = append(settings.Lessons, l.Name)
		settings.Limits[l.Name] = o.Limits(l)
	}
	c, err := queue.NewCoordinator(ctx, q, checker, settings, a.say)
	if err != nil {
		shut()
		return nil, err
	}
	o.Elsewhere, o.Jobs = c.Judge, onQueue
	return func() { c.Close(); shut() }, nil
}

func (a *app) say(text string) { fmt.Fprintf(a.errs, "%s\n", oneLine(text)) }

func (a *app) gradeWorker() *cobra.Command {
	var server, credentials string
	var atOnce int
	var noJail bool
	cmd := &cobra.Command{
		Use:   "grade-worker",
		Short: "Grade what \"checker grade --queue\" puts on a queue, until Ctrl-C",
		Long: `Take submissions from a queue, grade them in a jail, and send the results back. Any
number of machines can do this for one class. Each needs what "checker grade" needs,
and the same checker and Go as the machine that hands out the work: jobs from a
different checker or Go are left alone.

Exit status: 0 ended by Ctrl-C, 2 wrong usage, or no queue.`,
		Example: "  checker grade-worker --queue nats://10.0.0.5:4222",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if server == "" {
				return misuse("--queue takes the address that \"checker grade\" printed, or that of your NATS server: nats://HOST:4222", "no queue is named")
			}
			j, err := openJail(cmd.Context(), noJail)
			if err != nil {
				return err
			}
			return a.runGradeWorker(cmd.Context(), server, credentials, atOnce, j)
		},
	}
	cmd.Flags().StringVar(&server, "queue", "", "the NATS `SERVER`, nats://HOST:4222")
	cmd.Flags().StringVar(&credentials, "credentials", "", "a `FILE` of NATS credentials")
	cmd.Flags().IntVar(&atOnce, "jobs", runtime.NumCPU()+1, "submissions graded at the same time")
	cmd.Flags().BoolVar(&noJail, "no-jail", false, "run their code as yourself, with no protection at all")
	return cmd
}

func (a *app) runGradeWorker(ctx context.Context, server, credentials string, atOnce int, j jail.Jail) error {
	folder, err := os.MkdirTemp("", "nodebook-grader-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	w := &grader{app: a, jail: j, folder: folder, batches: map[string]*graderBatch{}}
	if w.book, err = a.book(); err != nil {
		return err
	}
	if w.module, err = a.module(w.book); err != nil {
		return err
	}
	any, err := w.engine(ctx, filepath.Join(folder, "any"), trial.Limits)
	if errors.Is(err, exec.ErrNotFound) {
		return misuse("install Go from https://go.dev/dl", "the go command is not on PATH")
	}
	if err != nil {
		return err
	}
	checker, err := queue.Checker(any.Toolchain())
	if err != nil {
		return err
	}
	q, err := queue.Open(ctx, server, credentials, a.say)
	if err != nil {
		return misuse("--queue takes the address of a NATS server with JetStream, nats://HOST:4222", "%w", err)
	}
	defer q.Close()
	a.say(fmt.Sprintf("grading for %s, %d at once; Ctrl-C ends it", server, atOnce))
	if err := queue.Work(ctx, q, checker, atOnce, w.judge, a.say); ctx.Err() == nil {
		return err
	}
	return nil
}

// grader judges jobs of several batches.
type grader struct {
	*app
	book   *workbook.Book
	module map[string][]byte
	jail   jail.Jail
	folder string

	mu      sync.Mutex
	batches map[string]*graderBatch // by their sum
	turn    int
}

type graderBatch struct {
	once    sync.Once
	err     error
	options grade.Options
	users   int
	turn    int // when it was used last
}

// mostBatches is how many batches a grader has ready at once.
const mostBatches = 4

func (w *grader) engine(ctx context.Context, folder string, limits func(*workbook.Lesson) workbook.Limits) (*trial.Engine, error) {
	return trial.New(ctx, trial.Options{Book: w.book, Module: w.module, Work: grade.Work(folder), Jail: w.jail, Limits: limits})
}

func (w *grader) judge(ctx context.Context, j *queue.Job) (*grade.Submission, error) {
	b := w.take(j.Batch.Sum)
	defer w.give(b)
	b.once.Do(func() { b.err = w.prepare(ctx, b, j.Batch) })
	if b.err != nil {
		return nil, b.err
	}
	s := &intake.Submission{Files: j.Files, Notes: j.Notes, Torn: j.Torn}
	if s.Digest() != j.Digest {
		return nil, errors.New("the files are not those of the job's digest")
	}
	return b.options.Judge(ctx, s)
}

// prepare makes a batch ready: its engine, with what all submissions share.
func (w *grader) prepare(ctx context.Context, b *graderBatch, s queue.Settings) (err error) {
	limits := func(l *workbook.Lesson) workbook.Limits { return s.Limits[l.Name] }
	b.options.Book, b.options.Solutions, b.options.Seed, b.options.Printed = w.book, s.Solutions, s.Seed, s.Printed
	b.options.Jail, b.options.Limits, b.options.Now = w.jail, limits, time.Now
	for _, name := range s.Lessons {
		l, err := w.book.Lesson(name)
		if err != nil {
			return err
		}
		b.options.Lessons = append(b.options.Lessons, l)
	}
	if b.options.Out, err = os.MkdirTemp(w.folder, "batch-"); err != nil {
		return err
	}
	if b.options.Engine, err = w.engine(ctx, b.options.Out, limits); err != nil {
		return err
	}
	if grade.Batch(b.options) != s.Sum {
		return errors.New("the batch was made with other hidden tests, limits or another jail than this grader has")
	}
	return b.options.Prepare(ctx)
}

// take is a batch in use. The one that was used longest ago makes room.
func (w *grader) take(sum string) *graderBatch {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.batches[sum]
	if b == nil || b.users == 0 && b.err != nil { // what failed is tried again
		b = &graderBatch{}
		w.batches[sum] = b
	}
	b.users++
	w.turn++
	b.turn = w.turn
	for len(w.batches) > mostBatches {
		oldest := ""
		for sum, x := range w.batches {
			if x.users == 0 && (oldest == "" || x.turn < w.batches[oldest].turn) {
				oldest = sum
			}
		}
		if oldest == "" {
			break
		}
		os.RemoveAll(w.batches[oldest].options.Out)
		delete(w.batches, oldest)
	}
	return b
}

func (w *grader) give(b *graderBatch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b.users--
}

// watchClass grades a folder whenever something new lies in it. A submission is
// taken when it has not changed between two looks: it may still be on its way.
func (a *app) watchClass(ctx context.Context, o grade.Options) error {
	const look = 2 * time.Second
	fmt.Fprintf(a.errs, "watching %s: Ctrl-C ends it\n", o.Dir)
	var graded, before string
	for {
		now, err := listing(o.Dir)
		if err != nil {
			return misuse("name the folder that contains the submissions", "%w", err)
		}
		if now == before && now != graded && now != "" {
			if err := a.gradeOnce(ctx, o); ctx.Err() == nil && err != nil {
				fmt.Fprintf(a.errs, "checker: %s\n", oneLine(err.Error()))
			}
			graded = now
		}
		before = now
		t := time.NewTimer(look)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
	}
}

// mostListed bounds what is looked at below a folder of submissions.
const mostListed = 1_000_000

// listing is a text that changes when a file below a folder does. Results that lie
// in the folder do not count.
func listing(dir string) (string, error) {
	sum, n := sha256.New(), 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == dir:
			return err
		case err != nil:
			return nil // gone again
		case d.IsDir() && name != dir && (d.Name()[0] == '.' || isResults(name)):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		if n++; n > mostListed {
			return fmt.Errorf("%s contains more than %d files", dir, mostListed)
		}
		if info, err := d.Info(); err == nil {
			fmt.Fprintf(sum, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	if n == 0 {
		return "", err
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

// isResults reports whether a folder holds a batch's results.
func isResults(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, grade.JournalName))
	return err == nil
}
