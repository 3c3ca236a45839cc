package outside_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/outside"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

func open(t *testing.T) (*author.Repo, *outside.Engine) {
	t.Helper()
	repo, err := author.Open(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if repo.Root, err = filepath.Abs(repo.Root); err != nil {
		t.Fatal(err)
	}
	return repo, &outside.Engine{Book: repo.Book, Inside: &compiler.Engine{}}
}

// fitting are the exercises of a lesson that are judged from outside.
func fitting(t *testing.T, repo *author.Repo, g *outside.Engine, l *workbook.Lesson) (all []*workbook.Exercise) {
	plans, errs := g.Plans(t.Context(), repo.Root, l, l.Packages)
	for p, err := range errs {
		t.Logf("%s is judged inside: %v", p.Dir, err)
	}
	for _, p := range l.Packages {
		if plan := plans[p]; plan != nil {
			t.Logf("%s: %d tests outside, %d inside", p.Dir, len(plan.Outside), len(plan.Inside))
		}
	}
	for _, e := range l.Exercises {
		if ok, why := outside.Where(e, plans); ok {
			all = append(all, e)
		} else {
			t.Logf("%s is judged inside: %s", e.Name, why)
		}
	}
	return all
}

// patient is a lesson with much time: what is right ends by itself, on a busy machine
// as well.
func patient(l *workbook.Lesson) *workbook.Lesson {
	p := *l
	p.Limits.Timeout = 10 * time.Minute
	return &p
}

// The references pass from outside.
func TestReference(t *testing.T) {
	needs.Lot(t, 3)
	repo, g := open(t)
	lessons, err := repo.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range needs.Some(t, lessons, 2, 3) {
		t.Run(l.Name, func(t *testing.T) {
			exercises := fitting(t, repo, g, l)
			if len(exercises) == 0 {
				t.Log("nothing of it is judged from outside")
				return
			}
			rep, err := judge.Lesson(context.Background(), judge.Request{Root: repo.Root, Book: repo.Book, Lesson: patient(l), Exercises: exercises,
				Solutions: source.All, Seed: 1, Engine: g})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range rep.Problems {
				t.Error(p)
			}
			for _, x := range rep.Exercises {
				if x.Verdict != report.Pass {
					t.Errorf("%s: %s\n%s\nprinted: %s", x.Name, x.Verdict, x.Message, x.Printed)
				}
			}
		})
	}
}

// The right solutions in other styles pass from outside, too. With OUTSIDE in the
// environment all are tried whose file contains it.
func TestRight(t *testing.T) {
	repo, g := open(t)
	lessons, err := repo.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	match := os.Getenv("OUTSIDE")
	if match == "" {
		needs.Lot(t, 4)
		lessons = slices.DeleteFunc(lessons, func(l *workbook.Lesson) bool { return l.Limits.Race }) // all inside
		lessons = needs.Some(t, lessons, 1, 3)
	}
	for _, l := range lessons {
		t.Run(l.Name, func(t *testing.T) {
			rights, err := repo.Rights(l)
			if err != nil {
				t.Fatal(err)
			}
			rights = slices.DeleteFunc(rights, func(w *author.Wrong) bool { return !strings.Contains(w.File, match) })
			if match == "" {
				rights = needs.Some(t, rights, 1, 2)
			}
			for _, w := range rights {
				w.Lesson = patient(l)
				rep, err := w.Judge(t.Context(), repo, g)
				if err != nil {
					t.Errorf("%s: %v", w.File, err)
					continue
				}
				for _, c := range w.Hold(rep) {
					t.Error(c)
				}
			}
		})
	}
}

// The wrong solutions are refused from outside in the words of their golden files.
// Without OUTSIDE in the environment some are drawn; with it, all are tried whose file
// contains it.
func TestWrong(t *testing.T) {
	repo, g := open(t)
	lessons, err := repo.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	match := os.Getenv("OUTSIDE")
	if match == "" {
		needs.Lot(t, 4)
		lessons = needs.Some(t, lessons, 1, len(lessons))
	}
	for _, l := range lessons {
		t.Run(l.Name, func(t *testing.T) {
			exercises := fitting(t, repo, g, l)
			wrongs, err := repo.Wrongs(l)
			if err != nil {
				t.Fatal(err)
			}
			wrongs = slices.DeleteFunc(wrongs, func(w *author.Wrong) bool {
				return !slices.Contains(exercises, l.Exercise(w.Refused)) || !strings.Contains(w.File, match)
			})
			if match == "" {
				wrongs = needs.Some(t, wrongs, 3, 3)
			}
			alike := 0
			for _, w := range wrongs {
				if wrong(t, repo, g, l, w, exercises) {
					alike++
				}
			}
			t.Logf("%d of %d alike", alike, len(wrongs))
		})
	}
}

func wrong(t *testing.T, repo *author.Repo, g *outside.Engine, l *workbook.Lesson, w *author.Wrong, exercises []*workbook.Exercise) bool {
	extra, err := w.Overlay(repo.Book.Solutions)
	if err != nil {
		t.Fatal(err)
	}
	some, err := repo.Touched(w)
	if err != nil {
		t.Fatal(err)
	}
	some = slices.DeleteFunc(some, func(e *workbook.Exercise) bool { return !slices.Contains(exercises, e) })
	rep, err := judge.Lesson(context.Background(), judge.Request{Root: repo.Root, Book: repo.Book, Lesson: l, Exercises: some,
		Solutions: source.All, Seed: 1, Extra: extra, Engine: g})
	if err != nil {
		t.Errorf("%s: %v", w.File, err)
		return false
	}
	if w.Outside != "" {
		if x := rep.Exercise(w.Refused); x == nil || x.Verdict != w.Outside {
			t.Errorf("%s: %+v, want %s", w.File, x, w.Outside)
		}
		return false
	}
	for _, c := range w.Hold(rep) {
		t.Errorf("%v", c)
		return false
	}
	golden, err := os.ReadFile(filepath.Join(repo.Root, strings.TrimSuffix(w.File, ".txt")+".golden"))
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Golden(rep); w.Lasting(got) != w.Lasting(string(golden)) {
		t.Errorf("%s: got\n%s\nwant\n%s", w.File, got, golden)
		return false
	}
	return true
}
