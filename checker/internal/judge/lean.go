package judge

import (
	"context"
	"slices"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// lean notes of each failing exercise which other one it calls that does not
// pass.
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
		for _, other := range q.Lesson.Exercises {
			if x := open[other.Name]; other != e && x != nil && calls.Reaches(e, openPart(other, x)) {
				rep.Exercise(e.Name).Note = "it calls " + other.Name + ", which does not pass yet"
				break
			}
		}
	}
	return nil
}

// openPart is an exercise without those of its functions that pass by themselves.
func openPart(e *workbook.Exercise, x *report.Exercise) *workbook.Exercise {
	part := *e
	part.Funcs = slices.DeleteFunc(slices.Clone(e.Funcs), func(f *workbook.Func) bool {
		return slices.ContainsFunc(x.Functions, func(g report.Function) bool { return g.Name == f.Name && g.Verdict == report.Pass })
	})
	return &part
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
func openExercises(ctx context.Context, rep *report.Lesson, q Request, look *source.Look, failed []*workbook.Exercise) (map[string]*report.Exercise, error) {
	open := map[string]*report.Exercise{}
	var called []*workbook.Exercise
	for _, e := range q.Lesson.Exercises {
		x := rep.Exercise(e.Name)
		switch {
		case x != nil: // what did not compile is not called by what could be judged
			if x.Verdict == report.NotImplemented || fails(x.Verdict) || x.Verdict == report.Internal {
				open[e.Name] = x
			}
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
	for i := range more.Exercises {
		if x := &more.Exercises[i]; fails(x.Verdict) || x.Verdict == report.NotImplemented {
			open[x.Name] = x
		}
	}
	return open, nil
}
