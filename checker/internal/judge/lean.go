package judge

import (
	"context"
	"fmt"
	"strings"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// lean notes of each failing exercise which other one it calls that does not
// pass, and which stub it has reached.
func lean(ctx context.Context, rep *report.Lesson, q Request, look *source.Look) error {
	var failed []*workbook.Exercise
	for _, x := range rep.Exercises {
		if fails(x.Verdict) {
			failed = append(failed, q.Lesson.Exercise(x.Name))
		}
	}
	if len(failed) == 0 {
		return nil
	}
	open, err := openExercises(ctx, rep, q, look, failed)
	if err != nil {
		return err
	}
	calls := look.Calls()
	for _, e := range failed {
		x := rep.Exercise(e.Name)
		for _, other := range q.Lesson.Exercises {
			if other != e && open[other.Name] && calls.Reaches(e, other) {
				x.Note = "it calls " + other.Name + ", which does not pass yet"
				break
			}
		}
		nameStub(x, e, calls)
	}
	return nil
}

// fails reports whether a verdict is one on the learner's code that is not a pass.
func fails(v report.Verdict) bool {
	switch v {
	case report.Pass, report.NotImplemented, report.NotCompiled, report.NotJudged, report.Internal:
		return false
	}
	return true
}

// openExercises are those of the lesson that do not pass. What a failing one
// calls and was not asked for is judged now: the fault may be there.
func openExercises(ctx context.Context, rep *report.Lesson, q Request, look *source.Look, failed []*workbook.Exercise) (map[string]bool, error) {
	open := map[string]bool{}
	var called []*workbook.Exercise
	for _, e := range q.Lesson.Exercises {
		x := rep.Exercise(e.Name)
		switch {
		case x != nil: // what did not compile is not called by what could be judged
			open[e.Name] = x.Verdict == report.NotImplemented || fails(x.Verdict) || x.Verdict == report.Internal
		case look.Stub(e):
			open[e.Name] = true
		case q.Solutions != source.All: // a reference is right
			for _, f := range failed {
				if look.Calls().Reaches(f, e) {
					called = append(called, e)
					break
				}
			}
		}
	}
	if len(called) == 0 {
		return open, nil
	}
	again := q
	again.Exercises = called
	more, _, err := once(ctx, again, q.Solutions)
	if err != nil {
		return nil, err
	}
	for _, x := range more.Exercises {
		open[x.Name] = fails(x.Verdict)
	}
	return open, nil
}

// The words of expect.Error about an error that is todo.Err, or has it inside.
const (
	ownPath  = "todo.Err: this path of the function is not written yet"
	someCall = ": a function that this one calls is not written yet"
)

// nameStub puts the name of the stub that was reached into a message about
// todo.Err: the error itself cannot say whose it is.
func nameStub(x *report.Exercise, e *workbook.Exercise, calls *source.Calls) {
	if !strings.Contains(x.Message, ownPath) && !strings.Contains(x.Message, someCall) {
		return
	}
	name, f, found := calls.Stub(e.Funcs...)
	if !found {
		return
	}
	place := fmt.Sprintf("%s (%s) is not written yet", name, f.Place)
	x.Message = strings.ReplaceAll(x.Message, ownPath, "todo.Err: "+place)
	x.Message = strings.ReplaceAll(x.Message, someCall, ": "+place)
}
