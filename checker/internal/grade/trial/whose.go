package trial

import (
	"context"
	"strings"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/expect"
)

// whose finds out whose fault internal errors are. A test says so where it could
// not do its part; the code under test can bring that about, by an error where
// the test prepares something, or by taking the last descriptor. Where the
// reference passes the same test on this machine, and the code does not the second
// time either, it is the code's.
func (s *Session) whose(ctx context.Context, k *kit, j verdict.Job, c *build.Code, whole *report.Lesson) error {
	internal := func(rep *report.Lesson) (all []*workbook.Exercise) {
		for _, x := range rep.Exercises {
			if x.Verdict == report.Internal {
				all = append(all, j.Tree.Lesson.Exercise(x.Name))
			}
		}
		return all
	}
	if j.Exercises = internal(whole); len(j.Exercises) == 0 {
		return nil
	}
	again, err := s.judge(ctx, k, j, c)
	if err != nil {
		return err
	}
	for _, x := range again.Exercises {
		*whole.Exercise(x.Name) = x
	}
	if j.Exercises = internal(whole); len(j.Exercises) == 0 {
		return nil
	}
	tree, err := source.Build(j.Tree.Root, s.e.o.Book, j.Tree.Lesson, source.All, nil)
	if err != nil {
		return err
	}
	ref, err := s.judge(ctx, k, verdict.Job{Tree: tree, Look: source.Examine(tree), Exercises: j.Exercises, Seed: j.Seed}, collect(tree))
	if err != nil {
		return err
	}
	for _, x := range ref.Exercises {
		if x.Verdict != report.Pass {
			continue
		}
		y := whole.Exercise(x.Name)
		y.Verdict = report.Fail
		y.Message = "the test could not do its part with this code, and can with the reference:\n" + strings.TrimPrefix(y.Message, expect.BrokenPrefix)
	}
	whole.Count()
	return nil
}
