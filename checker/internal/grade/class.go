package grade

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/similar"
)

// Schema is the version of the results' JSON form, docs/grade-results.md. A
// field may be added without a new version.
const Schema = "nodebook/grade/1"

// Class is the result of a batch.
type Class struct {
	Schema      string        `json:"schema"`
	Go          string        `json:"go"`        // the toolchain
	Jail        string        `json:"jail"`      // bubblewrap, or none
	Seed        uint64        `json:"seed"`      // that the submissions' are made of
	Solutions   string        `json:"solutions"` // both, none, earlier, all
	Late        float64       `json:"late_percent_per_day"`
	Submissions []*Submission `json:"submissions"`
	Missing     []string      `json:"missing,omitempty"`  // on the roster, without a submission
	Unlisted    []string      `json:"unlisted,omitempty"` // submissions that are not on the roster
	Unmet       []string      `json:"unmet,omitempty"`    // what is decided by hand of something that is not there

	alike []similar.Pair // for the report
}

// Submission is the result of one learner.
type Submission struct {
	Name     string    `json:"name"`
	ID       string    `json:"id,omitempty"` // of the roster
	FullName string    `json:"full_name,omitempty"`
	Days     float64   `json:"days_late"`
	Seed     uint64    `json:"seed,omitempty"` // of the drawn inputs
	Passed   int       `json:"passed"`
	Total    int       `json:"total"`
	Points   float64   `json:"points"`
	OutOf    float64   `json:"out_of"`
	Error    string    `json:"error,omitempty"` // the machine's fault: nothing was judged
	Look     bool      `json:"look,omitempty"`  // something of it was left out, which the notes name
	Notes    []string  `json:"notes,omitempty"`
	Comment  string    `json:"comment,omitempty"` // by hand
	Lessons  []*Lesson `json:"lessons"`
}

// Lesson is the result of one lesson.
type Lesson struct {
	Lesson    string           `json:"lesson"`
	Title     string           `json:"title"`
	HandedIn  bool             `json:"handed_in"`
	Passed    int              `json:"passed"`
	Total     int              `json:"total"`
	Points    float64          `json:"points"`
	OutOf     float64          `json:"out_of"`
	Exercises []Exercise       `json:"exercises"`
	Problems  []report.Problem `json:"problems,omitempty"`
	Notes     []string         `json:"notes,omitempty"`
}

// Exercise is the result of one exercise. Verdict is the better of Own, with the
// submission's own earlier lessons, and Earlier, with the references.
type Exercise struct {
	Name    string         `json:"name"`
	Title   string         `json:"title"`
	Verdict report.Verdict `json:"verdict"`
	Own     report.Verdict `json:"own,omitempty"`
	Earlier report.Verdict `json:"earlier,omitempty"`
	Points  float64        `json:"points"`
	OutOf   float64        `json:"out_of"`
	ByHand  bool           `json:"by_hand,omitempty"` // the points
	Comment string         `json:"comment,omitempty"` // by hand
	Held    []string       `json:"held,omitempty"`    // of what does not pass: the tests and functions that do
	Place   string         `json:"place,omitempty"`
	Message string         `json:"message,omitempty"`
	About   string         `json:"function,omitempty"` // which of several functions the message is about
	Printed string         `json:"printed,omitempty"`
	Note    string         `json:"note,omitempty"`
	Inside  string         `json:"inside,omitempty"` // of a pass: why it was judged in one process with the tests
}

// newClass gives points and names to what has been judged.
func newClass(o *Options, results []*Submission) *Class {
	listed, decided := o.Roster.bind(results), o.hand.bind(results)
	c := &Class{Schema: Schema, Go: o.Engine.Toolchain(), Jail: o.Jail.Name(), Seed: o.Seed, Solutions: o.Solutions, Late: o.Late, Submissions: results,
		Missing: o.Roster.missing(listed), Unmet: o.hand.unmet(results, decided)}
	for _, s := range results {
		if !o.Roster.fill(s, listed) {
			c.Unlisted = append(c.Unlisted, oneLine(s.Name))
		}
		s.lateOnCanvas(o.Late)
		s.count(o, decided)
		s.clean()
	}
	for i := range c.Unmet {
		c.Unmet[i] = oneLine(c.Unmet[i])
	}
	return c
}

// lateOnCanvas says so if a submission is late and nobody says how late.
func (s *Submission) lateOnCanvas(percent float64) {
	if percent > 0 && s.Days == 0 && OriginOf(s.Name).Late {
		s.Look = true
		s.Notes = append(s.Notes, "Canvas says that it is late, but not by how many days: give them in the roster (--roster), in the column late, or nothing is taken off")
	}
}

