package cli

import (
	"bytes"
	"strings"
	"testing"

	"nodebook/checker/internal/report"
)

// Where a package does not compile, the watch shows where, and the open exercise
// as well unless the problems say it all.
func TestWatch_notCompiled(t *testing.T) {
	rep := &report.Lesson{Lesson: "lesson5", Problems: []report.Problem{{Place: "lessons/lesson5/wallet/wallet.go:3:4", Message: "no"}}}
	for _, tt := range []struct {
		first report.Exercise
		shows bool
	}{
		{report.Exercise{Name: "Mine", Verdict: report.Fail, Message: "got 1, want 2"}, true},
		{report.Exercise{Name: "Mine", Verdict: report.NotCompiled}, false},
		{report.Exercise{Name: "Mine", Verdict: report.NotCompiled, Note: "it needs package wallet, which does not compile"}, true},
	} {
		var out bytes.Buffer
		rep.Exercises = []report.Exercise{tt.first}
		w := &watcher{app: &app{out: &out}, last: rep}
		w.show()
		text := out.String()
		if !strings.Contains(text, "wallet.go:3:4: no\n") || strings.Contains(text, "Mine: ") != tt.shows || !strings.Contains(text, tt.first.Message) || !strings.Contains(text, tt.first.Note) {
			t.Errorf("of %+v it shows\n%s", tt.first, text)
		}
	}
}
