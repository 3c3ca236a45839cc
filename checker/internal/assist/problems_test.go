package assist

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/cell"
)

// workbookOf writes a workbook with one package of lesson 1.
func workbookOf(t *testing.T, files map[string]string) *Assistant {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		at := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return New(root)
}

func TestProblems(t *testing.T) {
	a := assistant()
	for _, c := range []struct {
		name, text string
		above      []string
		want       string // the first problem; "" if there is none
	}{
		{name: "nothing", text: ""},
		{name: "a cell", text: "x := 1\nfmt.Println(x + 1)"},
		{name: "a variable that is not used", text: "x := 1"},
		{name: "a lesson's function", text: "framing.Hash256(nil)"},
		{name: "a name of a cell above", text: "height + 1", above: []string{"height := 1"}},
		{name: "an unknown name", text: "x := 1\nx + y", want: "2:5 undefined: y"},
		{name: "an unknown member", text: "strings.Nothing()", want: "1:9 undefined: strings.Nothing"},
		{name: "types", text: "var n int = \"a\"", want: "1:13 cannot use \"a\""},
		{name: "half a line", text: "x := (", want: "1:6 this bracket is never closed"},
		{name: "an error above is not ours", text: "1 + 1", above: []string{"x := y"}},
	} {
		s := snippet(t, c.text+"|", c.above...)
		got := ""
		for i, p := range a.Problems(s) {
			if i == 0 {
				got = strings.TrimPrefix(cell.Problem{File: "x", Line: p.Line, Column: p.Column, Message: p.Message}.String(), "x:")
				got = strings.Replace(got, ": ", " ", 1)
			}
		}
		if c.want == "" && got != "" || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// In a function of an exercise, what the file declares is known, and the file's older
// version of the function and its helpers do not count.
func TestProblems_exercise(t *testing.T) {
	a := workbookOf(t, map[string]string{"lessons/lesson1/framing/a.go": "package framing\n\nimport \"io\"\n\ntype frame struct{ n int }\n\nfunc Ping(r io.Reader) error { return help(1) }\n\nfunc help(n int) error { return nil }\n\nconst limit = 4\n"})
	for text, want := range map[string]string{
		"func Ping(r io.Reader) error {\n\tvar f frame\n\treturn help(f.n)\n}":                                      "",
		"func Ping(r io.Reader) error {\n\tfmt.Println(limit)\n\treturn nil\n}":                                     "",
		"func Ping(r io.Reader) error {\n\treturn help()\n}\n\nfunc help() error { return nil }\n\nconst limit = 5": "",
		"func Ping(r io.Reader) error {\n\tvar f frame\n\treturn f.m\n}":                                            "f.m undefined",
		"func Ping(r io.Reader) error {\n\tx := 1\n\treturn nil\n}":                                                 "declared and not used: x",
		"func Ping(r io.Reader) error {\n}":                                                                         "missing return",
		"func Ping(r io.Reader) error {\n\treturn nil\n":                                                            "expected '}'",
	} {
		s := snippet(t, "|")
		s.Source, s.Package = text, "lessons/lesson1/framing"
		got := a.Problems(s)
		if want == "" && len(got) > 0 || want != "" && (len(got) == 0 || !strings.HasPrefix(got[0].Message, want)) {
			t.Errorf("%q: got %v, want %q", text, got, want)
		}
	}
}

func TestDefinition(t *testing.T) {
	a := assistant()
	for _, c := range []struct {
		text  string
		above []string
		want  Place
	}{
		{text: "heig|ht", above: []string{"x := 1\nheight := 2"}, want: Place{Cell: 1, Line: 2}},
		{text: "y := 1\n_ = |y", want: Place{Cell: 1, Line: 1}},
		{text: "framing.Hash25|6(nil)", want: Place{File: "lessons/lesson1/framing/checksum.go", Func: "Hash256"}},
	} {
		got, ok := a.Definition(snippet(t, c.text, c.above...))
		if c.want.File != "" {
			c.want.Line = got.Line
		}
		if !ok || got != c.want || got.Line == 0 {
			t.Errorf("%q: got %+v, %v, want %+v", c.text, got, ok, c.want)
		}
	}
	for _, text := range []string{"strings.ToU|pper(\"\")", "|", "todo.Er|r", "le|n(\"\")"} {
		if got, ok := a.Definition(snippet(t, text)); ok {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func BenchmarkProblems(b *testing.B) {
	a := assistant()
	s := snippet(b, "m.Payload|", "var m framing.Message", "b := new(bytes.Buffer)")
	a.Problems(s)
	for b.Loop() {
		a.Problems(s)
	}
}
