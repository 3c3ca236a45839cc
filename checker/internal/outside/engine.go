package outside

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/outside/wire"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// Engine judges from outside what can be, and leaves the rest to another engine,
// which runs tests and learner in one process.
type Engine struct {
	Book   *workbook.Book
	Inside interface {
		Judge(context.Context, verdict.Job) (*report.Lesson, error)
	}
}

// Name is the engine's name in reports.
func (*Engine) Name() string { return "outside" }

// Where says where an exercise of a plan is judged, and why inside if it is.
func Where(e *workbook.Exercise, plans map[*workbook.Package]*Plan) (outside bool, why string) {
	for _, t := range e.Tests {
		p := plans[t.Package]
		switch {
		case p == nil:
			return false, notOutside
		case !slices.Contains(p.Outside, t.Name):
			return false, p.Inside[t.Name]
		}
	}
	return len(e.Tests) > 0, ""
}

// notOutside is why an exercise is judged inside whose package has no plan.
const notOutside = "its package is not judged from outside"

// Plans are the plans of packages of a lesson. One that has none is judged inside,
// for the reason given.
func (g *Engine) Plans(ctx context.Context, root string, l *workbook.Lesson, packages []*workbook.Package) (map[*workbook.Package]*Plan, map[*workbook.Package]error) {
	plans, errs := map[*workbook.Package]*Plan{}, map[*workbook.Package]error{}
	tree, err := source.Build(root, g.Book, l, source.All, nil)
	if l.Limits.Race {
		err = errors.New("its tests look for data races, which only one process shows")
	}
	for _, p := range packages {
		if err != nil {
			errs[p] = err
		} else if plan, err := Prepare(ctx, tree, p); err != nil {
			errs[p] = err
		} else {
			plans[p] = plan
		}
	}
	return plans, errs
}

// Judge gives every exercise of a job its verdict.
func (g *Engine) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	var packages []*workbook.Package
	for _, e := range j.Exercises {
		for _, t := range e.Tests {
			if !slices.Contains(packages, t.Package) {
				packages = append(packages, t.Package)
			}
		}
	}
	plans, errs := g.Plans(ctx, j.Tree.Root, j.Tree.Lesson, packages)
	for _, err := range errs {
		if ctx.Err() != nil {
			return nil, err
		}
	}
	var out, in []*workbook.Exercise
	for _, e := range j.Exercises {
		if ok, _ := Where(e, plans); ok {
			out = append(out, e)
		} else {
			in = append(in, e)
		}
	}
	rep, other, err := g.both(ctx, j, out, in, plans)
	if errors.Is(err, build.ErrIndirect) { // only the go command can build this
		return g.Inside.Judge(ctx, j)
	}
	if err != nil || len(in) == 0 {
		return rep, err
	}
	for i := range other.Exercises {
		x := &other.Exercises[i]
		_, x.Inside = Where(j.Tree.Lesson.Exercise(x.Name), plans)
	}
	return merge(rep, other, j.Tree.Lesson), nil
}

// both judges some exercises outside and others inside, at the same time. If both fail,
// the error is that of those outside.
func (g *Engine) both(ctx context.Context, j verdict.Job, out, in []*workbook.Exercise, plans map[*workbook.Package]*Plan) (outside, inside *report.Lesson, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var other error
	verdict.AtOnce(2, 2, func(i int) {
		if i == 0 {
			if outside, err = g.outside(ctx, j, out, plans); err != nil {
				cancel()
			}
		} else if len(in) > 0 {
			rest := j
			rest.Exercises = in
			inside, other = g.Inside.Judge(ctx, rest)
		}
	})
	if err == nil {
		err = other
	}
	return outside, inside, err
}

// merge puts two reports of one lesson together, in the lesson's order.
func merge(a, b *report.Lesson, l *workbook.Lesson) *report.Lesson {
	for _, p := range b.Problems {
		if !slices.Contains(a.Problems, p) {
			a.Problems = append(a.Problems, p)
		}
	}
	var all []report.Exercise
	for _, e := range l.Exercises {
		for _, rep := range []*report.Lesson{a, b} {
			if x := rep.Exercise(e.Name); x != nil {
				all = append(all, *x)
			}
		}
	}
	a.Exercises = all
	for _, n := range b.Notes {
		if !slices.Contains(a.Notes, n) {
			a.Notes = append(a.Notes, n)
		}
	}
	a.Count()
	return a
}

// outside judges exercises from outside.
func (g *Engine) outside(ctx context.Context, j verdict.Job, exercises []*workbook.Exercise, plans map[*workbook.Package]*Plan) (*report.Lesson, error) {
	needed := map[*workbook.Package]*Plan{}
	for _, e := range exercises {
		for _, t := range e.Tests {
			needed[t.Package] = plans[t.Package]
		}
	}
	j.Tree, j.Exercises = Needs(j.Tree, slices.Collect(maps.Keys(needed))), exercises
	w, err := childWork(ctx, j.Tree, needed)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	children := map[*workbook.Package]*child{}
	for p, plan := range needed {
		children[p] = &child{plan: plan, pkg: p, work: w}
	}
	return verdict.Collect(ctx, j, g.Name(), w.Source(), func(ctx context.Context, left []workbook.Test, _ bool) ([]*verdict.Trace, error) {
		return verdict.EachPackage(left, func(p *workbook.Package, tests []workbook.Test) (*verdict.Trace, error) {
			return children[p].test(ctx, j, tests)
		})
	})
}

// child is a learner's package as a program.
type child struct {
	plan *Plan
	pkg  *workbook.Package
	work *build.Work
	once sync.Once
	file string
	err  error
}

func (c *child) program(ctx context.Context, j verdict.Job) (string, error) {
	c.once.Do(func() {
		c.file = filepath.Join(c.work.Dir, strings.ReplaceAll(c.pkg.Dir, "/", "-")+".child")
		if _, c.err = c.work.Package(ctx, c.pkg.Dir); c.err == nil {
			c.err = c.work.Program(ctx, c.plan.ChildUnit(c.pkg, theirs), c.file)
		}
	})
	return c.file, c.err
}

// test runs some tests of a package.
func (c *child) test(ctx context.Context, j verdict.Job, tests []workbook.Test) (*verdict.Trace, error) {
	file, err := c.program(ctx, j)
	if said := (*build.Failure)(nil); errors.As(err, &said) && !errors.Is(err, build.ErrIndirect) {
		t := verdict.NewTrace(j.Tree.Root, tests)
		t.BuildFailed(said.Said)
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	lim := j.Tree.Lesson.Limits
	r := &Run{Root: j.Tree.Root, Plan: c.plan, Tests: tests, Seed: j.Seed, Time: lim.Timeout}
	r.Child = func(ctx context.Context, ends []*os.File, mark string, out func([]byte)) (process.Outcome, error) {
		cmd := exec.Command(file)
		cmd.Dir = filepath.Join(j.Tree.Root, "lessons", filepath.FromSlash(c.pkg.Dir))
		own := "NODEBOOK_RUN=" + rand.Text()
		cmd.Env = append(build.Environ(), "PWD="+cmd.Dir, wire.MarkVariable+"="+mark, own)
		cmd.ExtraFiles = ends
		return process.Stream(ctx, cmd, process.Limits{Wall: startTime + lim.Timeout, Memory: lim.Memory, Output: lim.Output, Files: lim.Files, Mark: own}, out)
	}
	return r.Do(ctx)
}
