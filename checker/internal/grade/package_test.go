//go:build linux

package grade_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/trial"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"
)

// A package that does not compile, or that holds something refused, costs the
// points of the exercises that need it, and those of no other. So does one that
// keeps a test from doing its part: that is no fault of the machine.
func TestOnePackage(t *testing.T) {
	const merkle = "lesson5/chain/merkle.go"
	const insert = "func (t *Tree) Insert(leaf Hash) {\n"
	own := []string{"lesson5/chain"}
	needing := []string{"lesson5/chain", "lesson5/wallet", "lesson5/node"}
	const chainDoesNot = "package chain does not compile. The other exercises, "
	tests := []struct {
		name, file, old, new string
		says, also           string
		without              []string // the packages whose exercises did not compile
	}{
		{"ada", merkle, insert, insert + "\tif {\n", "syntax error: ", chainDoesNot, needing},
		{"bob", merkle, insert, insert + "\tos.Exit(0)\n", "refused when a class is graded: os.Exit", chainDoesNot, needing},
		{"eve", merkle, "func VerifyPath(", "func VerifiesPath(", "VerifyPath is missing", chainDoesNot, own},
		{"joe", merkle, insert, insert + "\tvar x int = \"x\"\n", "cannot use \"x\"", chainDoesNot, needing},
	}
	o := class(t, t.TempDir(), func(to *trial.Options) { to.Limits = trial.Limits })
	l := lesson(t, o.Book, "lesson5")
	o.Dir, o.Lessons, o.Solutions, o.Jobs = t.TempDir(), []*workbook.Lesson{l}, "earlier", 2
	for _, tt := range tests {
		submit(t, o, l, tt.name, tt.file, func(src []byte) []byte {
			if tt.name == "bob" {
				src = bytes.Replace(src, []byte("import \"errors\"\n"), []byte("import (\n\t\"errors\"\n\t\"os\"\n)\n"), 1)
			}
			return bytes.Replace(src, []byte(tt.old), []byte(tt.new), 1)
		})
	}
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Write(o.Out), grade.Clear(o.Out)); err != nil {
		t.Fatal(err)
	}
	for i, tt := range tests {
		s := c.Submissions[i]
		points := 0.0
		for _, e := range s.Lessons[0].Exercises {
			want := report.Pass
			if slices.Contains(tt.without, l.Exercise(e.Name).Package.Dir) {
				want = report.NotCompiled
			} else {
				points++
			}
			if e.Verdict != want {
				t.Errorf("%s, %s: %s, want %s\n%s", tt.name, e.Name, e.Verdict, want, e.Message)
			}
		}
		if s.Points != points || points == 0 {
			t.Errorf("%s has %v points, want %v", tt.name, s.Points, points)
		}
		page, err := os.ReadFile(filepath.Join(o.Out, "feedback", grade.FileName(i, s.Name)+".md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{tt.says, tt.also} {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s is not told %q", tt.name, want)
			}
		}
	}
}

// A given function that keeps a test from doing its part is the code's fault, and
// no internal error.
func TestGivenFunction(t *testing.T) {
	needs.Lot(t, 4)
	o := class(t, t.TempDir(), func(to *trial.Options) { to.Limits = trial.Limits })
	l := lesson(t, o.Book, "lesson2")
	o.Dir, o.Lessons, o.Solutions, o.Jobs = t.TempDir(), []*workbook.Lesson{l}, "earlier", 2
	submit(t, o, l, "sue", "lesson2/version/cursor.go", func(src []byte) []byte {
		return bytes.Replace(src, []byte("\tc.field, c.start = field, c.next\n"), []byte("\tif field == \"bytes before\" {\n\t\treturn nil, io.ErrUnexpectedEOF\n\t}\n"), 1)
	})
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, e := range c.Submissions[0].Lessons[0].Exercises {
		if e.Verdict == report.Internal {
			t.Errorf("%s: %s\n%s", e.Name, e.Verdict, e.Message)
		}
		if e.Verdict == report.Fail && strings.Contains(e.Message, "the test could not do its part with this code, and can with the reference") {
			told++
		}
	}
	if told == 0 {
		t.Error("no exercise is said to fail for the function that was given")
	}
}

// submit hands in a lesson's references, with a change to one file.
func submit(t *testing.T, o grade.Options, l *workbook.Lesson, name, changes string, change func([]byte) []byte) {
	t.Helper()
	for _, p := range l.Packages {
		for _, file := range p.Files {
			src, err := fs.ReadFile(o.Book.Solutions, file)
			if err != nil {
				t.Fatal(err)
			}
			src = stub.Retarget(src)
			if file == changes {
				changed := change(src)
				if bytes.Equal(changed, src) {
					t.Fatal("nothing is changed")
				}
				src = changed
			}
			at := filepath.Join(o.Dir, name, "lessons", filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, src, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
