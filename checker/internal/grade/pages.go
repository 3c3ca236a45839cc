package grade

import (
	_ "embed"
	"html/template"
	"io"
	"sync"

	"nodebook/checker/internal/report"
)

//go:embed feedback.html
var feedbackPage string

//go:embed report.html
var reportPage string

var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.Must(template.New("feedback").Funcs(template.FuncMap{
		"text": text, "who": who, "pass": func(e Exercise) bool { return e.Verdict == report.Pass }, "number": number, "points": points, "given": given,
	}).Parse(feedbackPage)).New("report").Parse(reportPage))
})

// HTML writes the feedback page of a submission.
func (c *Class) HTML(w io.Writer, s *Submission) error {
	return pages().ExecuteTemplate(w, "feedback", struct {
		*Submission
		Home     string
		Lateness string
	}{s, c.home(s), c.Lateness(s)})
}
