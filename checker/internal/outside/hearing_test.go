package outside

import (
	"context"
	"fmt"
	"testing"

	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/lessons"
	"nodebook/solutions"
)

// heard is an engine whose judge and child have said these things.
type heard struct{ judge, child string }

func (heard) Name() string { return "heard" }

func (x heard) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	return verdict.Collect(ctx, j, x.Name(), j.Tree.Root, func(_ context.Context, left []workbook.Test, _ bool) ([]*verdict.Trace, error) {
		h := newHearing(j.Tree.Root, "mark", left[:1])
		h.line(fmt.Appendf(nil, `{"Action":"begin","Test":%q}`, left[0].Name))
		h.line([]byte(x.judge))
		h.out = []byte("\nmark 1\n" + x.child)
		h.close(process.Outcome{}, process.Outcome{Exit: 2})
		return []*verdict.Trace{h.trace}, nil
	})
}

// When the time is over, a child in which everything waits is in a deadlock only if the
// test has waited for it, and not if call followed call: then it waits for the next one.
func TestHearing_moving(t *testing.T) {
	book, err := workbook.New(solutions.Files, lessons.Files)
	if err != nil {
		t.Fatal(err)
	}
	l, err := book.Lesson("lesson1")
	if err != nil {
		t.Fatal(err)
	}
	const stacks = "panic: test timed out after 10s\n\ngoroutine 7 [chan receive]:\nmain.serve()\n\t/main.go:9 +0x1\n"
	for moving, want := range map[bool]report.Verdict{false: report.Deadlock, true: report.TimedOut} {
		rep, err := judge.Lesson(t.Context(), judge.Request{Root: "../../..", Book: book, Lesson: l, Exercises: l.Exercises[:1], Solutions: source.All,
			Engine: heard{fmt.Sprintf(`{"Action":"timeout","Moving":%v}`, moving), stacks}})
		if err != nil {
			t.Fatal(err)
		}
		if got := rep.Exercises[0]; got.Verdict != want {
			t.Errorf("moving %v: %s, want %s\n%s", moving, got.Verdict, want, got.Message)
		}
	}
}
