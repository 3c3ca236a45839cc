package verdict

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// fault is a reason why a package does not compile.
type fault struct {
	report.Problem
	dir   string // of the package, below lessons/; "" is not known: then nothing compiles
	tests bool   // only its hidden tests do not compile: those who import it may
}

// faultAt is a problem of the package that its place is in.
func faultAt(p report.Problem) fault { return fault{Problem: p, dir: folder(p.Place)} }

var position = lazyregexp.New(`(:\d+)+$`)

// folder is the folder below lessons/ of a place, which is one in a file, or the
// folder itself; "" if it is elsewhere.
func folder(place string) string {
	dir, ok := strings.CutPrefix(position().ReplaceAllString(place, ""), "lessons/")
	switch {
	case !ok:
		return ""
	case strings.HasSuffix(dir, ".go"):
		return path.Dir(dir)
	}
	return dir
}

// broken are the exercises of a job that faults keep from being judged.
type broken struct {
	job       Job
	faults    []fault // those that touch an exercise, each once
	exercises map[string]bool
	needs     map[*workbook.Package]map[string]bool
}

func newBroken(j Job) *broken {
	b := &broken{job: j, exercises: map[string]bool{}, needs: map[*workbook.Package]map[string]bool{}}
	for _, p := range j.Look.Problems {
		b.add(faultAt(p))
	}
	return b
}

// add takes out the exercises that a fault touches.
func (b *broken) add(f fault) {
	touched := false
	for _, e := range b.job.Exercises {
		if b.touches(f, e) {
			b.exercises[e.Name], touched = true, true
		}
	}
	if touched && !slices.Contains(b.faults, f) {
		b.faults = append(b.faults, f)
	}
}

// built takes out what a run could not build. If that is nothing that the run
// was asked for, then nobody knows what is, and all of the job is taken out: it
// would be asked for again, to no end.
func (b *broken) built(asked []workbook.Test, faults []fault) {
	for _, f := range faults {
		b.add(f)
	}
	for _, e := range b.job.Exercises {
		if b.exercises[e.Name] && slices.ContainsFunc(e.Tests, func(t workbook.Test) bool { return slices.Contains(asked, t) }) {
			return
		}
	}
	for _, f := range faults {
		b.add(fault{Problem: f.Problem})
	}
}

func (b *broken) touches(f fault, e *workbook.Exercise) bool {
	if f.dir == "" {
		return true
	}
	packages := []*workbook.Package{e.Package}
	for _, t := range e.Tests {
		packages = append(packages, t.Package)
	}
	return slices.ContainsFunc(packages, func(p *workbook.Package) bool {
		return p.Dir == f.dir || !f.tests && b.need(p)[f.dir]
	})
}

func (b *broken) need(p *workbook.Package) map[string]bool {
	if b.needs[p] == nil {
		b.needs[p] = b.job.Tree.Needs(p)
	}
	return b.needs[p]
}

// changed are the changed declarations that the tests of a package may miss: its
// own, or else those of the packages that it needs.
func (b *broken) changed(dir string) []report.Problem {
	var own, needed []report.Problem
	for _, p := range b.job.Tree.Lesson.Packages {
		if p.Dir != dir {
			continue
		}
		for _, c := range b.job.Look.Changed() {
			switch at := folder(c.Place); {
			case at == dir:
				own = append(own, c)
			case b.need(p)[at]:
				needed = append(needed, c)
			}
		}
	}
	if len(own) > 0 {
		return own
	}
	return needed
}

// exercise is the verdict of an exercise that was taken out.
func (b *broken) exercise(e *workbook.Exercise) report.Exercise {
	x := report.Exercise{Name: e.Name, Title: e.Title, Verdict: report.NotCompiled, Tests: []report.Test{}}
	if len(e.Funcs) > 0 {
		x.Place = b.job.Look.Func(e, e.Funcs[0].Name).Place
	}
	for _, f := range b.faults {
		switch {
		case f.dir == e.Package.Dir || f.dir == "":
			x.Note = ""
			return x
		case x.Note == "" && b.touches(f, e):
			x.Note = fmt.Sprintf("it needs package %s, which does not compile", b.name(f.dir))
		}
	}
	return x
}

// name is a package's, as somebody who is at work on the lesson calls it.
func (b *broken) name(dir string) string {
	lesson, rest, ok := strings.Cut(dir, "/")
	if !ok || lesson == b.job.Tree.Lesson.Name {
		return cmp.Or(rest, dir)
	}
	return rest + " of " + lesson
}

// tell adds the faults to a report, in the order of the lesson's packages; those
// of what it builds upon come first. Where something could be judged all the
// same, it says so.
func (b *broken) tell(rep *report.Lesson) {
	order := map[string]int{}
	for i, p := range b.job.Tree.Lesson.Packages {
		order[p.Dir] = i + 1
	}
	slices.SortStableFunc(b.faults, func(x, y fault) int {
		return cmp.Or(cmp.Compare(order[x.dir], order[y.dir]), strings.Compare(x.dir, y.dir))
	})
	var names []string
	for _, f := range b.faults {
		if !slices.Contains(rep.Problems, f.Problem) {
			rep.Problems = append(rep.Problems, f.Problem)
		}
		if name := b.name(f.dir); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	all := len(b.job.Exercises)
	left := all - len(b.exercises)
	if len(names) == 0 || left == 0 {
		return
	}
	what := "package " + names[0] + " does"
	if last := len(names) - 1; last > 0 {
		what = "packages " + strings.Join(names[:last], ", ") + " and " + names[last] + " do"
	}
	rep.Notes = append(rep.Notes, fmt.Sprintf("%s not compile. The other exercises, %d of %d, are still checked.", what, left, all))
}
