//go:build unix

package trial

import (
	"path/filepath"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/build"
	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/source"
	"nodebook/checker/needs"
	"nodebook/fixtures"
)

// Nothing that an honest learner would write is refused: not the references, not
// the right solutions, not the wrong ones.
func TestHonest(t *testing.T) {
	needs.Lot(t, 4)
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := jail.Bare()
	if err != nil {
		t.Fatal(err)
	}
	src, err := handout.FromBinary(repo.Book, fixtures.Files)
	if err != nil {
		t.Fatal(err)
	}
	module, err := handout.Files(src)
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(t.Context(), Options{Book: repo.Book, Module: module, Work: t.TempDir(), Jail: bare})
	if err != nil {
		t.Fatal(err)
	}
	lessons, err := repo.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range needs.Some(t, lessons, 2, len(lessons)) {
		k, err := e.kit(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := source.Build(root, e.o.Book, l, source.All, nil)
		if err != nil {
			t.Fatal(err)
		}
		programs := []*author.Wrong{nil} // the references
		for _, corpus := range []func() ([]*author.Wrong, error){
			func() ([]*author.Wrong, error) { return repo.Rights(l) }, func() ([]*author.Wrong, error) { return repo.Wrongs(l) }} {
			all, err := corpus()
			if err != nil {
				t.Fatal(err)
			}
			programs = append(programs, needs.Some(t, all, 5, 8)...)
		}
		t.Logf("%s: %d programs", l.Name, len(programs))
		for _, w := range programs {
			honest(t, e, k, whole, w)
		}
	}
}

func honest(t *testing.T, e *Engine, k *kit, whole *source.Tree, w *author.Wrong) {
	t.Helper()
	c, name := collect(whole), "the references"
	if w != nil {
		over, err := w.Overlay(e.o.Book.Solutions)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := source.Build(whole.Root, e.o.Book, whole.Lesson, source.All, over)
		if err != nil {
			t.Fatal(err)
		}
		c, name = collect(tree), w.File
	}
	s := e.Session()
	b := s.builder(k, c, t.TempDir())
	for _, p := range c.Packages {
		if w != nil && p.Dir != w.Package.Dir {
			continue
		}
		p.Reference = false
		for _, x := range s.refused(k, &build.Code{Packages: []*build.Package{p}}) {
			t.Errorf("%s: %s", name, x)
		}
		x := b.typesOf(p)
		if x.err != nil {
			t.Errorf("%s: %v", name, x.err)
		}
		for _, y := range x.refused {
			t.Errorf("%s: %s", name, y)
		}
		if files, ok := once(p); ok { // what is compiled has the same types
			copied := *p
			copied.Files = files
			if x := b.typesOf(&copied); x.err != nil {
				t.Errorf("%s, with arguments copied: %v", name, x.err)
			}
		}
	}
}
