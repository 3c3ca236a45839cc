package handout_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/report"
)

// The editor's problem matchers find the places in what the checker prints.
func TestExtras_problemMatchers(t *testing.T) {
	files, err := handout.Extras()
	if err != nil {
		t.Fatal(err)
	}
	var tasks struct {
		Tasks []struct {
			ProblemMatcher []struct {
				Owner   string
				Pattern struct {
					Regexp              string
					File, Line, Message int
				}
			}
		}
	}
	if err := json.Unmarshal(files[".vscode/tasks.json"], &tasks); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(files[".vscode/settings.json"]) {
		t.Error("settings.json is not JSON")
	}
	rep := &report.Lesson{Lesson: "lesson1", Exercises: []report.Exercise{
		{Name: "Frame.String", Verdict: report.NotImplemented, Place: "lessons/lesson1/framing/frame.go:31", Message: "write it"},
		{Name: "ReadMagic", Verdict: report.Fail, Place: "lessons/lesson1/framing/magic.go:12", Message: "it read too much"},
	}, Problems: []report.Problem{{Place: "lessons/lesson1/framing/ping.go:14:2", Message: "undefined: x"}}}
	var text strings.Builder
	report.Text(&text, rep, report.Style{All: true})
	var got []string
	for _, m := range tasks.Tasks[0].ProblemMatcher {
		re := regexp.MustCompile(m.Pattern.Regexp)
		for line := range strings.Lines(text.String()) {
			if f := re.FindStringSubmatch(strings.TrimRight(line, "\n")); f != nil {
				got = append(got, f[m.Pattern.File]+":"+f[m.Pattern.Line]+" "+f[m.Pattern.Message])
			}
		}
	}
	want := []string{
		"lessons/lesson1/framing/ping.go:14 undefined: x",
		"lessons/lesson1/framing/frame.go:31 Frame.String: not implemented",
		"lessons/lesson1/framing/magic.go:12 ReadMagic: fail",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the matchers find %q, want %q, in\n%s", got, want, text.String())
	}
}
