package grade

import (
	"bytes"
	"strings"
	"testing"

	"nodebook/checker/internal/report"
)

// Two files of one learner differ at the end of their names, so the table leaves out
// the middle of a long one; a note that starts with the name does not get it twice;
// and a class with one lesson says which to check at home.
func TestTable_names(t *testing.T) {
	one := []*Lesson{{Lesson: "lesson1", Total: 1}}
	long := "Tim Twice_123410_assignsubmission_file_wörk"
	c := &Class{Seed: 4, Submissions: []*Submission{
		{Name: long, Seed: 5, Lessons: one}, {Name: long + "-1", Lessons: one}, {Name: "a.rar", Notes: []string{"a.rar: it cannot be opened"}, Lessons: one}}}
	var b bytes.Buffer
	c.Table(&b, report.Style{})
	for _, want := range []string{"\nTim Twice_123410_assignsub…ion_file_wörk  ", "\nTim Twice_123410_assignsub…n_file_wörk-1  ", "\na.rar: it cannot be opened\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if got := c.home(c.Submissions[0]); got != "checker lesson1 --seed 5" {
		t.Errorf("one lesson: %q", got)
	}
	c.Submissions[0].Lessons = append(one, &Lesson{Lesson: "lesson2"})
	if got := c.home(c.Submissions[0]); got != "checker lessonN --seed 5" {
		t.Errorf("two lessons: %q", got)
	}
}
