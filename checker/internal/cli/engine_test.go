package cli

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/verdict"
)

// said is an engine that answers when it is told to.
type said struct {
	name string
	when <-chan struct{}
	err  error
}

func (e said) Name() string { return e.name }

func (e said) Judge(ctx context.Context, _ verdict.Job) (*report.Lesson, error) {
	select {
	case <-e.when:
		return &report.Lesson{Engine: e.name}, e.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestBoth(t *testing.T) {
	now := make(chan struct{})
	close(now)
	never := make(chan struct{})
	broken := errors.New("it is broken")
	tests := []struct {
		name           string
		quick, decides said
		afterFirst     bool // the one that decides waits for the first answer
		want           string
		err            error
	}{
		{name: "quick first", quick: said{when: now}, afterFirst: true, want: "quick, decides"},
		{name: "quick never", quick: said{when: never}, decides: said{when: now}, want: "decides"},
		{name: "quick broken", quick: said{when: now, err: broken}, decides: said{when: now}, want: "decides"},
		{name: "decides broken", quick: said{when: never}, decides: said{when: now, err: broken}, err: broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &app{}
			book, err := a.book()
			if err != nil {
				t.Fatal(err)
			}
			lesson, err := book.Lesson("lesson1")
			if err != nil {
				t.Fatal(err)
			}
			first := make(chan struct{})
			tt.quick.name, tt.decides.name = "quick", "decides"
			if tt.afterFirst {
				tt.decides.when = first
			}
			got := ""
			q := judge.Request{Root: t.TempDir(), Book: book, Lesson: lesson, Solutions: "all"}
			err = both(t.Context(), q, tt.quick, tt.decides, func(rep *report.Lesson) {
				if got != "" {
					got += ", "
				}
				got += rep.Engine
				if rep.Interim != (rep.Engine == "quick") {
					t.Errorf("the answer of %s is interim: %v", rep.Engine, rep.Interim)
				}
				if tt.afterFirst && rep.Interim {
					close(first)
				}
			})
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("it answers %q, %v; want %q, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

// The engine that decides begins when the quick one has ended, and after its head
// start at the latest.
func TestBoth_headStart(t *testing.T) {
	for _, tt := range []struct {
		name        string
		quick, want time.Duration
	}{
		{"quick", headStart / 3, headStart / 3},
		{"slow", time.Hour, headStart},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := &app{}
			book, err := a.book()
			if err != nil {
				t.Fatal(err)
			}
			lesson, err := book.Lesson("lesson1")
			if err != nil {
				t.Fatal(err)
			}
			q := judge.Request{Root: t.TempDir(), Book: book, Lesson: lesson, Solutions: "all"}
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				decides := &begun{}
				err := both(t.Context(), q, late(tt.quick), decides, func(*report.Lesson) {})
				if got := decides.at.Sub(start); got != tt.want || err != nil {
					t.Errorf("it begins after %v (%v), want %v", got, err, tt.want)
				}
			})
		})
	}
}

// late is an engine that takes its time.
type late time.Duration

func (late) Name() string { return "late" }

func (e late) Judge(ctx context.Context, _ verdict.Job) (*report.Lesson, error) {
	select {
	case <-time.After(time.Duration(e)):
		return &report.Lesson{Engine: "late"}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// begun is an engine that notes when it was asked.
type begun struct{ at time.Time }

func (*begun) Name() string { return "begun" }

func (e *begun) Judge(context.Context, verdict.Job) (*report.Lesson, error) {
	e.at = time.Now()
	return &report.Lesson{Engine: "begun"}, nil
}

func TestEngine(t *testing.T) {
	a := &app{}
	for _, tt := range []struct {
		asked string
		live  bool
		path  string // where the go command is looked for; "" is where it is
		want  string
	}{
		{"go", true, "", "go"},
		{"yaegi", true, "", "yaegi"},
		{"auto", true, "", "auto"},
		{"auto", false, "", "go"},
		{"auto", true, "/no/such/folder", "yaegi"},
		{"auto", false, "/no/such/folder", "yaegi"},
		{"go", false, "/no/such/folder", "go"},
	} {
		t.Run("", func(t *testing.T) {
			if tt.path != "" {
				t.Setenv("PATH", tt.path)
			}
			if got, err := a.engine(tt.asked, tt.live); got != tt.want || err != nil {
				t.Errorf("asked for %s, on a terminal: %v, PATH %q: got %q, %v; want %q", tt.asked, tt.live, tt.path, got, err, tt.want)
			}
		})
	}
}
