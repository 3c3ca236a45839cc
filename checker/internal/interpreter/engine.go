package interpreter

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/interpreter/compiled"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// Engine interprets the learner's code and the hidden tests.
type Engine struct {
	Self string // the program to start as a child; "" is this one

	mu    sync.Mutex
	spare []*started // wait for the next run of tests
}

// Limits are what a run of a lesson's tests may take.
func Limits(l *workbook.Lesson) process.Limits {
	return process.Limits{
		Wall: l.Limits.Timeout + startTime, Memory: l.Limits.Memory + ownMemory, Output: rawOutput, Files: l.Limits.Files,
	}
}

// Name is the engine's name in reports.
func (*Engine) Name() string { return "yaegi" }

// Judge gives every exercise of a job its verdict, or [report.NotJudged] where
// the interpreter has none. The error is for what kept it from judging at all.
func (g *Engine) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	r := &runner{engine: g, job: j}
	rep, err := verdict.Collect(ctx, j, "yaegi", "", r.run)
	if rep != nil {
		say(rep)
	}
	return rep, err
}

// say notes what is not covered.
func say(rep *report.Lesson) {
	n := 0
	for _, x := range rep.Exercises {
		if x.Verdict == report.NotJudged {
			n++
		}
	}
	if n > 0 {
		rep.Notes = append(rep.Notes, fmt.Sprintf("interpreted: %d of %d exercises need the compiler, and are not judged here.", n, rep.Total))
	}
}

// runner runs the tests of one job.
type runner struct {
	engine *Engine
	job    verdict.Job
}

// most is how many children run a lesson's tests at the same time. Interpreting
// is done by one processor; a third child would spend as long on what each of
// them does before its first test as it would save.
var most = min(2, runtime.GOMAXPROCS(0))

// children is how many children a lesson's tests are worth: where they are
// compiled, they are run before a second one has started.
func children(l *workbook.Lesson) int {
	if isCompiled(l) {
		return 1
	}
	return most
}

// isCompiled reports whether all of a lesson's hidden tests are compiled.
func isCompiled(l *workbook.Lesson) bool {
	return !slices.ContainsFunc(l.Packages, func(p *workbook.Package) bool {
		return len(p.Tests) > 0 && compiled.Find("lessons/"+p.Dir) == nil
	})
}

// few is how many exercises are not worth a second child.
const few = 3

// run runs tests, in halves if there are many, at the same time. The tests of
// an exercise stay together.
func (r *runner) run(ctx context.Context, tests []workbook.Test, _ bool) ([]*verdict.Trace, error) {
	parts := [][]workbook.Test{tests}
	if children(r.job.Tree.Lesson) > 1 {
		parts = shares(r.job.Exercises, tests)
	}
	traces := make([]*verdict.Trace, len(parts))
	errs := make([]error, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { traces[i], errs[i] = r.runShare(ctx, part) })
	}
	wait.Wait()
	return traces, errors.Join(errs...)
}

// shares deals the exercises that tests belong to out to the children.
func shares(exercises []*workbook.Exercise, tests []workbook.Test) [][]workbook.Test {
	wanted := map[workbook.Test]bool{}
	for _, t := range tests {
		wanted[t] = true
	}
	var of [][]workbook.Test // by exercise
	for _, e := range exercises {
		left := slices.DeleteFunc(slices.Clone(e.Tests), func(t workbook.Test) bool { return !wanted[t] })
		if len(left) > 0 {
			of = append(of, left)
		}
	}
	if len(of) <= few || most < 2 {
		return [][]workbook.Test{tests}
	}
	parts := make([][]workbook.Test, most)
	for i, part := range of {
		parts[i%most] = append(parts[i%most], part...)
	}
	return parts
}

