//go:build linux

package trial_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/jail"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
	"nodebook/fixtures"
	"nodebook/fixtures/unwritten"
)

func repository(t testing.TB) *author.Repo {
	t.Helper()
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	r, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func engine(t testing.TB, r *author.Repo, change ...func(*trial.Options)) *trial.Engine {
	t.Helper()
	j, err := jail.Open(t.Context())
	needs.Package(t, needs.Bubblewrap, err)
	src, err := handout.FromBinary(r.Book, fixtures.Files)
	if err != nil {
		t.Fatal(err)
	}
	module, err := handout.Files(src)
	if err != nil {
		t.Fatal(err)
	}
	o := trial.Options{Book: r.Book, Module: module, Work: t.TempDir(), Jail: j}
	for _, f := range change {
		f(&o)
	}
	e, err := trial.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// same is an engine that judges twice, and complains where the two disagree.
type same struct {
	*trial.Session
	t *testing.T
}

func (s same) Judge(ctx context.Context, j verdict.Job) (*report.Lesson, error) {
	rep, err := s.Session.Judge(ctx, j)
	if err != nil {
		s.t.Error(err)
	}
	return rep, err
}

func TestReferences(t *testing.T) {
	needs.Lot(t, 4)
	r := repository(t)
	e := engine(t, r)
	root := t.TempDir()
	if err := r.Scratch(root); err != nil {
		t.Fatal(err)
	}
	for _, name := range needs.Some(t, r.Book.Names(), 1, 3) {
		t.Run(name, func(t *testing.T) {
			l, err := r.Book.Lesson(name)
			if err != nil {
				t.Fatal(err)
			}
			rep, err := judge.Lesson(t.Context(), judge.Request{Root: root, Book: r.Book, Lesson: l, Solutions: source.All, Seed: 7, Engine: e.Session()})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range rep.Problems {
				t.Error(p)
			}
			for _, x := range rep.Exercises {
				if len(l.Exercise(x.Name).Tests) > 0 && x.Verdict != report.Pass {
					t.Errorf("%s: %s\n%s", x.Name, x.Verdict, x.Message)
				}
			}
		})
	}
}

// A wrong solution gets the message that its author gets to read at home.
func TestSameMessagesAsAtHome(t *testing.T) {
	needs.Lot(t, 4)
	r := repository(t)
	e := engine(t, r)
	l, err := r.Book.Lesson("lesson1")
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Wrongs(l)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range needs.Some(t, all, 3, 6) {
		rep, err := w.Judge(t.Context(), r, same{e.Session(), t})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range w.Hold(rep) {
			t.Error(c)
		}
		golden, err := fs.ReadFile(os.DirFS(r.Root), w.File[:len(w.File)-len("txt")]+"golden")
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Golden(rep); got != string(golden) {
			t.Errorf("%s: graded, it says\n%s\nat home\n%s", w.File, got, golden)
		}
	}
}

// At home a test may wait until a later function is written. In a class nothing waits:
// a wrong function would pass by leaving the later ones as they are.
func TestNothingWaits(t *testing.T) {
	needs.Lot(t, 4)
	r := repository(t)
	root := t.TempDir()
	if err := r.Scratch(root); err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(r.Root, "solutions/lesson8/fetch/next.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "lessons/lesson8/fetch/next.go"), stub.Retarget(src), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := r.Book.Lesson("lesson8")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		engine judge.Engine
		want   report.Verdict
	}{{&compiler.Engine{}, report.Pass}, {engine(t, r).Session(), report.Fail}} {
		rep, err := judge.Lesson(t.Context(), judge.Request{Root: root, Book: r.Book, Lesson: l, Exercises: []*workbook.Exercise{l.Exercise("Window.Next")},
			Solutions: source.Earlier, Seed: 1, Engine: c.engine})
		if err != nil {
			t.Fatal(err)
		}
		if x := rep.Exercise("Window.Next"); x.Verdict != c.want || !strings.Contains(x.Note, "Window.Arrived") {
			t.Errorf("%s, want %s\n%s\n%s", x.Verdict, c.want, x.Note, x.Message)
		}
	}
}

// Two functions of lesson 5 that wait forever cost their own exercises. All others
// pass.
func TestHanging(t *testing.T) {
	needs.Lot(t, 8)
	r := repository(t)
	e := engine(t, r)
	l, err := r.Book.Lesson("lesson5")
	if err != nil {
		t.Fatal(err)
	}
	extra := map[string][]byte{}
	for _, name := range []string{"VerifyPath", "Wallet.Reject"} {
		file := holding(t, r, l, name)
		src, err := fs.ReadFile(r.Book.Solutions, file)
		if err != nil {
			t.Fatal(err)
		}
		extra["lessons/"+file] = stub.Retarget(waiting(t, src, name))
	}
	rep, err := judge.Lesson(t.Context(), judge.Request{Root: r.Root, Book: r.Book, Lesson: l, Solutions: source.All, Extra: extra, Seed: 7, Engine: same{e.Session(), t}})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range rep.Exercises {
		want := report.Pass
		if x.Name == "VerifyPath" || x.Name == "Wallet.Reject" {
			want = report.Deadlock
		}
		if x.Verdict != want {
			t.Errorf("%s: %s, want %s\n%s", x.Name, x.Verdict, want, x.Message)
		}
	}
}

// holding is the file of a lesson that declares a function.
func holding(t *testing.T, r *author.Repo, l *workbook.Lesson, name string) string {
	t.Helper()
	for _, p := range l.Packages {
		for _, file := range p.Files {
			src, err := fs.ReadFile(r.Book.Solutions, file)
			if err != nil {
				t.Fatal(err)
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && unwritten.FuncName(d) == name {
					return file
				}
			}
		}
	}
	t.Fatalf("no function %s", name)
	return ""
}

// waiting is a file in which a function does nothing but wait.
func waiting(t *testing.T, src []byte, name string) []byte {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && unwritten.FuncName(d) == name {
			at := fset.Position(d.Body.Lbrace).Offset + 1
			return slices.Concat(src[:at], []byte(" if true { select {} };"), src[at:])
		}
	}
	return nil
}
