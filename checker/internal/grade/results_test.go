//go:build linux

package grade_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/author"
	"nodebook/checker/internal/gotest"
	"nodebook/checker/internal/grade"
	checker "nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/synthetic"
	"nodebook/checker/needs"
)

// An honest submission gets the verdicts and the messages of its learner's own
// checker, and every form of the results says so.
func TestAsAtHome(t *testing.T) {
	dir, kinds := synthesise(t, 24, "")
	o := class(t, t.TempDir(), nil)
	o.Dir = dir
	c, err := grade.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Write(o.Out), grade.Clear(o.Out)); err != nil {
		t.Fatal(err)
	}
	judged := map[synthetic.Kind]int{}
	for _, s := range c.Submissions {
		judged[kinds[s.Name]]++
	}
	for _, s := range needs.Some(t, c.Submissions, 3, 8) {
		sameAtHome(t, s, atHome(t, o, s))
	}
	if len(judged) < 3 {
		t.Errorf("the class is of %d kinds: draw another", len(judged))
	}
	t.Run("json", func(t *testing.T) { jsonForm(t, c, o.Out) })
	t.Run("csv", func(t *testing.T) { csvForm(t, c, o.Out) })
	t.Run("junit", func(t *testing.T) { junitForm(t, c, o.Out) })
	t.Run("pages", func(t *testing.T) { pageForms(t, c, o.Out) })
	t.Run("gradescope", func(t *testing.T) { gradescopeForm(t, c, o.Out) })
	t.Run("secrets", func(t *testing.T) { noSource(t, o, everything(t, o.Out)) })
}

