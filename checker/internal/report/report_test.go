package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
)

// sample has every verdict, and text that would harm a terminal or a document.
func sample() *Lesson {
	l := &Lesson{Lesson: "lesson1", Title: "message framing", Engine: "go", Solutions: "none", Seed: 7}
	for _, v := range Verdicts {
		l.Exercises = append(l.Exercises, Exercise{Name: "X" + strings.ReplaceAll(string(v), " ", ""), Verdict: v, Place: "lessons/lesson1/framing/x.go:3",
			Message: "got </failure> ]]> & \x1b[2J \u202e \x00", Printed: "\x1b]0;title\x07", Tests: []Test{{Name: "TestX", Verdict: v, Seconds: 0.5}}})
	}
	l.Count()
	return l
}

func TestCount(t *testing.T) {
	l := sample()
	if l.Passed != 1 || l.Total != len(Verdicts) || l.Passes() {
		t.Errorf("got %d of %d, passes %v; want 1 of %d, false", l.Passed, l.Total, l.Passes(), len(Verdicts))
	}
	if (&Lesson{}).Passes() {
		t.Error("a report without exercises passes")
	}
}

func TestText_harmless(t *testing.T) {
	for _, s := range []Style{{}, {All: true}} {
		var b bytes.Buffer
		Text(&b, sample(), s)
		for _, r := range b.String() {
			if unsafeRune(r) {
				t.Fatalf("plain text holds %q:\n%s", r, b.String())
			}
		}
	}
	var b bytes.Buffer
	Text(&b, sample(), Style{Colour: true, All: true})
	if strings.Contains(b.String(), "\x1b[2J") || strings.Contains(b.String(), "\x07") {
		t.Errorf("coloured text lets a learner's escape codes through: %q", b.String())
	}
	if !strings.Contains(b.String(), "\x1b[32m") {
		t.Error("coloured text has no colour")
	}
}

// Nothing is said by colour alone: without colours the same words are there.
func TestText_sameWords(t *testing.T) {
	var plain, coloured bytes.Buffer
	Text(&plain, sample(), Style{All: true})
	Text(&coloured, sample(), Style{Colour: true, All: true})
	stripped := coloured.String()
	for _, sgr := range []string{bold, faint, red, green, yellow, "0"} {
		stripped = strings.ReplaceAll(stripped, "\x1b["+sgr+"m", "")
	}
	if stripped != plain.String() {
		t.Errorf("without colours:\n%s\nplain:\n%s", stripped, plain.String())
	}
	for _, v := range Verdicts {
		if !strings.Contains(plain.String(), string(v)) {
			t.Errorf("the text does not say %q", v)
		}
	}
}

// What comes first on the page comes next, also where another package does not
// compile.
func TestText_next(t *testing.T) {
	l := &Lesson{Lesson: "lesson5", Problems: []Problem{{Place: "lessons/lesson5/wallet/wallet.go:3:4", Message: "no"}}}
	l.Exercises = []Exercise{{Name: "Sign", Verdict: Pass}, {Name: "Balance", Verdict: NotCompiled}, {Name: "Mine", Verdict: Fail, Place: "m.go:1"}}
	for _, want := range []string{"next: fix lessons/lesson5/wallet/wallet.go:3:4 first: it does not compile\n", "next: Sign   s.go:1\n"} {
		var b bytes.Buffer
		Text(&b, l, Style{})
		if !strings.HasSuffix(b.String(), want) || !strings.Contains(b.String(), "lessons/lesson5/wallet/wallet.go:3:4: no\n") {
			t.Errorf("it does not end in %q:\n%s", want, b.String())
		}
		l.Exercises[0] = Exercise{Name: "Sign", Verdict: NotImplemented, Place: "s.go:1"}
	}
}

func TestJSON_roundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	var back Lesson
	dec := json.NewDecoder(&b)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&back); err != nil {
		t.Fatal(err)
	}
	if back.Schema != Schema || back.Exercises[1].Message != sample().Exercises[1].Message {
		t.Errorf("got %+v", back)
	}
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := JUnit(&b, sample()); err != nil {
		t.Fatal(err)
	}
	var back suites
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	s := back.Suites[0]
	// One verdict is a pass, two say that nothing was judged.
	if s.Tests != len(Verdicts) || s.Errors != 2 || s.Failures != len(Verdicts)-3 || len(s.Cases) != len(Verdicts) {
		t.Errorf("got %d tests, %d errors, %d failures, %d cases", s.Tests, s.Errors, s.Failures, len(s.Cases))
	}
	if !strings.Contains(s.Cases[1].Failure.Text, "</failure> ]]>") {
		t.Errorf("the message did not survive: %q", s.Cases[1].Failure.Text)
	}
}

// Places are rewritten wherever they stand; the report itself stays as it was.
func TestRelocate(t *testing.T) {
	l := &Lesson{
		Exercises: []Exercise{{Place: "lessons/lesson1/a.go:3", Message: "got    panic: x\n       at lessons/lesson1/a.go:7\nread at lessons/lesson1/b.go:9\nlook at lessons"}},
		Problems:  []Problem{{Place: "lessons/lesson1/a.go:3:4"}},
	}
	got := l.Relocate(func(s string) string { return "../" + s })
	want := "got    panic: x\n       at ../lessons/lesson1/a.go:7\nread at ../lessons/lesson1/b.go:9\nlook at lessons"
	if x := got.Exercises[0]; x.Place != "../lessons/lesson1/a.go:3" || x.Message != want || got.Problems[0].Place != "../lessons/lesson1/a.go:3:4" {
		t.Errorf("got %+v", got)
	}
	if l.Exercises[0].Place != "lessons/lesson1/a.go:3" || l.Problems[0].Place != "lessons/lesson1/a.go:3:4" {
		t.Errorf("the report itself is now %+v", l)
	}
}

// A problem in another column is the same, in another line it is not.
func TestSame_column(t *testing.T) {
	at := func(place string) *Lesson { return &Lesson{Problems: []Problem{{Place: place, Message: "no"}}} }
	for place, want := range map[string]bool{"p.go:19:33": true, "p.go:19:39": true, "p.go:1:33": false, "q.go:19:33": false, "p.go": false} {
		if got := Same(at("p.go:19:33"), at(place)); got != want {
			t.Errorf("p.go:19:33 and %s are the same: %t, want %t", place, got, want)
		}
	}
}