// runShare runs tests, each package's in its own process.
func (r *runner) runShare(ctx context.Context, tests []workbook.Test) (*verdict.Trace, error) {
	t := verdict.NewEvents(r.job.Tree.Root, tests, r.job.Tree.Lesson.Limits.Output)
	var order []*workbook.Package
	by := map[*workbook.Package][]workbook.Test{}
	for _, x := range tests {
		if by[x.Package] == nil {
			order = append(order, x.Package)
		}
		by[x.Package] = append(by[x.Package], x)
	}
	for _, pkg := range order {
		if err := r.runPackage(ctx, t, pkg, by[pkg]); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// runPackage runs a package's tests. Where the interpreter itself came to an
// end, it goes on with the tests behind; where the code under test ended it, that
// is for the caller to see.
func (r *runner) runPackage(ctx context.Context, t *verdict.Trace, pkg *workbook.Package, tests []workbook.Test) error {
	for len(tests) > 0 {
		c := &child{runner: r, pkg: pkg, tests: tests, trace: t}
		if err := c.run(ctx); err != nil {
			return err
		}
		if c.again != nil {
			for _, x := range c.again {
				t.Forget(x)
			}
			c = &child{runner: r, pkg: pkg, tests: c.again, checked: true, trace: t}
			if err := c.run(ctx); err != nil {
				return err
			}
		}
		if c.final {
			return nil
		}
		left := tests[:0:0]
		for _, x := range tests {
			if t.Result(x) == "" {
				left = append(left, x)
			}
		}
		if len(left) == len(tests) {
			return fmt.Errorf("the interpreter does not get on with %s", tests[0].Name)
		}
		tests = left
	}
	return nil
}

// child is one run of a package's tests.
type child struct {
	runner  *runner
	pkg     *workbook.Package
	tests   []workbook.Test
	checked bool // errors of the runtime are to be in Go's words
	trace   *verdict.Trace

	answer answer
	got    bool            // an answer
	over   bool            // too much output
	again  []workbook.Test // to be run again, checked
	final  bool            // the code under test ended the run, or would not compile
}

// lastWord is what the testing package says when all tests have passed, right
// before it ends the process. The code under test can say it too, but no token.
const lastWord = "\x16PASS"

// request is what the child is asked.
func (c *child) request() *request {
	j := c.runner.job
	q := &request{
		Root: j.Tree.Root, Overlay: map[string]string{}, Package: "lessons/" + c.pkg.Dir,
		Checked: c.checked, Seed: j.Seed, Seconds: j.Tree.Lesson.Limits.Timeout.Seconds(), Token: rand.Text(),
	}
	for name, src := range j.Tree.Overlay {
		if src == nil {
			q.Masked = append(q.Masked, name)
		} else {
			q.Overlay[name] = string(src)
		}
	}
	for _, t := range c.tests {
		q.Tests = append(q.Tests, t.Name)
	}
	return q
}

func (c *child) run(ctx context.Context) error {
	q := c.request()
	in, err := q.encode()
	if err != nil {
		return err
	}
	s, err := c.runner.engine.tests(c.runner.job.Tree.Lesson)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := &reader{pkg: modulePath + q.Package, emit: func(e verdict.Event) {
		if c.trace.Add(e) && !c.over {
			c.over = true
			cancel()
		}
	}}
	assured := false
	outcome, err := s.ask(ctx, in, func(line []byte) {
		if rest, ok := bytes.CutPrefix(line, []byte(answerMark)); ok && !c.got {
			c.got = json.Unmarshal(rest, &c.answer) == nil
			return
		}
		if text, ok := bytes.CutSuffix(line, []byte(passedMark+q.Token)); ok {
			assured = true
			events.output(string(text))
			return
		}
		events.line(line)
		if assured && string(line) == lastWord && c.passed() {
			s.leave()
		}
	})
	if err != nil {
		return err
	}
	c.judge(q, outcome)
	return nil
}

// passed reports whether all tests have passed.
func (c *child) passed() bool {
	return !slices.ContainsFunc(c.tests, func(t workbook.Test) bool { return c.trace.Result(t) != "pass" })
}

// judge adds to the trace what the answer and the end of the child say.
func (c *child) judge(q *request, o process.Outcome) {
	if len(c.answer.Problems) > 0 {
		c.final = true
		c.trace.BuildFailed(strings.Join(c.answer.Problems, "\n") + "\n")
		return
	}
	for _, t := range c.tests {
		if b, ok := c.beyond(t.Name); ok {
			c.trace.NotJudged(t, b.String())
		}
	}
	if !c.got {
		for _, t := range c.tests {
			c.trace.NotJudged(t, "the interpreter ended before it began: "+lastLine(o.Err))
		}
		return
	}
	c.races()
	o.Err = unboxed(currentStack(o.Err))
	if c.ended(q, o) || c.checked && c.done(o) {
		return
	}
	c.final = true
	c.trace.Ended(c.pkg, o, c.over)
}

// done reports whether a child has run all its tests, and ended by itself. Behind
// one that was run again there may be others.
func (c *child) done(o process.Outcome) bool {
	return o.Stop == "" && o.Exit < panicExit && !slices.ContainsFunc(c.tests, func(t workbook.Test) bool { return c.trace.Result(t) == "" })
}

func (c *child) beyond(test string) (beyondAt, bool) {
	if b, ok := c.answer.Beyond[""]; ok {
		return b, true
	}
	b, ok := c.answer.Beyond[test]
	return b, ok
}

// races takes back the passes of tests with goroutines where the lesson asks
// for the race detector: whether two of them use a variable at the same time,
// the interpreter cannot tell.
func (c *child) races() {
	if !c.runner.job.Tree.Lesson.Limits.Race {
		return
	}
	for _, t := range c.tests {
		if c.answer.Parallel[t.Name] && c.trace.Result(t) == "pass" {
			c.trace.NotJudged(t, "it passes when interpreted; whether two goroutines use a variable at the same time, only the compiler's race detector can tell")
		}
	}
}