// atHome is what a learner's own checker says of a submission.
func atHome(t *testing.T, o grade.Options, s *grade.Submission) *report.Lesson {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := author.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	if err := repo.Scratch(home); err != nil {
		t.Fatal(err)
	}
	for file, src := range folder(t, filepath.Join(o.Dir, s.Name)) {
		if err := os.WriteFile(filepath.Join(home, file), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	l := *o.Lessons[0]
	l.Limits = o.Limits(&l)
	rep, err := checker.Lesson(t.Context(), checker.Request{Root: home, Book: repo.Book, Lesson: &l, Solutions: source.None, Seed: s.Seed, Engine: &gotest.Engine{}})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// folder is all files below a folder, by path.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		all[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sameAtHome(t *testing.T, s *grade.Submission, home *report.Lesson) {
	t.Helper()
	for i, e := range s.Lessons[0].Exercises {
		h := home.Exercises[i]
		if e.Name != h.Name || e.Verdict != h.Verdict || e.Place != h.Place {
			t.Errorf("%s, %s: %s at %s; at home %s: %s at %s", s.Name, e.Name, e.Verdict, e.Place, h.Name, h.Verdict, h.Place)
		}
		if e.Verdict == report.Fail && e.Message != report.Clean(h.Message) {
			t.Errorf("%s, %s: graded, it says\n%s\nat home\n%s", s.Name, e.Name, e.Message, h.Message)
		}
	}
}

func jsonForm(t *testing.T, c *grade.Class, out string) {
	text, err := os.ReadFile(filepath.Join(out, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back grade.Class
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&back); err != nil {
		t.Fatal(err)
	}
	if back.Schema != grade.Schema || len(back.Submissions) != len(c.Submissions) {
		t.Errorf("schema %q, %d submissions", back.Schema, len(back.Submissions))
	}
	doc, err := os.ReadFile("../../../docs/grade-results.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []reflect.Type{reflect.TypeFor[grade.Class](), reflect.TypeFor[grade.Submission](), reflect.TypeFor[grade.Lesson](),
		reflect.TypeFor[grade.Exercise](), reflect.TypeFor[report.Problem]()} {
		for i := range x.NumField() {
			if !x.Field(i).IsExported() {
				continue
			}
			name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
			if !bytes.Contains(doc, []byte("`"+name+"`")) {
				t.Errorf("docs/grade-results.md does not say what %s of a %s is", name, x.Name())
			}
		}
	}
}

func csvForm(t *testing.T, c *grade.Class, out string) {
	f, err := os.Open(filepath.Join(out, "results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "lesson1 ReadMagic")
	if len(rows) != 1+len(c.Submissions) || at < 0 {
		t.Fatalf("%d rows, the first: %q", len(rows), rows[0])
	}
	for i, s := range c.Submissions {
		for _, e := range s.Lessons[0].Exercises {
			if e.Name == "ReadMagic" && rows[i+1][at] != string(e.Verdict) {
				t.Errorf("%s: %q, want %q", s.Name, rows[i+1][at], e.Verdict)
			}
		}
	}
}

func junitForm(t *testing.T, c *grade.Class, out string) {
	text, err := os.ReadFile(filepath.Join(out, "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Suites []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for i, s := range c.Submissions {
		x := all.Suites[i]
		failed := 0
		for _, k := range x.Cases {
			if k.Failure != nil {
				failed++
			}
		}
		if x.Name != s.Name || x.Tests != s.Total || len(x.Cases) != s.Total || x.Failures != s.Total-s.Passed || failed != x.Failures {
			t.Errorf("%s: %d of %d pass; JUnit has %+v", s.Name, s.Passed, s.Total, x)
		}
	}
}

// pageForms looks for every message in both pages, and at what the class report
// counts.
func pageForms(t *testing.T, c *grade.Class, out string) {
	for i, s := range c.Submissions {
		name := filepath.Join(out, "feedback", grade.FileName(i, s.Name))
		md, err := os.ReadFile(name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range s.Lessons[0].Exercises {
			for line := range strings.Lines(e.Message) {
				line = strings.TrimSpace(line)
				if e.Verdict != report.Pass && (!strings.Contains(string(md), line) || !strings.Contains(html.UnescapeString(string(page)), line)) {
					t.Errorf("%s, %s: %q is not on both pages", s.Name, e.Name, line)
				}
			}
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(page), `fill="#eee"`); n != len(c.Submissions[0].Lessons[0].Exercises) || !strings.Contains(string(page), "once: fail: ") {
		t.Errorf("the class report has %d bars, and %d bytes", n, len(page))
	}
}

func gradescopeForm(t *testing.T, c *grade.Class, out string) {
	for i, s := range c.Submissions {
		text, err := os.ReadFile(filepath.Join(out, "gradescope", grade.FileName(i, s.Name)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			Score      float64 `json:"score"`
			Visibility string  `json:"visibility"`
			Stdout     string  `json:"stdout_visibility"`
			Tests      []struct {
				Score      float64 `json:"score"`
				Output     string  `json:"output"`
				Visibility string  `json:"visibility"`
			} `json:"tests"`
		}
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for k, x := range r.Tests {
			sum += x.Score
			if e := s.Lessons[0].Exercises[k]; x.Visibility != "visible" || e.Verdict != report.Pass && x.Output == "" {
				t.Errorf("%s, %s: %+v", s.Name, e.Name, x)
			}
		}
		if r.Score != s.Points || sum != s.Points || r.Visibility != "visible" || r.Stdout != "hidden" {
			t.Errorf("%s has %v points: %+v", s.Name, s.Points, r)
		}
	}
}

// noSource looks for lines of the hidden tests and of the references in the
// results.
func noSource(t *testing.T, o grade.Options, text string) {
	p := o.Lessons[0].Packages[0]
	looked := 0
	for _, name := range append(slices.Clone(p.Tests), p.Files...) {
		src, err := fs.ReadFile(o.Book.Solutions, name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(stub.Retarget(src))) {
			line = strings.TrimSpace(line)
			if len(line) < 20 || strings.HasPrefix(line, "//") {
				continue
			}
			looked++
			if strings.Contains(text, line) || strings.Contains(html.UnescapeString(text), line) {
				t.Errorf("the results hold a line of %s: %s", name, line)
			}
		}
	}
	if looked < 300 {
		t.Errorf("only %d lines of source were looked for", looked)
	}
}

// A name as long as a file's may be leaves room for the number and the ending.
func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"Jörg Müller (2)":        "007-J_rg_M_ller_2_",
		"../x":                   "007-_x",
		strings.Repeat("x", 255): "007-" + strings.Repeat("x", 100),
	} {
		if got := grade.FileName(6, name); got != want {
			t.Errorf("%q has files %q, want %q", name, got, want)
		}
	}
}
