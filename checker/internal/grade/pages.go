package grade

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"nodebook/checker/internal/report"
)

//go:embed feedback.html
var feedbackPage string

//go:embed report.html
var reportPage string

var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.Must(template.New("feedback").Funcs(template.FuncMap{
		"text": text, "who": who, "pass": func(e Exercise) bool { return e.Verdict == report.Pass }, "number": number,
	}).Parse(feedbackPage)).New("report").Parse(reportPage))
})

// HTML writes the feedback page of a submission.
func (c *Class) HTML(w io.Writer, s *Submission) error {
	return pages().ExecuteTemplate(w, "feedback", struct {
		*Submission
		Seed uint64
	}{s, c.Seed})
}

// bar is an exercise of the class report.
type bar struct {
	Lesson, Name, Title string
	Pass, Begun, All    int
	PassWidth, RestFrom float64 // of 300
	RestWidth           float64
	Y                   int
	Inside              bool   // passes were judged in one process with the tests
	Most                string // the most frequent failure
	MostCount           int
}

// Report writes the class report: for each exercise how many pass, drawn, and
// what fails most.
func (c *Class) Report(w io.Writer) error {
	var bars []bar
	for i, l := range c.lessons() {
		for k, e := range l.Exercises {
			b := bar{Lesson: l.Lesson, Name: e.Name, Title: e.Title, Y: 22 * len(bars)}
			failures := map[string]int{}
			for _, s := range c.Submissions {
				if i >= len(s.Lessons) {
					continue
				}
				x := s.Lessons[i].Exercises[k]
				b.All++
				switch x.Verdict {
				case report.Pass:
					b.Pass++
					b.Inside = b.Inside || x.Inside != ""
				case report.NotImplemented:
				default:
					b.Begun++
					first, _, _ := strings.Cut(x.Message, "\n")
					failures[string(x.Verdict)+": "+first]++
				}
			}
			names := slices.SortedFunc(maps.Keys(failures), func(x, y string) int {
				return cmp.Or(failures[y]-failures[x], strings.Compare(x, y))
			})
			if len(names) > 0 {
				b.Most, b.MostCount = strings.TrimSuffix(names[0], ": "), failures[names[0]]
			}
			b.PassWidth = 300 * float64(b.Pass) / float64(max(1, b.All))
			b.RestFrom, b.RestWidth = b.PassWidth+200, 300*float64(b.Begun)/float64(max(1, b.All))
			bars = append(bars, b)
		}
	}
	return pages().ExecuteTemplate(w, "report", struct {
		*Class
		Bars   []bar
		Height int
		Odd    []odd
		Inside bool
	}{c, bars, 22*len(bars) + 4, c.odd(), slices.ContainsFunc(bars, func(b bar) bool { return b.Inside })})
}

// odd is a pass that the references of the earlier lessons do not give.
type odd struct{ Who, Exercise, Note string }

func (c *Class) odd() (all []odd) {
	for _, s := range c.Submissions {
		for _, l := range s.Lessons {
			for _, e := range l.Exercises {
				if e.Own == report.Pass && e.Note != "" {
					all = append(all, odd{who(s), l.Lesson + " " + e.Name, e.Note})
				}
			}
		}
	}
	return all
}

// Rest is how many have not begun.
func (b bar) Rest() int { return b.All - b.Pass - b.Begun }
