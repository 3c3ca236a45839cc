package grade

import (
	"os"
	"strings"
	"testing"

	"nodebook/checker/internal/grade/intake"
	"nodebook/checker/internal/workbook"
)

// A panic of the checker's own is an error of one submission: the others are graded.
func TestPanic(t *testing.T) {
	o := &Options{Out: t.TempDir(), Lessons: []*workbook.Lesson{{Name: "lesson1"}}} // and no engine
	if err := os.MkdirAll(Work(o.Out), 0o700); err != nil {
		t.Fatal(err)
	}
	r, err := judge(t.Context(), o, &intake.Submission{Name: "ada"})
	if r != nil || err == nil || !strings.Contains(err.Error(), "the checker panicked") {
		t.Errorf("got %v, %v", r, err)
	}
}
