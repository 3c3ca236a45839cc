package workbook

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func book(t *testing.T) *Book {
	t.Helper()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	marked := func(sig string) string { return sig + " {\n\t// BEGIN SOLUTION\n\t// END SOLUTION\n}\n" }
	solutions := fstest.MapFS{
		"lesson2/main.go":            file("package main"),
		"lesson2/version/version.go": file("package version\n" + marked("func ReadVersion()") + marked("func (s Services) Has()") + "type Services int\n"),
		"lesson2/version/cs.go":      file("package version\n" + marked("func ReadCompactSize()") + "func AppendCompactSize() {\n\t// BEGIN SOLUTION of ReadCompactSize\n\t// END SOLUTION\n}\n"),
		"lesson2/version/version_test.go": file(`package version_test
//nodebook:limits race timeout=30s memory=512MiB files=4096
func TestReadVersion() {}
func TestReadVersion_cut() {}
func TestAppendCompactSize_long() {}
func TestServices_Has_unknown() {}
func TestReadCompactSize() {}
`),
		"lesson2/version/author_fuzz_test.go":  file("package version_test\nfunc TestUnlisted() {}\n"),
		"lesson2/version/testdata/wrong/x.txt": file("x"),
		"lesson10/a/a.go":                      file("package a\n" + marked("func A()")),
		"lesson10/a/a_test.go":                 file("package a_test\nfunc TestA() {}\n"),
		"notalesson/x.go":                      file("package x"),
	}
	pages := fstest.MapFS{"lesson2/README.md": file("# Lesson 2: the version message\n\n## 1. Sizes\n\n```go exercise ReadCompactSize\nfunc ReadCompactSize()\n```\n\n" +
		"<details><summary>Hint 1</summary>\n\nlook at\n\n```go\nx\n```\n\n</details>\n<details><summary>Hint 2</summary>\n\nagain\n\n</details>\n\n" +
		"## 2. Versions\n\n```go exercise ReadVersion\n```\n\n### Services\n\n```go exercise Services.Has\n```\n")}
	b, err := New(solutions, pages)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The interpreter is started by the outline, before the lesson is parsed: it is
// thrown away if their limits differ.
func TestOutline(t *testing.T) {
	b := book(t)
	o, err := b.Outline("lesson2")
	if err != nil {
		t.Fatal(err)
	}
	l, err := b.Lesson("lesson2")
	if err != nil {
		t.Fatal(err)
	}
	if o.Limits != l.Limits || !o.Limits.Race || len(o.Packages) != 1 || !slices.Equal(o.Packages[0].Tests, l.Packages[0].Tests) || !slices.Equal(o.Dirs(), l.Dirs()) {
		t.Errorf("the outline %+v is of another lesson than %+v", o, l)
	}
	if _, err := b.Outline("lesson3"); err == nil {
		t.Error("there is an outline of a lesson that there is not")
	}
}

func TestBook(t *testing.T) {
	b := book(t)
	if got := strings.Join(b.Names(), " "); got != "lesson2 lesson10" {
		t.Errorf("lessons are %q, want lesson2 before lesson10", got)
	}
	l, err := b.Lesson("lesson2")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range l.Exercises {
		var tests []string
		for _, test := range e.Tests {
			tests = append(tests, test.Name)
		}
		got = append(got, e.Name+" ("+e.Title+"): "+strings.Join(tests, ", "))
	}
	want := `ReadCompactSize (Sizes): TestAppendCompactSize_long, TestReadCompactSize
ReadVersion (Versions): TestReadVersion, TestReadVersion_cut
Services.Has (Services): TestServices_Has_unknown`
	if strings.Join(got, "\n") != want {
		t.Errorf("exercises are\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if h := l.Exercises[0].Hints; len(h) != 2 || h[1] != "again" || !strings.Contains(h[0], "```go\nx\n```") {
		t.Errorf("hints are %q", h)
	}
	if l.Title != "the version message" {
		t.Errorf("title is %q", l.Title)
	}
	if want := (Limits{Timeout: 30 * time.Second, Memory: 512 << 20, Output: DefaultLimits.Output, Files: 4096, Race: true}); l.Limits != want {
		t.Errorf("limits are %+v, want %+v", l.Limits, want)
	}
}

func TestFindLesson(t *testing.T) {
	b := book(t)
	for typed, want := range map[string]string{"2": "lesson2", "lesson2": "lesson2", "Lesson 2": "lesson2", "version": "lesson2", "VERSION": "lesson2", "l10": "lesson10", "a": "lesson10"} {
		l, err := b.FindLesson(typed)
		if err != nil || l.Name != want {
			t.Errorf("FindLesson(%q) = %v, %v; want %s", typed, l, err, want)
		}
	}
	for typed, near := range map[string]string{"lessn2": "lesson2", "verson": "version", "lesson9": "", "xyzzy": "", "": ""} {
		_, err := b.FindLesson(typed)
		var name *NameError
		if !errors.As(err, &name) || name.Near != near {
			t.Errorf("FindLesson(%q): got %v near %+v, want near %q", typed, err, name, near)
		}
	}
}

func TestFindExercise(t *testing.T) {
	l, err := book(t).Lesson("lesson2")
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{"readversion": "ReadVersion", "2": "ReadVersion", "appendcompactsize": "ReadCompactSize", "services_has": "Services.Has", "ServicesHas": "Services.Has"} {
		if e, err := l.FindExercise(typed); err != nil || e.Name != want {
			t.Errorf("FindExercise(%q) = %v, %v; want %s", typed, e, err, want)
		}
	}
	_, err = l.FindExercise("readverson")
	var name *NameError
	if !errors.As(err, &name) || name.Hint() != `did you mean "ReadVersion"?` {
		t.Errorf("got %v, want a hint at ReadVersion", err)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "lessons", "lesson1", "framing")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(deep); !errors.Is(err, ErrNoWorkbook) {
		t.Errorf("without a go.mod: got %v, want ErrNoWorkbook", err)
	}
	for mod, found := range map[string]bool{"module nodebook\n\ngo 1.26\n": true, "// x\nmodule nodebook // y\n": true, "module other\n": false} {
		if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte(mod), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := Find(deep); (err == nil && got == root) != found {
			t.Errorf("go.mod %q: got %q, %v; want found %v", mod, got, err, found)
		}
	}
}

func TestLimits_bad(t *testing.T) {
	for _, line := range []string{"speed=9", "timeout=fast", "memory=1GB", "files=-1"} {
		l := DefaultLimits
		if err := l.read("//nodebook:limits " + line + "\n"); err == nil {
			t.Errorf("%q was taken: %+v", line, l)
		}
	}
}
