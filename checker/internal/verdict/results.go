package verdict

import (
	"cmp"
	"fmt"
	"strings"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// results collects the verdicts of a job over several runs.
type results struct {
	job    Job
	broken *broken
	tests  map[string]*verdict // by package folder and name
	given  map[string]bool     // exercises whose other tests are not run any more
}

// verdict is what became of one test.
type verdict struct {
	report.Verdict
	message string
	printed string
	seconds float64
	ended   bool // the program ended in the middle of it
}

func newResults(j Job) *results {
	return &results{job: j, broken: newBroken(j), tests: map[string]*verdict{}, given: map[string]bool{}}
}

func key(t workbook.Test) string { return t.Package.Dir + "." + t.Name }

// open are the tests that have no verdict and may still get one.
func (r *results) open() []workbook.Test {
	var left []workbook.Test
	for _, e := range r.job.Exercises {
		for _, t := range e.Tests {
			if r.tests[key(t)] == nil && !r.given[e.Name] && !r.broken.exercises[e.Name] {
				left = append(left, t)
			}
		}
	}
	return left
}

// end gives tests one verdict.
func (r *results) end(tests []workbook.Test, v report.Verdict, message string) {
	for _, t := range tests {
		r.tests[key(t)] = &verdict{Verdict: v, message: message}
	}
}

// take adds what a run showed. Afterwards fewer tests are open: what could not be
// built is not asked for again, and where a run showed nothing, the reason for
// that is the verdict of all that it was asked for.
func (r *results) take(run *run, overlay string) {
	if run.buildFailed {
		faults := run.faults
		if len(faults) == 0 {
			faults = compileFaults(r.broken, overlay, run.build.String())
		}
		r.broken.built(run.asked, faults)
	}
	if run.again {
		run.stop = ""
		for _, p := range run.packages {
			if p.last != nil && p.last.result == "" {
				delete(p.tests, p.last.name)
			}
			p.last = nil
		}
	}
	for _, t := range run.asked {
		p := run.packages[t.Package.Dir]
		if p == nil {
			continue
		}
		got := p.tests[t.Name]
		if got == nil {
			continue
		}
		if got.result == notJudged {
			r.tests[key(t)] = &verdict{Verdict: report.NotJudged, message: *got.subs[0].said}
			continue
		}
		ended := got == p.last && run.died(p)
		if got.result == "" || ended {
			v := r.judgeEnd(run, p, got)
			v.ended = true
			r.tests[key(t)] = v
			continue
		}
		r.tests[key(t)] = judgeResult(run, got)
	}
	r.giveUp()
	progress := false
	for _, t := range run.asked {
		progress = progress || r.tests[key(t)] != nil
	}
	if !progress && !run.buildFailed && !run.again {
		v, message := beforeTests(run)
		r.end(run.asked, v, message)
	}
}

// giveUp stops asking for the other tests of an exercise of which one ended the
// program: each would most likely end it again.
func (r *results) giveUp() {
	for _, e := range r.job.Exercises {
		for _, t := range e.Tests {
			if v := r.tests[key(t)]; v != nil && v.ended {
				r.given[e.Name] = true
			}
		}
	}
}

// hung reports whether a test has used up the time of its run, or waited for what
// never came.
func (r *results) hung() bool {
	for _, v := range r.tests {
		if v.ended && (v.Verdict == report.TimedOut || v.Verdict == report.Deadlock) {
			return true
		}
	}
	return false
}

// died reports whether a test binary ended before it had run all its tests: it
// was killed, it crashed, or it failed although no test of it says so.
func (r *run) died(p *packageRun) bool {
	if r.stop != "" {
		return true
	}
	for _, t := range r.asked {
		if r.packages[t.Package.Dir] == p && p.tests[t.Name] == nil {
			return true
		}
	}
	return p.last != nil && (p.last.result == "" || p.crashed || crashed(p.last) || p.failed && !p.anyFailed())
}

// fill writes the verdicts of the exercises into a report.
func (r *results) fill(rep *report.Lesson) {
	r.broken.tell(rep)
	r.leave()
	for _, e := range r.job.Exercises {
		if r.broken.exercises[e.Name] {
			rep.Exercises = append(rep.Exercises, r.broken.exercise(e))
			continue
		}
		x := report.Exercise{Name: e.Name, Title: e.Title, Verdict: report.Pass, Tests: []report.Test{}}
		if len(e.Funcs) > 0 {
			x.Place = r.job.Look.Func(e, e.Funcs[0].Name).Place
		}
		waiting := r.waiting(e)
		beside := r.beside(e)
		var shown *stubBeside // that the test needs whose message is shown
		var missing string
		for _, t := range e.Tests {
			v := r.tests[key(t)]
			if v == nil {
				missing = cmp.Or(missing, t.Name)
				continue
			}
			x.Tests = append(x.Tests, report.Test{Name: t.Name, Verdict: v.Verdict, Seconds: v.seconds})
			other := beside[t.Name]
			if v.Verdict == report.Pass || waiting[t.Name] != "" || other.later() {
				continue
			}
			if x.Verdict == report.Pass || uncertain(x.Verdict) && !uncertain(v.Verdict) || shown != nil && other == nil && !uncertain(v.Verdict) {
				x.Verdict, x.Message, x.Printed, shown = v.Verdict, v.message, v.printed, other
				x.Place = cmp.Or(r.job.Look.Func(e, t.Func).Place, x.Place)
				if x.Function = t.Func; x.Function == e.Name {
					x.Function = ""
				}
			}
		}
		r.nameStub(&x, e, shown)
		waitsForLater(&x, beside)
		if x.Verdict == report.Pass && missing != "" && !(r.given[e.Name] && len(waiting) > 0) {
			x.Verdict, x.Message = report.Internal, missing+" did not report"
		}
		if len(e.Tests) == 0 {
			x.Verdict, x.Message = report.Internal, "this exercise has no test"
		}
		if r.job.Look.Stub(e) && r.unwritten(&x, e, len(waiting)) {
			notBegun(&x, e, r.job)
		}
		if len(e.Funcs) > 1 {
			x.Functions = r.functions(e, waiting)
		}
		rep.Exercises = append(rep.Exercises, x)
	}
	rep.Count()
}

// leave names the packages that do not compile, as far as the job's exercises show,
// to the job's look at the source.
func (r *results) leave() {
	compiled := map[*workbook.Package]bool{}
	for _, e := range r.job.Exercises {
		compiled[e.Package] = compiled[e.Package] || !r.broken.exercises[e.Name]
	}
	for p, ok := range compiled {
		if !ok {
			r.job.Look.Leave(p)
		}
	}
}

// waiting are the failed tests of an exercise that call one of its functions that
// is still a stub, with that function's name: they say nothing about the others.
func (r *results) waiting(e *workbook.Exercise) map[string]string {
	all := map[string]string{}
	if !r.job.Look.Stub(e) {
		return all
	}
	for _, t := range e.Tests {
		v := r.tests[key(t)]
		if v == nil || v.Verdict == report.Pass || uncertain(v.Verdict) {
			continue
		}
		if f := r.job.Look.Func(e, t.Func); f.Stub {
			all[t.Name] = t.Func
		} else if name, found := r.job.Look.StubOfTest(t, e); found {
			all[t.Name] = name
		}
	}
	return all
}

// unwritten reports whether an exercise with a stub in it is not implemented, as
// opposed to wrong in what is written.
func (r *results) unwritten(x *report.Exercise, e *workbook.Exercise, waiting int) bool {
	switch x.Verdict {
	case report.Internal:
		return false
	case report.Pass:
		return waiting > 0
	case report.NotJudged:
		return true
	}
	return allStubs(e, r.job)
}

// allStubs reports whether nothing of an exercise is written yet.
func allStubs(e *workbook.Exercise, j Job) bool {
	for _, f := range e.Funcs {
		if !j.Look.Func(e, f.Name).Stub {
			return false
		}
	}
	return true
}

// functions are the verdicts of an exercise's functions, each by the tests that
// are named after it.
func (r *results) functions(e *workbook.Exercise, waiting map[string]string) []report.Function {
	var all []report.Function
	for _, f := range e.Funcs {
		look := r.job.Look.Func(e, f.Name)
		fn := report.Function{Name: f.Name, Verdict: report.Pass, Place: look.Place}
		if look.Stub {
			fn.Verdict = report.NotImplemented
		}
		for _, t := range e.Tests {
			v := r.tests[key(t)]
			switch {
			case v == nil || v.Verdict == report.Pass || look.Stub || t.Func != f.Name:
			case waiting[t.Name] != "":
				if fn.Verdict == report.Pass {
					fn.Verdict, fn.Note = report.NotImplemented, "its tests wait for "+waiting[t.Name]
				}
			case fn.Verdict == report.Pass || fn.Verdict == report.NotImplemented:
				fn.Verdict, fn.Note = v.Verdict, ""
			}
		}
		all = append(all, fn)
	}
	return all
}

// uncertain are the verdicts that say nothing about the code: one that does
// takes their place.
func uncertain(v report.Verdict) bool { return v == report.Internal || v == report.NotJudged }

// notBegun turns the failure of a stub into what it is.
func notBegun(x *report.Exercise, e *workbook.Exercise, j Job) {
	x.Verdict, x.Printed, x.Function = report.NotImplemented, "", ""
	x.Place = j.Look.Func(e, stubName(e, j)).Place
	x.Message = fmt.Sprintf("write %s\n\n%s", stubName(e, j), stubSignature(e, j))
}

func stubName(e *workbook.Exercise, j Job) string {
	for _, f := range e.Funcs {
		if j.Look.Func(e, f.Name).Stub {
			return f.Name
		}
	}
	return e.Name
}

func stubSignature(e *workbook.Exercise, j Job) string {
	name := stubName(e, j)
	for _, f := range e.Funcs {
		if f.Name == name {
			return "    " + f.Signature
		}
	}
	return ""
}

// ran matches what go test prints of a binary that it ran, or tried to:
// notStarted is what it prints of one that could not be started.
var (
	ran        = lazyregexp.New(`(?m)^(?:exit status \d+\n)?(?:ok  |FAIL)\t\S+\t[0-9.]+s(?: \[no tests to run\])?\n(?:FAIL\n)?\z`)
	notStarted = lazyregexp.New(`(?m)^fork/exec `)
)

// beforeTests is the verdict where a run ended before any test began.
func beforeTests(run *run) (report.Verdict, string) {
	out := run.stderr
	for _, p := range run.packages {
		out += p.outside.String()
	}
	switch run.stop {
	case process.Wall:
		return report.TimedOut, "the program did not get as far as the first test: look at init functions and package variables"
	case process.Memory:
		return report.OutOfMemory, "the program ran out of memory before the first test: look at init functions and package variables"
	case process.Output:
		return report.TooMuchOutput, "the program printed too much before the first test: look at init functions and package variables"
	}
	if v, message := crash(run.root, out); v != "" {
		return v, "before the first test, so in an init function or a package variable\n" + message
	}
	if run.apart || run.began || ran().MatchString(out) && !notStarted().MatchString(out) {
		message := "the program ended before the first test: something in an init function or a package variable calls os.Exit or log.Fatal"
		if words := strings.TrimSpace(ran().ReplaceAllString(out, "")); words != "" && !run.apart {
			message += "\nits last words:\n" + lastLines(words, 5)
		}
		return report.Fail, message
	}
	return report.Internal, "go test said:\n" + Clip(out)
}
