package grade

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/similar"
)

// How much of a class its report shows.
const (
	pageOf      = 100 // submissions on one page of the list
	mostMakers  = 5   // of a mistake, by name; the others are counted
	mostPairs   = 50  // submissions that are alike
	leastShared = 0.4 // part of their code that such two share
	barWidth    = 300 // of a drawing
)

// overview is what the class report shows.
type overview struct {
	*Class
	Bars    []bar
	Height  int
	Hardest []bar
	Scores  []score
	Pages   []page
	Noted   []noted
	Odd     []odd
	Pairs   []pair
	Inside  bool
}

// Report writes the class report: one file, which needs nothing besides but the
// feedback pages that it links.
func (c *Class) Report(w io.Writer) error {
	o := overview{Class: c, Bars: c.bars(), Scores: c.scores(), Pages: c.pages(), Noted: c.noted(), Odd: c.odd(), Pairs: c.pairs()}
	o.Height = 22*len(o.Bars) + 4
	o.Inside = slices.ContainsFunc(o.Bars, func(b bar) bool { return b.Inside })
	o.Hardest = slices.DeleteFunc(slices.Clone(o.Bars), func(b bar) bool { return b.Begun == 0 })
	slices.SortStableFunc(o.Hardest, func(x, y bar) int { return cmp.Compare(x.share(), y.share()) })
	o.Hardest = o.Hardest[:min(10, len(o.Hardest))]
	return pages().ExecuteTemplate(w, "report", o)
}

// bar is an exercise of the class.
type bar struct {
	Lesson, Name, Title string
	Pass, Begun, All    int
	PassWidth, RestFrom float64
	RestWidth           float64
	Y                   int
	Inside              bool   // passes were judged in one process with the tests
	Most                string // the commonest failure
	MostCount           int
	Makers              []link // some of those who made it
}

// link is a submission and the file of its feedback.
type link struct{ Who, File string }

func (c *Class) link(i int) link {
	s := c.Submissions[i]
	return link{who(s), "feedback/" + FileName(i, s.Name) + ".html"}
}

// Rest is how many have not begun.
func (b bar) Rest() int { return b.All - b.Pass - b.Begun }

// Tried is how many have written something.
func (b bar) Tried() int { return b.Pass + b.Begun }

// Others is how many more have made the commonest mistake than are named.
func (b bar) Others() int { return b.MostCount - len(b.Makers) }

// share is the part of those who have begun that passes.
func (b bar) share() float64 { return float64(b.Pass) / float64(max(1, b.Tried())) }

func (c *Class) bars() (bars []bar) {
	for i, l := range c.lessons() {
		for k, e := range l.Exercises {
			b := bar{Lesson: l.Lesson, Name: e.Name, Title: e.Title, Y: 22 * len(bars)}
			failures := map[string][]int{}
			for n, s := range c.Submissions {
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
					key := drawn().ReplaceAllString(shortly(x), "...")
					failures[key] = append(failures[key], n)
				}
			}
			names := slices.SortedFunc(maps.Keys(failures), func(x, y string) int {
				return cmp.Or(len(failures[y])-len(failures[x]), strings.Compare(x, y))
			})
			if len(names) > 0 {
				made := failures[names[0]]
				b.Most, b.MostCount = shortly(c.Submissions[made[0]].Lessons[i].Exercises[k]), len(made)
				for _, n := range made[:min(mostMakers, len(made))] {
					b.Makers = append(b.Makers, c.link(n))
				}
			}
			b.PassWidth = barWidth * float64(b.Pass) / float64(max(1, b.All))
			b.RestFrom, b.RestWidth = b.PassWidth+200, barWidth*float64(b.Begun)/float64(max(1, b.All))
			bars = append(bars, b)
		}
	}
	return bars
}

// drawn is what a message says of inputs: no two submissions have the same.
var drawn = lazyregexp.New(`"(?:[^"\\]|\\.)*"|\b[0-9a-f]*[0-9][0-9a-fx.]*`)

// shortly is the beginning of an exercise's message.
func shortly(e Exercise) string {
	first, _, _ := strings.Cut(e.Message, "\n")
	return strings.TrimSuffix(string(e.Verdict)+": "+first, ": ")
}

// score is how many have so many percent of the points.
type score struct {
	Range string
	Count int
	Width float64
	Y     int
}

func (c *Class) scores() []score {
	all := make([]score, 10)
	for i := range all {
		all[i] = score{Range: number(float64(10*i)) + " to " + number(float64(10*i+10)) + " %", Y: 22 * i}
	}
	most := 1
	for _, s := range c.Submissions {
		if s.Error != "" || s.OutOf == 0 {
			continue
		}
		x := &all[min(9, int(math.Floor(10*s.Points/s.OutOf)))]
		x.Count++
		most = max(most, x.Count)
	}
	for i := range all {
		all[i].Width = barWidth * float64(all[i].Count) / float64(most)
	}
	return all
}

// page is a part of the list of submissions.
type page struct {
	Number, From, To int
	First, Last      string
	Rows             []row
}

type row struct {
	link
	*Submission
	Lateness string
}

func (c *Class) pages() (all []page) {
	for from := 0; from < len(c.Submissions); from += pageOf {
		to := min(from+pageOf, len(c.Submissions))
		p := page{Number: len(all) + 1, From: from + 1, To: to, First: c.Submissions[from].Name, Last: c.Submissions[to-1].Name}
		for i := from; i < to; i++ {
			p.Rows = append(p.Rows, row{c.link(i), c.Submissions[i], c.Lateness(c.Submissions[i])})
		}
		all = append(all, p)
	}
	return all
}

// noted is a submission with notes.
type noted struct {
	link
	Notes []string
}

func (c *Class) noted() (all []noted) {
	for i, s := range c.Submissions {
		if len(s.Notes) > 0 {
			all = append(all, noted{c.link(i), s.Notes})
		}
	}
	return all
}

// odd is a pass that the references of the earlier lessons do not give.
type odd struct {
	link
	Exercise, Note string
}

func (c *Class) odd() (all []odd) {
	for i, s := range c.Submissions {
		for _, l := range s.Lessons {
			for _, e := range l.Exercises {
				if e.Own == report.Pass && e.Note != "" {
					all = append(all, odd{c.link(i), l.Lesson + " " + e.Name, e.Note})
				}
			}
		}
	}
	return all
}

// pair is two submissions that share code.
type pair struct {
	A, B    link
	Percent int
	Place   string // the first of what they share
}

// Alike notes which submissions share code, for the report. given is what all of
// them were handed.
func (c *Class) Alike(subs []similar.Submission, given map[string][]byte) {
	c.alike = similar.Pairs(subs, given, leastShared)
}

func (c *Class) pairs() (all []pair) {
	at := map[string]int{}
	for i, s := range c.Submissions {
		at[s.Name] = i // as oneLine gives it
	}
	for _, p := range c.alike[:min(mostPairs, len(c.alike))] {
		a, known := at[oneLine(p.A)]
		b, both := at[oneLine(p.B)]
		if !known || !both {
			continue
		}
		x := pair{A: c.link(a), B: c.link(b), Percent: int(100 * p.Part)}
		if len(p.Places) > 0 {
			a, b := p.Places[0].A, p.Places[0].B
			x.Place = oneLine(fmt.Sprintf("%s:%d-%d and %s:%d-%d", a.File, a.From, a.To, b.File, b.From, b.To))
		}
		all = append(all, x)
	}
	return all
}
