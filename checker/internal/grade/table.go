package grade

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/report"
)

// Table writes one line per submission: how much passes, lesson by lesson, and the
// points.
func (c *Class) Table(w io.Writer, s report.Style) {
	width := len("submission")
	for _, x := range c.Submissions {
		width = max(width, min(widest, utf8.RuneCountInString(x.Name)))
	}
	fmt.Fprintf(w, "%-*s", width, "submission")
	for _, l := range c.lessons() {
		fmt.Fprintf(w, "  %8s", l.Lesson)
	}
	fmt.Fprintf(w, "  %s\n", "points")
	for _, x := range c.Submissions {
		name := x.Name
		if n := utf8.RuneCountInString(name); n > widest {
			name = string([]rune(name)[:widest*2/3]) + "…" + string([]rune(name)[n-widest+widest*2/3+1:])
		}
		fmt.Fprintf(w, "%s%s", name, strings.Repeat(" ", max(0, width-utf8.RuneCountInString(name))))
		if x.Error != "" {
			fmt.Fprintf(w, "  internal error: %s\n", firstLine(x.Error))
			continue
		}
		for _, l := range x.Lessons {
			text := fmt.Sprintf("%d of %d", l.Passed, l.Total)
			if !l.HandedIn {
				text = "-"
			}
			fmt.Fprintf(w, "  %8s", text)
		}
		fmt.Fprintf(w, "  %s of %s%s\n", number(x.Points), number(x.OutOf), given(x))
	}
	for _, x := range c.Submissions {
		for i, n := range x.Notes {
			if i == 0 {
				fmt.Fprintln(w)
			}
			n = strings.Join(strings.Fields(n), " ")
			if !strings.HasPrefix(n, x.Name+": ") {
				n = x.Name + ": " + n
			}
			fmt.Fprintln(w, n)
		}
	}
	if len(c.Missing) > 0 {
		fmt.Fprintf(w, "\non the roster, without a submission: %s\n", strings.Join(c.Missing, ", "))
	}
	if len(c.Unlisted) > 0 {
		fmt.Fprintf(w, "\nnot on the roster: %s\n", strings.Join(c.Unlisted, ", "))
	}
	if len(c.Unmet) > 0 {
		fmt.Fprintf(w, "\nin %s, and not in the class: %s\n", HandName, strings.Join(c.Unmet, ", "))
	}
	if c.Jail == "none" {
		fmt.Fprintln(w, "\nnote: graded with --no-jail: their code could have done anything, to this report too")
	}
}

const widest = 40 // characters of a name

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// given says how many exercises have points by hand.
func given(s *Submission) string {
	if n := s.byHand(); n > 0 {
		return fmt.Sprintf(", %d by hand", n)
	}
	return ""
}
