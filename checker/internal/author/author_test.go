package author_test

import (
	"path/filepath"
	"testing"

	"nodebook/checker/internal/author"
)

// The rules of "one source", held over the project's own lessons. Stubs are
// made in a temporary folder: a learner's own files are never read. What these
// tests complain of, "checker author check" complains of too.

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

func TestStubsAreNotImplemented(t *testing.T) {
	complaints, err := repo(t).Unsolved(t.Context())
	hold(t, complaints, err)
}

func TestReferencesPassWithRaceDetector(t *testing.T) {
	complaints, err := repo(t).Solved(t.Context())
	hold(t, complaints, err)
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

func TestDensity(t *testing.T) {
	complaints, err := repo(t).Density()
	hold(t, complaints, err)
}

func TestPagesAreReal(t *testing.T) {
	complaints, err := repo(t).StalePages(t.Context(), false)
	hold(t, complaints, err)
}
