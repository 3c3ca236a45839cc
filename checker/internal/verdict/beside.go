package verdict

import (
	"fmt"
	"slices"
	"strings"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// stubBeside is a function of another exercise that a test needs to set the stage,
// and that is not written yet.
type stubBeside struct {
	name  string
	place string
	ahead bool // the exercise comes later on the page
}

func (s *stubBeside) later() bool { return s != nil && s.ahead }

// beside are the failed tests of an exercise that need an unwritten function of
// another one. If that comes later on the page, the learner cannot have written
// it, and the test says nothing yet; if it comes earlier, it is named.
func (r *results) beside(e *workbook.Exercise) map[string]*stubBeside {
	all := map[string]*stubBeside{}
	if allStubs(e, r.job) {
		return all
	}
	for _, t := range e.Tests {
		v := r.tests[key(t)]
		if v == nil || v.Verdict == report.Pass || uncertain(v.Verdict) {
			continue
		}
		other, f, found := r.job.Look.StubBeside(t, e)
		if !found {
			continue
		}
		order := r.job.Tree.Lesson.Exercises
		all[t.Name] = &stubBeside{
			name: f.Name, place: r.job.Look.Func(other, f.Name).Place,
			ahead: !r.job.Whole && slices.Index(order, other) > slices.Index(order, e) && !v.ended, // of one that ended the program, the other tests were not run
		}
	}
	return all
}

// waitsForLater notes how many of the tests of an exercise that passes otherwise
// wait for later ones. If nothing is left that passes, the exercise does not.
func waitsForLater(x *report.Exercise, beside map[string]*stubBeside) {
	if x.Verdict != report.Pass {
		return
	}
	var names []string
	n := 0
	for _, t := range x.Tests {
		if s := beside[t.Name]; s.later() {
			n++
			if !slices.Contains(names, s.name) {
				names = append(names, s.name)
			}
		}
	}
	if n == 0 {
		return
	}
	until := "until " + strings.Join(names, " and ") + " can be called"
	if x.Note = fmt.Sprintf("%d more wait %s", n, until); x.Held() == 0 {
		x.Verdict, x.Message, x.Note = report.NotImplemented, "its tests wait "+until, ""
	}
}

// The words of expect.Error about an error that is todo.Err, or has it inside.
const (
	ownPath  = "todo.Err: this path of the function is not written yet"
	someCall = ": a function that this one calls is not written yet"
)

// nameStub notes which unwritten function the test needs whose message is shown, and
// puts the name of the stub that was reached into a message about todo.Err: the
// error itself cannot say whose it is.
func (r *results) nameStub(x *report.Exercise, e *workbook.Exercise, shown *stubBeside) {
	place := ""
	if shown != nil {
		x.Note = "its test calls " + shown.name + ", which is not written yet"
		place = fmt.Sprintf("%s (%s) is not written yet", shown.name, shown.place)
	}
	if !strings.Contains(x.Message, ownPath) && !strings.Contains(x.Message, someCall) {
		return
	}
	if name, f, found := r.job.Look.Calls().Stub(e.Funcs...); found {
		place = fmt.Sprintf("%s (%s) is not written yet", name, f.Place)
	}
	if place != "" {
		x.Message = strings.ReplaceAll(x.Message, ownPath, "todo.Err: "+place)
		x.Message = strings.ReplaceAll(x.Message, someCall, ": "+place)
	}
}
