package grade

import (
	"testing"

	"nodebook/checker/internal/report"
)

func TestSeedOf(t *testing.T) {
	a := seedOf(5, "aa")
	if a == 0 || a >= 1<<53 {
		t.Errorf("%d is no seed that a JSON number holds", a)
	}
	if seedOf(5, "aa") != a {
		t.Error("the same files have two seeds")
	}
	if seedOf(5, "ab") == a || seedOf(6, "aa") == a {
		t.Error("other files, or another batch, have the same seed")
	}
}

// Two mistakes are the same one although each was made with inputs of its own.
func TestBars_drawn(t *testing.T) {
	c := &Class{}
	for _, message := range []string{
		"tried  ReadBool of 0x1f, which \"ab\" follows\ngot    true", "tried  a ping that waits\ngot    no pong", "tried  ReadBool of 0x07, which \"\" follows\ngot    true",
	} {
		c.Submissions = append(c.Submissions, &Submission{Lessons: []*Lesson{{Exercises: []Exercise{{Verdict: report.Fail, Message: message}}}}})
	}
	b := c.bars()[0]
	if b.MostCount != 2 || b.Most != `fail: tried  ReadBool of 0x1f, which "ab" follows` || len(b.Makers) != 2 {
		t.Errorf("%d times %q, by %d", b.MostCount, b.Most, len(b.Makers))
	}
}
