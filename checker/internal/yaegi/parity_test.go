package yaegi_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/yaegi"
)

func TestExplore(t *testing.T) {
	only := os.Getenv("LESSON")
	if only == "" {
		return
	}
	r, err := author.Open("../../..")
	if err != nil {
		t.Fatal(err)
	}
	r.Root, _ = os.Getwd()
	r.Root += "/../../.."
	l, err := r.Book.Lesson(only)
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Now()
	rep, err := judge.Lesson(t.Context(), judge.Request{Root: "/work/main", Book: r.Book, Lesson: l, Solutions: source.All, Seed: 1, Engine: &yaegi.Engine{}})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(time.Since(t0))
	report.Text(os.Stdout, rep, report.Style{All: true})
}
