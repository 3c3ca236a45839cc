// Package judge answers the one question of the checker: which exercises of a
// lesson pass, and if one does not, where to look.
//
// It puts the tree together, hands it to an engine, and adds what the engine
// cannot know: which failing exercise leans on another one, and whether the
// fault lies in an earlier lesson.
package judge

import (
	"context"
	"fmt"
	"time"

	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// Engine judges a job.
type Engine interface {
	Name() string
	Judge(context.Context, gotest.Job) (*report.Lesson, error)
}

// Request is what to judge.
type Request struct {
	Root      string // of the learner's workbook
	Book      *workbook.Book
	Lesson    *workbook.Lesson
	Exercises []*workbook.Exercise // nil is all
	Solutions source.Mode
	Seed      uint64
	Extra     map[string][]byte // laid over the learner's files; nil masks one
	Engine    Engine
}

// Lesson judges a lesson or some of its exercises.
func Lesson(ctx context.Context, q Request) (*report.Lesson, error) {
	start := time.Now()
	rep, look, err := once(ctx, q, q.Solutions)
	if err != nil {
		return nil, err
	}
	lean(rep, q, look)
	if q.Solutions == source.None {
		if err := blame(ctx, q, rep, look); err != nil {
			return nil, err
		}
	}
	rep.Solutions = string(q.Solutions)
	rep.Took(time.Since(start))
	return rep, nil
}

func once(ctx context.Context, q Request, mode source.Mode) (*report.Lesson, *source.Look, error) {
	tree, err := source.Build(q.Root, q.Book, q.Lesson, mode, q.Extra)
	if err != nil {
		return nil, nil, err
	}
	job := gotest.Job{Tree: tree, Look: source.Examine(tree), Exercises: q.Exercises, Seed: q.Seed}
	if job.Exercises == nil {
		job.Exercises = q.Lesson.Exercises
	}
	rep, err := q.Engine.Judge(ctx, job)
	return rep, job.Look, err
}

// lean notes of each failing exercise which others it calls that do not pass.
func lean(rep *report.Lesson, q Request, look *source.Look) {
	open := map[string]bool{}
	for _, e := range q.Lesson.Exercises {
		if x := rep.Exercise(e.Name); x != nil {
			open[e.Name] = x.Verdict != report.Pass && x.Verdict != report.NotJudged
		} else {
			open[e.Name] = look.Stub(e)
		}
	}
	for i := range rep.Exercises {
		x := &rep.Exercises[i]
		switch x.Verdict {
		case report.Pass, report.NotImplemented, report.NotCompiled, report.NotJudged:
			continue
		}
		e := q.Lesson.Exercise(x.Name)
		for _, other := range q.Lesson.Exercises {
			if other != e && open[other.Name] && usesAny(look, e, other) {
				x.Note = "it calls " + other.Name + ", which does not pass yet"
				break
			}
		}
	}
}

func usesAny(look *source.Look, e, other *workbook.Exercise) bool {
	for _, f := range other.Funcs {
		if look.Uses(e, f.Name) {
			return true
		}
	}
	return false
}

// blame runs what failed once more with the references of the earlier lessons.
// What passes then is right, and the fault lies in an earlier exercise.
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
	if len(earlier) == 0 || len(failed) == 0 || len(look.Problems) > 0 {
		return nil
	}
	again := q
	again.Exercises = failed
	other, _, err := once(ctx, again, source.Earlier)
	if err != nil {
		return err
	}
	var innocent []*workbook.Exercise
	for _, e := range failed {
		if other.Exercise(e.Name).Verdict == report.Pass {
			innocent = append(innocent, e)
		}
	}
	if len(innocent) == 0 {
		return nil
	}
	lesson, culprit, err := findCulprit(ctx, q, earlier, innocent, look)
	if err != nil {
		return err
	}
	where := "an earlier lesson"
	if lesson != "" {
		where = lesson + " " + culprit
	}
	for _, e := range innocent {
		rep.Exercise(e.Name).Note = "passes with the reference of the earlier lessons: look at " + where
	}
	rep.Notes = append(rep.Notes, fmt.Sprintf(
		"%d of the failing exercises pass when the earlier lessons are replaced by their references.\nYour code here is right; what is wrong is %s. Run \"checker %s\", or go on with \"checker %s --solutions=earlier\".",
		len(innocent), where, whereCommand(lesson, culprit), q.Lesson.Name))
	return nil
}

func whereCommand(lesson, culprit string) string {
	if lesson == "" {
		return "list"
	}
	return lesson + " " + culprit
}

// findCulprit judges the earlier lessons, latest first, and names the first
// exercise that does not pass, one that the innocent call if there is one.
func findCulprit(ctx context.Context, q Request, earlier []string, innocent []*workbook.Exercise, look *source.Look) (lesson, exercise string, err error) {
	for i := len(earlier) - 1; i >= 0; i-- {
		l, err := q.Book.Lesson(earlier[i])
		if err != nil {
			return "", "", err
		}
		sub := q
		sub.Lesson, sub.Exercises = l, nil
		rep, _, err := once(ctx, sub, source.None)
		if err != nil {
			return "", "", err
		}
		for _, x := range rep.Exercises {
			if x.Verdict == report.Pass || x.Verdict == report.NotJudged {
				continue
			}
			called := false
			for _, e := range innocent {
				called = called || usesAny(look, e, l.Exercise(x.Name))
			}
			if called {
				return l.Name, x.Name, nil
			}
			if lesson == "" {
				lesson, exercise = l.Name, x.Name
			}
		}
	}
	return lesson, exercise, nil
}
