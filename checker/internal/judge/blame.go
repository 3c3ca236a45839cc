package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// blame runs what failed again with the references of the earlier lessons.
// What passes then is right, and the fault lies in an earlier exercise. What
// fails then too gets the message of that run: it is of this lesson alone.
func blame(ctx context.Context, q Request, rep *report.Lesson, look *source.Look) error {
	earlier := q.Book.Before(q.Lesson)
	var failed []*workbook.Exercise
	for _, x := range rep.Exercises {
		switch x.Verdict {
		case report.Pass, report.NotImplemented, report.Internal, report.NotJudged:
		default:
			failed = append(failed, q.Lesson.Exercise(x.Name))
		}
	}
	if len(earlier) == 0 || len(failed) == 0 {
		return nil
	}
	again := q
	again.Exercises = failed
	other, _, err := once(ctx, again, source.Earlier)
	if err != nil {
		return err
	}
	failed = slices.DeleteFunc(failed, func(e *workbook.Exercise) bool {
		return other.Exercise(e.Name).Verdict == report.NotCompiled // the fault is this lesson's
	})
	if len(failed) == 0 {
		return nil
	}
	all, err := findFaults(ctx, q, earlier)
	if err != nil || len(all) == 0 {
		return err
	}
	innocent := 0
	var first *fault
	for _, e := range failed {
		x, o := rep.Exercise(e.Name), other.Exercise(e.Name)
		f := faultOf(all, x, e, look)
		switch {
		case o.Verdict == report.Pass:
			if f == nil {
				f = all[0]
			}
			if first == nil {
				first = f
			}
			x.Note = "passes with the reference of the earlier lessons: look at " + f.where()
			innocent++
		case f != nil:
			tests := x.Tests
			*x = *o
			x.Tests, x.Note = tests, "with the references of the earlier lessons; "+f.tooWrong()
		}
	}
	if first != nil {
		rep.Notes = append(rep.Notes, fmt.Sprintf("%s when the earlier lessons are replaced by their references.\n"+
			"Your code here is right; what is wrong is %s. Run \"checker %s\", or go on with \"checker %s --solutions=earlier\".",
			passing(innocent), first.where(), first.command(), q.Lesson.Name))
	}
	return nil
}

func passing(n int) string {
	if n == 1 {
		return "One of the failing exercises passes"
	}
	return fmt.Sprintf("%d of the failing exercises pass", n)
}

// fault is something wrong in an earlier lesson: an exercise, or a place that
// does not compile.
type fault struct {
	lesson   *workbook.Lesson
	exercise *workbook.Exercise // nil: it does not compile
	place    string
	cause    *fault // the exercise of the same lesson that this one calls, and that is wrong too
}

func (f *fault) root() *fault {
	for f.cause != nil {
		f = f.cause
	}
	return f
}

func (f *fault) where() string {
	if f = f.root(); f.exercise == nil {
		return f.place + ", which does not compile"
	}
	return f.lesson.Name + " " + f.exercise.Name
}

func (f *fault) tooWrong() string {
	if f = f.root(); f.exercise == nil {
		return f.place + " does not compile"
	}
	return f.where() + " is wrong too"
}

func (f *fault) command() string {
	if f = f.root(); f.exercise == nil {
		if dirs := strings.Split(f.place, "/"); len(dirs) > 2 && dirs[0] == "lessons" {
			return dirs[1] // the lesson may not compile because of one before it
		}
		return f.lesson.Name
	}
	return f.lesson.Name + " " + f.exercise.Name
}

// faultOf is the fault that an exercise meets, or nil: the first one that it
// calls itself, or else what kept it from compiling.
func faultOf(all []*fault, x *report.Exercise, e *workbook.Exercise, look *source.Look) *fault {
	for _, f := range all {
		if f.exercise == nil && x.Verdict == report.NotCompiled || f.exercise != nil && look.Calls().Reaches(e, f.exercise) {
			return f
		}
	}
	return nil
}

// findFaults judges the earlier lessons, the latest first.
func findFaults(ctx context.Context, q Request, earlier []string) ([]*fault, error) {
	var all []*fault
	for i := len(earlier) - 1; i >= 0; i-- {
		l, err := q.Book.Lesson(earlier[i])
		if err != nil {
			return nil, err
		}
		sub := q
		sub.Lesson, sub.Exercises = l, nil
		rep, look, err := once(ctx, sub, source.None)
		if err != nil {
			return nil, err
		}
		if len(rep.Problems) > 0 {
			all = append(all, &fault{lesson: l, place: rep.Problems[0].Place})
		}
		var own []*fault
		for _, x := range rep.Exercises {
			if x.Verdict != report.Pass && x.Verdict != report.NotJudged && x.Verdict != report.NotCompiled {
				own = append(own, &fault{lesson: l, exercise: l.Exercise(x.Name)})
			}
		}
		for i, f := range own {
			for _, g := range own[:i] { // an exercise builds on earlier ones
				if f.cause == nil && look.Calls().Reaches(f.exercise, g.exercise) {
					f.cause = g
				}
			}
		}
		all = append(all, own...)
	}
	return all, nil
}
