// Package grade judges a class.
//
// Its parts: intake reads submissions, trial judges one lesson of one of them,
// the journal keeps what is done, and the results are written from the journal
// alone, in the order of the submissions' names. So a batch that was killed and
// started again writes what it would have written.
package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"

	"nodebook/checker/internal/grade/intake"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/workbook"
)

// Modes of --solutions: Both is the default, judging each lesson with the
// learner's own earlier lessons and with the references.
const Both = "both"

// Options are what a batch is told.
type Options struct {
	Dir       string // of the submissions
	Out       string // where results go
	Book      *workbook.Book
	Lessons   []*workbook.Lesson
	Solutions string // both, none, earlier or all
	Seed      uint64
	Jobs      int
	Points    *Points
	Roster    *Roster
	Late      float64  // percent of the points that a day costs
	Only      []string // the submissions that are judged again, and no others; all that are new if empty
	Printed   bool     // keep what code printed in a failing test; it may differ from run to run
	Engine    *trial.Engine
	Jail      jail.Jail
	Limits    func(*workbook.Lesson) workbook.Limits // the engine's
	Progress  func(Progress)                         // called now and then; may be nil
	Now       func() time.Time

	// Elsewhere judges a submission on another machine; nil judges it here. What it
	// returns is what [Options.Judge] returned there.
	Elsewhere func(context.Context, *intake.Submission) (*Submission, error)

	stubs *stubs
	hand  *Hand
}

// Progress is how far a batch is.
type Progress struct {
	Done, Total int
	Name        string        // of the submission that is done
	Line        *Submission   // its result
	Left        time.Duration // until the end, if the rest is like what was
}

// work is the folder inside Out that a batch works in. It is removed at the end,
// and what a killed batch has left of it at the beginning.
const work = ".work"

// Work is the folder that the engine of a batch with results in out works in.
func Work(out string) string { return filepath.Join(out, work) }

// Clear removes what a killed batch has left.
func Clear(out string) error { return os.RemoveAll(Work(out)) }

// Run grades a folder of submissions and gives the result.
func Run(ctx context.Context, o Options) (*Class, error) {
	subs, err := intake.List(o.Dir)
	if err != nil {
		return nil, err
	}
	subs = slices.DeleteFunc(subs, func(s *intake.Submission) bool { return same(s.Path, o.Out) })
	if len(subs) == 0 {
		return nil, fmt.Errorf("no submissions in %s: a submission is a folder or an archive in it", o.Dir)
	}
	if o.hand, err = readHand(o.Out, o.Book); err != nil {
		return nil, err
	}
	if o.Only, err = only(o.Only, subs); err != nil {
		return nil, err
	}
	j, err := openJournal(o)
	if err != nil {
		return nil, err
	}
	defer j.close()
	if o.Elsewhere == nil {
		if err := o.Prepare(ctx); err != nil {
			return nil, err
		}
	}
	results, err := gradeAll(ctx, &o, subs, j)
	if err != nil {
		return nil, err
	}
	return newClass(&o, results), nil
}

// Prepare makes ready what all submissions share.
func (o *Options) Prepare(ctx context.Context) (err error) {
	for _, l := range o.Lessons {
		if err := o.Engine.Prepare(ctx, l); err != nil {
			return err
		}
	}
	o.stubs, err = newStubs(o)
	return err
}

// Judge grades one submission. It needs [Options.Prepare], and may be called many
// times at once. An error is the machine's fault.
func (o *Options) Judge(ctx context.Context, s *intake.Submission) (*Submission, error) {
	return judge(ctx, o, s)
}

// Named gives a result the name, the notes and the days of a submission: those of
// two that are alike differ in nothing else.
func Named(r *Submission, s *intake.Submission) *Submission {
	r.Name, r.Look, r.Notes, r.Days = s.Name, len(s.Notes) > 0, s.Notes, 0
	if OriginOf(s.Name).Platform == "" { // in another platform's folder, the file would be the learner's own
		r.Days = daysLate(s.Meta)
	}
	return r
}

// same reports whether two paths are one folder: results may go to the class's own.
func same(a, b string) bool {
	x, err := os.Stat(a)
	y, yerr := os.Stat(b)
	return err == nil && yerr == nil && os.SameFile(x, y)
}

// gradeAll grades submissions that the journal does not have, some at a time.
func gradeAll(ctx context.Context, o *Options, subs []*intake.Submission, j *journal) ([]*Submission, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]*Submission, len(subs))
	next := make(chan int)
	var mu sync.Mutex
	done, fresh, start := 0, 0, o.Now()
	var workers sync.WaitGroup
	for range max(1, o.Jobs) {
		workers.Go(func() {
			for i := range next {
				r, old, err := gradeOne(ctx, o, subs[i], j)
				mu.Lock()
				if err != nil {
					cancel(err)
				} else {
					results[i] = r
					done++
					if !old {
						fresh++
					}
					if o.Progress != nil {
						p := Progress{Done: done, Total: len(subs), Name: r.Name, Line: r}
						if fresh > 0 {
							p.Left = o.Now().Sub(start) / time.Duration(fresh) * time.Duration(len(subs)-done)
						}
						o.Progress(p)
					}
				}
				mu.Unlock()
			}
		})
	}
feed:
	for i := range subs {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	workers.Wait()
	return results, context.Cause(ctx)
}

// gradeOne is the result of a submission, from the journal if it is there. The
// error ends the batch: it is a journal that cannot be written, or the user.
func gradeOne(ctx context.Context, o *Options, s *intake.Submission, j *journal) (r *Submission, old bool, err error) {
	s.Read()
	digest := s.Digest()
	again := slices.Contains(o.Only, s.Name)
	if r := j.find(s.Name, digest); r != nil && !again {
		return r, true, nil
	}
	switch {
	case len(o.Only) > 0 && !again:
		err = errors.New("not graded yet, or changed since: --only names others")
	case s.Err != nil:
		err = s.Err
	case o.Elsewhere != nil: // which has its own tries
		if r, err = o.Elsewhere(ctx, s); err == nil {
			r = Named(r, s)
		}
	default:
		for try := 0; ; try++ {
			r, err = judge(ctx, o, s)
			if err == nil || ctx.Err() != nil || try == machineTries {
				break
			}
		}
	}
	if ctx.Err() != nil {
		return nil, false, context.Cause(ctx)
	}
	if err != nil {
		r = broken(s, err)
	}
	s.Files = nil
	if r.Error != "" || r.internal() {
		return r, false, nil // not kept: the next run tries again
	}
	r, err = j.add(digest, r)
	return r, false, err
}

// machineTries is how often a submission is tried again that the machine failed.
const machineTries = 2

// broken is the result of a submission that the machine kept from being graded.
func broken(s *intake.Submission, err error) *Submission {
	r := &Submission{Name: s.Name, Look: len(s.Notes) > 0, Notes: s.Notes, Error: err.Error()}
	switch {
	case errors.Is(err, jail.ErrMachine):
	case s.Err != nil:
		r.Error = "the submission cannot be read: " + s.Err.Error()
	}
	return r
}

// only are the submissions of those names, by the names that their files have.
func only(names []string, subs []*intake.Submission) (found []string, err error) {
	for _, name := range names {
		i := slices.IndexFunc(subs, func(s *intake.Submission) bool { return norm.NFC.String(s.Name) == norm.NFC.String(name) })
		if i < 0 {
			return nil, fmt.Errorf("%w called %q", ErrNoSubmission, name)
		}
		found = append(found, subs[i].Name)
	}
	return found, nil
}

// ErrNoSubmission says that nothing of that name was handed in.
var ErrNoSubmission = errors.New("no submission")
