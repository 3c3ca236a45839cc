package author_test

import (
	"os"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/needs"
)

// Each wrong solution is refused by the exercise that it names, with the message
// beside it, and by no exercise that has nothing to do with it.
func TestWrongSolutionsAreRefused(t *testing.T) {
	corpora(t, func(t *testing.T, r *author.Repo) (int, []author.Complaint, error) {
		r.Draw = needs.Drawn(1, 8)
		n, _, complaints, err := r.JudgeWrongs(t.Context(), "", 1, false)
		return n, complaints, err
	})
}

// Each right solution, in another style than the reference's, passes; with three
// seeds if nothing is drawn.
func TestRightSolutionsPass(t *testing.T) {
	corpora(t, func(t *testing.T, r *author.Repo) (int, []author.Complaint, error) {
		r.Draw = needs.Drawn(1, 0)
		seeds := 1
		if os.Getenv(needs.All) != "" {
			seeds = 3
		}
		n, _, complaints, err := r.JudgeRights(t.Context(), "", seeds)
		return n, complaints, err
	})
}

// corpora judges those of each lesson, or of a few lessons in a short run.
func corpora(t *testing.T, judge func(*testing.T, *author.Repo) (int, []author.Complaint, error)) {
	lessons, err := repo(t).Lessons()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range needs.Some(t, lessons, 1, 0) {
		t.Run(l.Name, func(t *testing.T) {
			if l.Limits.Race {
				needs.Race(t)
			}
			r := repo(t)
			if err := r.Only(l.Name); err != nil {
				t.Fatal(err)
			}
			n, complaints, err := judge(t, r)
			hold(t, complaints, err)
			if n == 0 {
				t.Error("this lesson has none")
			}
		})
	}
}