// count adds up exercises and points. Points given by hand are what counts, whatever
// the verdict and however late. An internal error costs no points and gives none: the
// submission says that it has to be graded again.
func (s *Submission) count(o *Options, decided map[string]string) {
	keep := 1 - taken(s.Days, o.Late)/100
	hand := o.hand.of(s.Name, decided)
	s.Comment = hand.comments[""]
	for _, l := range s.Lessons {
		for i := range l.Exercises {
			e := &l.Exercises[i]
			of := l.Lesson + " " + e.Name
			var points float64
			points, e.OutOf = o.Points.give(l.Lesson, e)
			e.Points = round(points * keep)
			e.Comment = hand.comments[of]
			if n, ok := hand.points[of]; ok {
				e.Points, e.ByHand = n, true
			}
			l.Total++
			l.OutOf = round(l.OutOf + e.OutOf)
			l.Points = round(l.Points + e.Points)
			switch e.Verdict {
			case report.Pass:
				l.Passed++
			case report.Internal:
				if s.Error == "" && !e.ByHand {
					s.Error = of + ": " + e.Message
				}
			}
		}
		s.Passed += l.Passed
		s.Total += l.Total
		s.Points = round(s.Points + l.Points)
		s.OutOf = round(s.OutOf + l.OutOf)
	}
}

// taken is the percent of the points that lateness costs. A day that has begun is a
// whole one.
func taken(days, late float64) float64 { return min(100, max(0, math.Ceil(days))*late) }

// Lateness says how late a submission is, and what that costs; "" if it is not.
func (c *Class) Lateness(s *Submission) string {
	if s.Days <= 0 {
		return ""
	}
	days := number(s.Days) + " days"
	if s.Days == 1 {
		days = "1 day"
	}
	if c.Late == 0 {
		return "Handed in " + days + " late, which costs nothing."
	}
	words := fmt.Sprintf("Handed in %s late: each day costs %s %% of the points, so %s %% are taken off.", days, number(c.Late), number(taken(s.Days, c.Late)))
	if s.Days != math.Ceil(s.Days) {
		words = strings.Replace(words, "each day", "each day that has begun", 1)
	}
	return words
}

// byHand is how many exercises have points by hand.
func (s *Submission) byHand() (n int) {
	for _, l := range s.Lessons {
		for _, e := range l.Exercises {
			if e.ByHand {
				n++
			}
		}
	}
	return n
}

// internal reports whether an exercise could not be judged.
func (s *Submission) internal() bool {
	for _, l := range s.Lessons {
		for _, e := range l.Exercises {
			if e.Verdict == report.Internal {
				return true
			}
		}
	}
	return false
}

// clean makes every text that a learner may have had a hand in fit to be shown:
// no control characters, no invisible ones.
func (s *Submission) clean() {
	line := func(t *string) { *t = oneLine(*t) }
	text := func(t *string) { *t = report.Clean(strings.ToValidUTF8(*t, "\uFFFD")) }
	line(&s.Name)
	line(&s.ID)
	line(&s.FullName)
	text(&s.Error)
	text(&s.Comment)
	for i := range s.Notes {
		text(&s.Notes[i])
	}
	for _, l := range s.Lessons {
		for i := range l.Notes {
			text(&l.Notes[i])
		}
		for i := range l.Problems {
			line(&l.Problems[i].Place)
			text(&l.Problems[i].Message)
		}
		for i := range l.Exercises {
			e := &l.Exercises[i]
			line(&e.Place)
			text(&e.Message)
			text(&e.Printed)
			text(&e.Note)
			text(&e.Comment)
			text(&e.Inside)
		}
	}
}

// oneLine makes a text fit to be a name.
func oneLine(s string) string { return strings.Join(strings.Fields(report.Clean(s)), " ") }

func round(x float64) float64 { return math.Round(x*1000) / 1000 }

// Broken counts the submissions that the machine kept from being graded.
func (c *Class) Broken() (n int) {
	for _, s := range c.Submissions {
		if s.Error != "" {
			n++
		}
	}
	return n
}

// Noted counts the submissions of which something could not be graded as it was
// handed in: somebody should look at them.
func (c *Class) Noted() (n int) {
	for _, s := range c.Submissions {
		if s.Look {
			n++
		}
	}
	return n
}

// daysLate reads Gradescope's submission_metadata.json: the days, begun ones
// whole, between the due date and the submission.
func daysLate(meta []byte) float64 {
	var m struct {
		CreatedAt  time.Time `json:"created_at"`
		Assignment struct {
			DueDate time.Time `json:"due_date"`
		} `json:"assignment"`
	}
	if len(meta) == 0 || json.Unmarshal(meta, &m) != nil || m.CreatedAt.IsZero() || m.Assignment.DueDate.IsZero() {
		return 0
	}
	return math.Ceil(max(0, m.CreatedAt.Sub(m.Assignment.DueDate).Hours()/24))
}
