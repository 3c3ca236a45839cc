package grade

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"nodebook/checker/internal/report"
)

// JUnit writes a suite a submission, a case an exercise. What the machine is to
// blame for is an <error>, every other verdict but a pass a <failure>.
func (c *Class) JUnit(w io.Writer) error {
	type outcome struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type tcase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Failure *outcome `xml:"failure,omitempty"`
		Error   *outcome `xml:"error,omitempty"`
	}
	type suite struct {
		Name     string  `xml:"name,attr"`
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Cases    []tcase `xml:"testcase"`
	}
	all := struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []suite  `xml:"testsuite"`
	}{}
	for _, s := range c.Submissions {
		x := suite{Name: s.Name, Tests: s.Total}
		if s.Error != "" {
			x.Tests++
			x.Errors++
			x.Cases = append(x.Cases, tcase{Class: s.Name, Name: "grading", Error: &outcome{string(report.Internal), s.Error}})
		}
		for _, l := range s.Lessons {
			for _, e := range l.Exercises {
				t := tcase{Class: s.Name + "." + l.Lesson, Name: e.Name}
				switch e.Verdict {
				case report.Pass:
				case report.Internal:
					x.Errors++
					t.Error = &outcome{string(e.Verdict), e.Message}
				default:
					x.Failures++
					t.Failure = &outcome{string(e.Verdict), e.Message}
				}
				x.Cases = append(x.Cases, t)
			}
		}
		all.Suites = append(all.Suites, x)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// Gradescope writes one submission as Gradescope's results.json.
func (c *Class) Gradescope(w io.Writer, s *Submission) error {
	type test struct {
		Name       string  `json:"name"`
		Score      float64 `json:"score"`
		Max        float64 `json:"max_score"`
		Status     string  `json:"status"`
		Output     string  `json:"output"`
		Visibility string  `json:"visibility"`
	}
	all := struct {
		Score      *float64 `json:"score,omitempty"`
		Output     string   `json:"output"`
		Format     string   `json:"output_format"`
		Visibility string   `json:"visibility"`
		Stdout     string   `json:"stdout_visibility"`
		Tests      []test   `json:"tests"`
	}{Score: &s.Points, Format: "text", Visibility: "visible", Stdout: "hidden", Tests: []test{}}
	all.Output = fmt.Sprintf("%d of %d exercises pass", s.Passed, s.Total)
	for _, words := range []string{c.Lateness(s), s.Comment} {
		if words != "" {
			all.Output += "\n" + words
		}
	}
	if s.Error != "" {
		// No score: zero would be a verdict.
		all.Score, all.Output = nil, "this submission could not be graded, by no fault of yours; your instructor has been told\n"+s.Error
	}
	for _, n := range s.Notes {
		all.Output += "\nnote: " + n
	}
	for _, l := range s.Lessons {
		for _, p := range l.Problems {
			all.Output += "\n" + p.String()
		}
		for _, e := range l.Exercises {
			t := test{Name: l.Lesson + " " + e.Name, Score: e.Points, Max: e.OutOf, Status: "failed", Visibility: "visible"}
			if e.Verdict == report.Pass {
				t.Status = "passed"
			} else {
				t.Output = text(e)
			}
			t.Output += byHand(e)
			all.Tests = append(all.Tests, t)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(all)
}

// text is what there is to say of an exercise, as a learner's checker says it.
func text(e Exercise) string {
	var b strings.Builder
	report.Message(&b, &report.Exercise{Name: e.Name, Verdict: e.Verdict, Place: e.Place, Message: e.Message, Function: e.About, Printed: e.Printed}, report.Style{})
	if e.Note != "" {
		fmt.Fprintf(&b, "  %s\n", e.Note)
	}
	return b.String()
}

// points says what an exercise got, and who gave it.
func points(e Exercise) string {
	words := number(e.Points) + " of " + number(e.OutOf)
	if e.ByHand {
		words += ", by hand"
	}
	return words
}

// byHand is what somebody decided of an exercise; "" is nothing.
func byHand(e Exercise) string {
	words := ""
	if e.ByHand {
		words = "points given by hand\n"
	}
	if e.Comment != "" {
		words += e.Comment + "\n"
	}
	return words
}

// Markdown writes the feedback page of a submission. What a learner may have
// had a hand in stands in indented code blocks, which nothing in them can end.
func (c *Class) Markdown(w io.Writer, s *Submission) error {
	var b strings.Builder
	block := func(text string) {
		b.WriteString("\n")
		for line := range strings.Lines(text) {
			b.WriteString("    " + strings.TrimRight(line, "\n") + "\n")
		}
	}
	fmt.Fprintf(&b, "# Feedback\n")
	block(who(s))
	fmt.Fprintf(&b, "\n%d of %d exercises pass: %s of %s points.\n", s.Passed, s.Total, number(s.Points), number(s.OutOf))
	if words := c.Lateness(s); words != "" {
		b.WriteString("\n" + words + "\n")
	}
	if s.Comment != "" {
		block(s.Comment)
	}
	if s.Error != "" {
		b.WriteString("\nThis submission could not be graded, by no fault of yours.\n")
		block(s.Error)
	}
	for _, n := range s.Notes {
		block("note: " + n)
	}
	for _, l := range s.Lessons {
		fmt.Fprintf(&b, "\n## %s: %s\n\n| exercise | verdict | points |\n| --- | --- | --- |\n", l.Lesson, l.Title)
		for _, e := range l.Exercises {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", e.Name, e.Verdict, points(e))
		}
		for _, p := range l.Problems {
			block(p.String())
		}
		for _, e := range l.Exercises {
			if e.Verdict != report.Pass && (e.Message != "" || e.Note != "") {
				block(text(e))
			}
			if e.Comment != "" {
				block(e.Name + ": " + e.Comment)
			}
		}
		for _, n := range l.Notes {
			block("note: " + n)
		}
	}
	if home := c.home(s); home != "" {
		fmt.Fprintf(&b, "\nSee it again at home: `%s`.\n", home)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// home is the command that shows a learner the same failures; none if nothing was
// judged.
func (c *Class) home(s *Submission) string {
	if s.Seed == 0 {
		return ""
	}
	lesson := "lessonN"
	if all := c.lessons(); len(all) == 1 {
		lesson = all[0].Lesson
	}
	return fmt.Sprintf("checker %s --seed %d", lesson, s.Seed)
}

// who names the learner behind a submission.
func who(s *Submission) string {
	out := s.Name
	if s.FullName != "" {
		out += "  " + s.FullName
	}
	if s.ID != "" {
		out += "  " + s.ID
	}
	return out
}
