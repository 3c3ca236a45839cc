package author_test

import (
	"path/filepath"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

// The rules of "one source", held over the project's own lessons. Stubs are
// made in a temporary folder: a learner's own files are never read. What these
// tests report, "checker author check" reports too.

func repo(t *testing.T) *author.Repo {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	r, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hold(t *testing.T, complaints []author.Complaint, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range complaints {
		t.Error(c)
	}
}

func TestRules(t *testing.T) {
	complaints, err := repo(t).Rules()
	hold(t, complaints, err)
}

// each runs a test on a repository for some lessons.
func each(t *testing.T, test func(t *testing.T, r *author.Repo, l *workbook.Lesson)) {
	lessons, err := repo(t).Lessons()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range needs.Some(t, lessons, 1, 3) {
		t.Run(l.Name, func(t *testing.T) {
			r := repo(t)
			if err := r.Only(l.Name); err != nil {
				t.Fatal(err)
			}
			test(t, r, l)
		})
	}
}

func TestStubsAreNotImplemented(t *testing.T) {
	needs.Lot(t, 3)
	each(t, func(t *testing.T, r *author.Repo, l *workbook.Lesson) {
		if l.Limits.Race {
			needs.Race(t)
		}
		complaints, err := r.Unsolved(t.Context())
		hold(t, complaints, err)
	})
}

func TestReferencesPassWithRaceDetector(t *testing.T) {
	needs.Lot(t, 3)
	needs.Race(t)
	each(t, func(t *testing.T, r *author.Repo, _ *workbook.Lesson) {
		complaints, err := r.Solved(t.Context())
		hold(t, complaints, err)
	})
}

// The pictures of the pages are what their sources give, every page shows its own,
// and a second drawing gives the same bytes.
func TestPicturesAreFresh(t *testing.T) {
	for range 2 {
		complaints, err := repo(t).StalePictures()
		hold(t, complaints, err)
	}
}

func TestWords(t *testing.T) {
	complaints, err := repo(t).BadStyle()
	hold(t, complaints, err)
}

func TestLinks(t *testing.T) {
	complaints, err := repo(t).BadLinks()
	hold(t, complaints, err)
}

func TestSpelling(t *testing.T) {
	complaints, err := repo(t).BadSpelling()
	hold(t, complaints, err)
}

func TestDensity(t *testing.T) {
	complaints, err := repo(t).Density()
	hold(t, complaints, err)
}

func TestPagesAreReal(t *testing.T) {
	needs.Lot(t, 3)
	each(t, func(t *testing.T, r *author.Repo, _ *workbook.Lesson) {
		complaints, err := r.StalePages(t.Context(), false)
		hold(t, complaints, err)
	})
}
