package grade

import (
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
	"nodebook/lessons"
	"nodebook/solutions"
)

func book(t *testing.T) *workbook.Book {
	t.Helper()
	b, err := workbook.New(solutions.Files, lessons.Files)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is wrong in grades.toml is named with its place; nothing of such a file counts.
func TestReadHand_wrong(t *testing.T) {
	b := book(t)
	for _, x := range []struct{ text, want string }{
		{"ada = 3", "ada: want a table for each submission: [ada]"},
		{"[ada]\nlesson9 = 3", `[ada]: lesson9 is neither "comment" nor a lesson`},
		{"[ada]\nlesson1 = 3", "[ada]: lesson1: want a table for each exercise: [ada.lesson1."},
		{"[ada.lesson1.Pong]\npoints = 1", "[ada.lesson1.Pong]: "},
		{"[ada.lesson1]\nPing = 1", "[ada.lesson1.Ping]: want a table with points"},
		{"[ada.lesson1.Ping]\npoints = \"1\"", "[ada.lesson1.Ping]: points is 1, want a number of points"},
		{"[ada.lesson1.Ping]\npoints = -1", "[ada.lesson1.Ping]: points is -1"},
		{"[ada.lesson1.Ping]\npoints = nan", "[ada.lesson1.Ping]: points is NaN"},
		{"[ada.lesson1.Ping]\npoint = 1", `[ada.lesson1.Ping]: no key "point": want points or comment`},
		{"[ada]\ncomment = 3", "[ada]: comment is 3, want a text"},
		{"[ada]\n[ada]", "line 2"},
		{"[\"ren\u00e9e\"]\n[\"rene\u0301e\"]", "it is there twice"},
	} {
		h, err := ReadHand(strings.NewReader(x.text), b)
		if h != nil || err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q: %v, want %q", x.text, err, x.want)
		}
	}
}

// Points by hand count whatever the verdict is and however late it is; they take the
// place of an internal error, and are marked.
func TestHand_counts(t *testing.T) {
	h, err := ReadHand(strings.NewReader("[ada]\ncomment = \"well done\"\n[ada.lesson1.Ping]\npoints = 0.75\n[ada.1.ReadMagic]\npoints = 2\ncomment = \"elegant\"\n[bob.lesson1.Ping]\npoints = 1\n"), book(t))
	if err != nil {
		t.Fatal(err)
	}
	s := &Submission{Name: "ada", Days: 5, Lessons: []*Lesson{{Lesson: "lesson1", Exercises: []Exercise{
		{Name: "Ping", Verdict: report.Internal, Message: "no memory"}, {Name: "ReadMagic", Verdict: report.Pass}, {Name: "Hash256", Verdict: report.Pass}}}}}
	s.count(&Options{Late: 10, hand: h}, h.bind([]*Submission{s}))
	l := s.Lessons[0]
	if s.Error != "" || s.Points != 3.25 || s.OutOf != 3 || s.Comment != "well done" || l.Exercises[1].Comment != "elegant" || s.byHand() != 2 || l.Exercises[2].ByHand {
		t.Errorf("got %+v %+v", s, l)
	}
	if got := h.unmet([]*Submission{s}, h.bind([]*Submission{s})); !slices.Equal(got, []string{"bob", "bob: lesson1 Ping"}) {
		t.Errorf("unmet are %q", got)
	}
}

// A part that passes earns its points in an exercise that does not.
func TestPoints_parts(t *testing.T) {
	p, err := ReadPoints(strings.NewReader("1 ReadMagic 1\n1 ReadMagic TestReadMagic_cut 0.5\n1 ReadMagic Magic.String 2\n1 3\n"), book(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		verdict       report.Verdict
		held          []string
		points, outOf float64
	}{
		{report.Pass, nil, 3.5, 3.5},
		{report.Fail, []string{"TestReadMagic_cut", "TestReadMagic"}, 0.5, 3.5},
		{report.Fail, []string{"Magic.String", "TestReadMagic_cut"}, 2.5, 3.5},
		{report.NotImplemented, nil, 0, 3.5},
	} {
		points, outOf := p.give("lesson1", &Exercise{Name: "ReadMagic", Verdict: x.verdict, Held: x.held})
		if points != x.points || outOf != x.outOf {
			t.Errorf("%s with %q: %v of %v, want %v of %v", x.verdict, x.held, points, outOf, x.points, x.outOf)
		}
	}
	if points, outOf := p.give("lesson1", &Exercise{Name: "Ping", Verdict: report.Pass}); points != 3 || outOf != 3 {
		t.Errorf("an exercise without a line: %v of %v, want the lesson's 3", points, outOf)
	}
	if points, outOf := (*Points)(nil).give("lesson1", &Exercise{Name: "Ping", Verdict: report.Pass}); points != 1 || outOf != 1 {
		t.Errorf("without a file: %v of %v, want 1", points, outOf)
	}
}

func TestLateness(t *testing.T) {
	for _, x := range []struct {
		days, late float64
		want       string
	}{
		{0, 10, ""},
		{1, 0, "Handed in 1 day late, which costs nothing."},
		{2, 10, "Handed in 2 days late: each day costs 10 % of the points, so 20 % are taken off."},
		{1.5, 10, "Handed in 1.5 days late: each day that has begun costs 10 % of the points, so 20 % are taken off."},
		{30, 10, "Handed in 30 days late: each day costs 10 % of the points, so 100 % are taken off."},
	} {
		if got := (&Class{Late: x.late}).Lateness(&Submission{Days: x.days}); got != x.want {
			t.Errorf("%v days at %v %%: %q, want %q", x.days, x.late, got, x.want)
		}
	}
}
