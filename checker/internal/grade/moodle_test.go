package grade

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/grade/intake"
)

// Each learner of Moodle has a page, in a folder with the name of Moodle's own.
func TestMoodleFeedback(t *testing.T) {
	c := &Class{}
	for _, name := range []string{"Zoë O'Brien_25_assignsubmission_file", "Tim_24_assignsubmission_file_a.zip", "Tim_24_assignsubmission_file_b.zip", "ada",
		`c:\..\..\evil_26_assignsubmission_file`} {
		c.Submissions = append(c.Submissions, &Submission{Name: name})
	}
	var b bytes.Buffer
	if err := c.moodle(&b); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
	}
	want := []string{"Zoë O'Brien_25_assignsubmission_file/feedback.html", "Tim_24_assignsubmission_file/feedback.html", "Tim_24_assignsubmission_file/feedback-2.html",
		"c------evil_26_assignsubmission_file/feedback.html"}
	if !slices.Equal(names, want) {
		t.Errorf("got  %q\nwant %q", names, want)
	}
	page, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	text, err := io.ReadAll(page)
	if err != nil || !strings.Contains(string(text), "Zoë") {
		t.Errorf("%v: the page is %.200q", err, text)
	}
}

// What Canvas has marked LATE costs nothing without days, and that is said.
func TestCanvasLate(t *testing.T) {
	for _, x := range []struct {
		name       string
		late, days float64
		want       bool
	}{
		{"lovelaceada_LATE_12_900_work", 10, 0, true},
		{"lovelaceada_LATE_12_900_work", 0, 0, false},
		{"lovelaceada_LATE_12_900_work", 10, 2, false},
		{"lovelaceada_12_900_work_LATE_1_2_", 10, 0, false},
	} {
		s := &Submission{Name: x.name, Days: x.days}
		s.lateOnCanvas(x.late)
		if got := s.Look && strings.Contains(strings.Join(s.Notes, "\n"), "Canvas says that it is late"); got != x.want {
			t.Errorf("%+v: notes %q", x, s.Notes)
		}
	}
}

// In a folder from Canvas or Moodle, a file as Gradescope's is the learner's own: to be
// one day late would hide that it is a week.
func TestNamedLate(t *testing.T) {
	meta := []byte(`{"created_at": "2026-02-02T12:00:00Z", "assignment": {"due_date": "2026-02-01T13:00:00Z"}}`)
	for name, want := range map[string]float64{"submission": 1, "lovelaceada_LATE_12_900_work": 0, "Ada Lovelace_21_assignsubmission_file_": 0} {
		if got := Named(&Submission{}, &intake.Submission{Name: name, Meta: meta}).Days; got != want {
			t.Errorf("%s: %v days late, want %v", name, got, want)
		}
	}
}
