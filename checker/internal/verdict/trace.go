package verdict

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// The time that the runs of a job may take.
const (
	wholeTime   = 3 * time.Minute // all of them together, while they run together
	excusedTime = 3 * wholeTime   // at most that much more on a busy machine
	abreast     = 8               // exercises that run at the same time, each by itself
)

// Runner runs some tests and returns what they showed. Alone says that they are
// those of one exercise, and that others may be running at the same time.
type Runner func(ctx context.Context, tests []workbook.Test, alone bool) ([]*Trace, error)

// Trace is what one run of some tests showed. "go test" makes one of its own
// events; a runner that keeps what the tests say apart from what the code under
// test prints makes one with [NewTrace].
type Trace struct{ run *run }

// Collect runs a job's tests until each has a verdict: run is asked for all that
// have none, and asked again where a run ended early. What does not compile, as
// the job's look at the source or a run says, takes along the exercises that
// need it, and no others: run is never asked for a test of theirs.
func Collect(ctx context.Context, j Job, engine, overlay string, run Runner) (*report.Lesson, error) {
	rep := blank(j, engine)
	results := newResults(j)
	deadline := time.Now().Add(wholeTime)
	excused, alone := time.Duration(0), j.Alone
	for left := results.open(); len(left) > 0; left = results.open() {
		if alone {
			traces, err := each(ctx, j, left, run)
			if err != nil {
				return nil, err
			}
			for _, t := range traces {
				results.take(t.run, overlay)
			}
			continue
		}
		if time.Now().After(deadline) {
			results.end(left, report.TimedOut, "the time for the whole lesson was used up by tests before this one")
			break
		}
		traces, err := run(ctx, left, false)
		if err != nil {
			return nil, err
		}
		for _, t := range traces {
			if t.run.stop == process.Cancelled {
				return nil, context.Cause(ctx)
			}
			more := min(t.run.excused, excusedTime-excused)
			excused, deadline = excused+more, deadline.Add(more)
			results.take(t.run, overlay)
			alone = alone || t.run.again
		}
		alone = alone || results.hung()
	}
	results.fill(rep)
	return rep, nil
}

// EachPackage runs tests package by package, two of them at a time, as go test would.
func EachPackage(tests []workbook.Test, run func(*workbook.Package, []workbook.Test) (*Trace, error)) ([]*Trace, error) {
	var packages []*workbook.Package
	for _, t := range tests {
		if !slices.Contains(packages, t.Package) {
			packages = append(packages, t.Package)
		}
	}
	traces, errs := make([]*Trace, len(packages)), make([]error, len(packages))
	AtOnce(len(packages), min(2, runtime.GOMAXPROCS(0)), func(i int) {
		its := slices.DeleteFunc(slices.Clone(tests), func(t workbook.Test) bool { return t.Package != packages[i] })
		traces[i], errs[i] = run(packages[i], its)
	})
	return traces, errors.Join(errs...)
}

// AtOnce does n things, some of them at the same time but at most that many. If one
// panics, so does the caller: whoever judges many learners catches it there, and goes on
// with the next.
func AtOnce(n, most int, do func(i int)) {
	slots := make(chan struct{}, most)
	panics := make(chan string, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() {
				<-slots
				if p := recover(); p != nil {
					panics <- fmt.Sprintf("%v\n\n%s", p, debug.Stack())
				}
			}()
			do(i)
		})
	}
	wait.Wait()
	select {
	case p := <-panics:
		panic(p)
	default:
	}
}

// each runs the tests of each exercise by themselves, several exercises at a time.
func each(ctx context.Context, j Job, left []workbook.Test, run Runner) ([]*Trace, error) {
	var parts [][]workbook.Test
	asked := map[string]bool{}
	for _, e := range j.Exercises {
		var part []workbook.Test
		for _, t := range e.Tests {
			if !asked[key(t)] && slices.ContainsFunc(left, func(x workbook.Test) bool { return key(x) == key(t) }) {
				asked[key(t)] = true
				part = append(part, t)
			}
		}
		if len(part) > 0 {
			parts = append(parts, part)
		}
	}
	traces, errs := make([][]*Trace, len(parts)), make([]error, len(parts))
	AtOnce(len(parts), cmp.Or(j.Abreast, abreast), func(i int) {
		if ctx.Err() == nil {
			traces[i], errs[i] = run(ctx, parts[i], true)
		}
	})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	all := slices.Concat(traces...)
	for _, t := range all {
		if t.run.stop == process.Cancelled {
			return nil, context.Cause(ctx)
		}
	}
	return all, nil
}

func blank(j Job, engine string) *report.Lesson {
	l := j.Tree.Lesson
	return &report.Lesson{Lesson: l.Name, Title: l.Title, Engine: engine, Seed: j.Seed}
}

