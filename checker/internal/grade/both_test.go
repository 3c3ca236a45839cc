//go:build linux

package grade_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
)

// A broken lesson 1 does not cost lesson 2, and the result says which is which. A
// lesson 1 that makes lesson 2 pass is somewhere to look. Points, roster and days
// late are on top.
func TestBothWays(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "grades") // no submission
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	o := class(t, out, nil)
	second, err := o.Book.Lesson("lesson2")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []*workbook.Lesson{o.Lessons[0], second} {
		for _, file := range l.Packages[0].Files {
			src, err := fs.ReadFile(o.Book.Solutions, file)
			if err != nil {
				t.Fatal(err)
			}
			src = stub.Retarget(src)
			if strings.HasSuffix(file, "/length.go") && l.Name == "lesson1" {
				src = bytes.Replace(src, []byte("LittleEndian("), []byte("BigEndian("), 1)
			}
			put(t, filepath.Join(dir, "ada", "deep", "lessons", file), src)
			if strings.HasSuffix(file, "/bool.go") {
				src = bytes.Replace(src, []byte(`import "errors"`), []byte("import (\n\t\"errors\"\n\n\t\"nodebook/lessons/lesson1/framing\"\n)"), 1)
				src = bytes.Replace(src, []byte("return b[0] == 1, nil"), []byte(`return b[0] == 1 && framing.Commands["version"] == "mine", nil`), 1)
			}
			src = bytes.Replace(src, []byte("introduces a node"), []byte("mine"), 1)
			put(t, filepath.Join(dir, "bob", "lessons", file), src)
		}
	}
	o.Dir, o.Lessons, o.Late = dir, append(o.Lessons, second), 10
	if o.Points, err = grade.ReadPoints(strings.NewReader("lesson1 0\nlesson2 Handshake 4 # hard\n"), o.Book); err != nil {
		t.Fatal(err)
	}
	if o.Roster, err = grade.ReadRoster(strings.NewReader("\uFEFFsubmission;name;late\nada;Ada;1,5\n")); err != nil {
		t.Fatal(err)
	}
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Submissions) != 2 {
		t.Errorf("%d submissions, want those of ada and bob", len(c.Submissions))
	}
	s := c.Submissions[0]
	if l := s.Lessons[0]; l.Passed == l.Total || l.Points != 0 {
		t.Errorf("the broken lesson 1: %d of %d pass, %v points", l.Passed, l.Total, l.Points)
	}
	l := s.Lessons[1]
	saved := 0
	for _, e := range l.Exercises {
		if e.Verdict != report.Pass || e.Earlier != report.Pass {
			t.Errorf("lesson 2, %s: %s, with references %s: %s", e.Name, e.Verdict, e.Earlier, e.Message)
		}
		if e.Own != report.Pass {
			saved++
		}
	}
	if saved == 0 {
		t.Error("no exercise of lesson 2 leans on the broken one")
	}
	for _, e := range c.Submissions[1].Lessons[1].Exercises {
		if e.Name == "ReadBool" && (e.Verdict != report.Pass || e.Note != "with the references of the earlier lessons: fail") {
			t.Errorf("bob's ReadBool: %s, %q\n%s", e.Verdict, e.Note, e.Message)
		}
	}
	var page strings.Builder
	if err := c.Report(&page); err != nil || !strings.Contains(page.String(), `bob</a></td><td>lesson2 ReadBool</td>`) {
		t.Errorf("the class report does not name bob: %v", err)
	}
	if want := 0.8 * float64(l.Total+3); l.Points < want-0.01 || l.Points > want+0.01 || s.FullName != "Ada" {
		t.Errorf("%s has %v points, want %v: two days late", s.FullName, l.Points, want)
	}
}

func put(t *testing.T, at string, src []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, src, 0o644); err != nil {
		t.Fatal(err)
	}
}
