// Package compiler is the engine that decides: it compiles a learner's packages
// and their hidden tests, and runs them.
//
// Package build compiles; what that cannot know, package gotest does, with the go
// command. What a test program prints becomes verdicts in package verdict.
package compiler

import (
	"context"
	"errors"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// Engine judges jobs.
type Engine struct {
	Direct bool // do not leave anything to the go command: for tests
}

// Name is the engine's name in reports.
func (*Engine) Name() string { return "go" }

// Judge gives every exercise of a job its verdict. The error is for what kept the
// engine from judging at all.
func (g *Engine) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	rep, err := direct(ctx, j)
	if errors.Is(err, build.ErrIndirect) && !g.Direct {
		return (&gotest.Engine{}).Judge(ctx, j)
	}
	return rep, err
}

// direct judges without the go command.
func direct(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	var tests []workbook.Test
	for _, e := range j.Exercises {
		tests = append(tests, e.Tests...)
	}
	if len(tests) == 0 {
		return nil, build.ErrIndirect
	}
	p, err := prepare(ctx, j.Tree, tests)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.Judge(ctx, j)
}

// Build prepares the test programs of some packages of a tree, named by their
// folders below lessons/, to judge many jobs with them. The caller closes them.
func Build(ctx context.Context, t *source.Tree, dirs []string) (*Programs, error) {
	var tests []workbook.Test
	for _, e := range t.Lesson.Exercises {
		tests = append(tests, e.Tests...)
	}
	p, err := prepare(ctx, t, tests)
	if err != nil {
		return nil, err
	}
	for _, q := range t.Lesson.Packages {
		for _, dir := range dirs {
			if q.Dir != dir {
				continue
			}
			if _, err := p.program(ctx, q); err != nil {
				p.Close()
				return nil, err
			}
		}
	}
	return p, nil
}