// NewTrace begins the record of a run of the tests asked. root is the folder
// that the places in stacks and in the compiler's words are below.
func NewTrace(root string, asked []workbook.Test) *Trace {
	r := newRun(root, asked)
	r.apart = true
	return &Trace{r}
}

// Excuse notes how much of a run's time was not the tests' own: it went by while
// they were built or waited for a processor. It does not count against the time
// that all runs together have, up to a bound.
func (t *Trace) Excuse(d time.Duration) { t.run.excused += d }

// Again notes that the run was cut short by no fault of its tests: the one that was
// under way is asked for again, and from now on each exercise runs by itself.
func (t *Trace) Again() { t.run.again = true }

// BuildFailed notes what the compiler said.
func (t *Trace) BuildFailed(said string) {
	t.run.buildFailed = true
	t.run.build.WriteString(said)
}

// NotBuilt notes why a package could not be built; without a place it is the
// tests of p alone that could not.
func (t *Trace) NotBuilt(p *workbook.Package, why report.Problem) {
	f := faultAt(why)
	if why.Place == "" {
		f = fault{report.Problem{Place: "lessons/" + p.Dir, Message: why.Message}, p.Dir, true}
	}
	t.run.buildFailed = true
	t.run.faults = append(t.run.faults, f)
}

// Begin notes that a test has begun.
func (t *Trace) Begin(x workbook.Test) { t.pkg(x).sub(x.Name, true) }

// End notes a test's result, which is pass, fail or skip, and its log: what the
// testing package holds for it, in the form in which it would print it.
func (t *Trace) End(x workbook.Test, result, log string, seconds float64) {
	top := t.pkg(x).tests[x.Name]
	if top == nil {
		return
	}
	top.result, top.seconds = result, seconds
	top.subs[0].result, top.subs[0].said = result, said(log)
}

// notJudged is the result of a test that the runner does not answer for.
const notJudged = "not judged"

// NotJudged notes that the runner does not answer for a test, and why.
func (t *Trace) NotJudged(x workbook.Test, why string) {
	p := t.pkg(x)
	last := p.last
	s := p.sub(x.Name, true)
	p.tests[x.Name].result, s.said = notJudged, &why
	if last != nil {
		p.last = last
	}
}

// Printed adds output to a test; the code under test may have written it, or
// the runtime at the program's end.
func (t *Trace) Printed(x workbook.Test, text string) {
	if s := t.pkg(x).sub(x.Name, false); s != nil && s.out.Len() < keptPerTest {
		s.out.WriteString(text)
	}
}

// Tried notes what a test was trying when its program ended: stacks are those of
// the tests, which run in another process than the code under test.
func (t *Trace) Tried(x workbook.Test, stacks string) {
	if top := t.pkg(x).tests[x.Name]; top != nil {
		top.tried = tried(t.run.root, stacks)
	}
}

// Outside adds output from before the first test.
func (t *Trace) Outside(pkg *workbook.Package, text string) {
	t.pkg(workbook.Test{Package: pkg}).outside.WriteString(text)
}

// Close notes how the program ended: what stopped it, if anything, and its exit
// status, -1 for a signal.
func (t *Trace) Close(pkg *workbook.Package, stop process.Stop, exit int) {
	t.run.stop, t.run.exit = stop, exit
	p := t.pkg(workbook.Test{Package: pkg})
	p.failed = exit != 0
	if exit >= 0 {
		fmt.Fprintf(&p.outside, "\nexit status %d\n", exit)
	}
}

func (t *Trace) pkg(x workbook.Test) *packageRun {
	return t.run.packageOf("nodebook/lessons/" + x.Package.Dir)
}

// split parts what is known of a test into its message and what was printed. A
// message that came apart from the output is never looked for in the output.
func (s *subRun) split() (message, printed string) {
	if s.said != nil {
		return *s.said, Clip(strings.Trim(s.out.String(), "\n"))
	}
	return split(s.out.String())
}

var subHead = lazyregexp.New(`^( *)--- (FAIL|PASS|SKIP): `)

// said is the message in a test's log: the test's own, or that of its first
// failed subtest that has one.
func said(log string) *string {
	blocks := []string{""}
	depth := 0
	at := 0
	for line := range strings.Lines(log) {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if m := subHead().FindStringSubmatch(line); m != nil && indent%4 == 0 && indent <= 4*(depth+1) && indent > 0 {
			depth = indent / 4
			blocks = append(blocks, "")
			at = len(blocks) - 1
			continue
		}
		if depth > 0 && indent <= 4*depth && logged().MatchString(line) {
			depth, at = indent/4-1, 0 // back in an enclosing test; the outermost has the say
		}
		blocks[at] += strings.TrimPrefix(line, strings.Repeat(" ", 4*depth))
	}
	for _, b := range blocks {
		if m, _ := split(b); m != "" {
			return &m
		}
	}
	return new(string)
}
