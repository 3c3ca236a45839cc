// Package judge answers the one question of the checker: which exercises of a
// lesson pass, and if one does not, where to look.
//
// It puts the tree together, hands it to an engine, and adds what the engine
// cannot know: which failing exercise leans on another one, and whether the
// fault lies in an earlier lesson.
package judge

import (
	"context"
	"time"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// Engine judges a job.
type Engine interface {
	Name() string
	Judge(context.Context, verdict.Job) (*report.Lesson, error)
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
	if err := lean(ctx, rep, q, look); err != nil {
		return nil, err
	}
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
	job := verdict.Job{Tree: tree, Look: source.Examine(tree), Exercises: q.Exercises, Seed: q.Seed}
	if job.Exercises == nil {
		job.Exercises = q.Lesson.Exercises
	}
	rep, err := q.Engine.Judge(ctx, job)
	if err == nil {
		rep.Notes = append(rep.Notes, tree.Skipped...)
		leave(job.Look, rep, q.Lesson)
	}
	return rep, job.Look, err
}

// leave names the packages of which nothing could be compiled to the look at the
// source: an engine that has judged the same code before may not have looked again.
func leave(look *source.Look, rep *report.Lesson, l *workbook.Lesson) {
	compiled := map[*workbook.Package]bool{}
	for _, x := range rep.Exercises {
		p := l.Exercise(x.Name).Package
		compiled[p] = compiled[p] || x.Verdict != report.NotCompiled
	}
	for p, ok := range compiled {
		if !ok {
			look.Leave(p)
		}
	}
}
