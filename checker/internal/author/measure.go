package author

import (
	"fmt"
	"regexp"
	"strings"

	"nodebook/checker/internal/workbook"
)

// The bounds of a page's prose, in words.
const (
	fewestWords = 25  // between an exercise's heading and its hints
	mostWords   = 420 // the same
	mostIdle    = 300 // without an exercise or a cell, up to the end of the last exercise
)

// Measure is what a page has.
type Measure struct {
	Exercises, Pictures, Cells, Tables, Words int
	PerExercise                               map[string]int // words of its section, by exercise
	Idle                                      int            // the longest prose without something to do
	IdleLine                                  int            // where it ends
	Cases                                     map[string]bool
}

// badCase is how a row of a table says that it is about an input that fails, or a
// mistake.
var badCase = regexp.MustCompile(`(?i)\bErr|EOF|\berrors?\b|\bwrong\b|\bfalse\b|\brefuse|\bneither\b|\bnone\b|\bfails?\b|\bcancel|\bdeadline|\bnot\b|\bdies\b|\bno more than\b`)

// measure reads a page line by line. Words in blocks, tables and hints do not
// count: they are looked up, not read.
type measure struct {
	Measure
	page    *workbook.Page
	blocks  map[int]workbook.Block
	section int    // words since the heading
	idle    int    // words since the last exercise or cell
	open    string // the exercise whose hints have not begun
	rows    int    // of the table at hand, its head among them
	last    int    // line of the last exercise
}

// MeasurePage measures a lesson's page.
func MeasurePage(p *workbook.Page) Measure {
	m := &measure{page: p, blocks: map[int]workbook.Block{}}
	m.PerExercise, m.Cases = map[string]int{}, map[string]bool{}
	for _, b := range p.Blocks {
		m.blocks[b.Line] = b
		if b.Kind == "exercise" {
			m.last = b.Line
		}
	}
	lines := strings.Split(p.Text, "\n")
	hint := false
	for i := 0; i < len(lines); i++ {
		if b, ok := m.blocks[i+1]; ok {
			m.block(b)
			i += strings.Count(b.Text, "\n") + 1
			continue
		}
		switch {
		case strings.HasPrefix(lines[i], "<details>"):
			hint, m.open = true, ""
		case strings.HasPrefix(lines[i], "</details>"):
			hint = false
		case !hint:
			m.line(i+1, lines[i])
		}
	}
	return m.Measure
}

func (m *measure) block(b workbook.Block) {
	switch {
	case b.Kind == "exercise" && len(b.Args) > 0:
		m.Exercises++
		m.open = b.Args[0]
		m.PerExercise[m.open] = m.section
	case b.Kind == "cell":
		m.Cells++
	default:
		return
	}
	m.idle = 0
}

func (m *measure) line(n int, line string) {
	if !strings.HasPrefix(line, "|") {
		m.rows = 0
	}
	switch {
	case strings.HasPrefix(line, "## "):
		m.section = 0
	case strings.HasPrefix(line, "!["):
		m.Pictures++
	case strings.HasPrefix(line, "|"):
		m.row(line)
	default:
		words := len(strings.Fields(line))
		m.Words += words
		m.section += words
		m.idle += words
		if m.open != "" {
			m.PerExercise[m.open] += words
		}
		if n < m.last && m.idle > m.Idle {
			m.Idle, m.IdleLine = m.idle, n
		}
	}
}

// row notes a table, and whether it gives the exercise above it two cases, one of
// them bad.
func (m *measure) row(line string) {
	m.rows++
	if m.rows == 1 {
		m.Tables++
	}
	if m.open != "" && m.rows > 3 && !m.Cases[m.open] {
		m.Cases[m.open] = badCase.MatchString(line)
	}
	if m.open != "" && m.rows == 3 && badCase.MatchString(line) { // the bad one may come first
		m.Cases[m.open] = true
	}
}

// density reports exercises without a good and a bad case, and prose that is too
// short or too long.
func density(l *workbook.Lesson) []Complaint {
	page := "lessons/" + l.Name + "/README.md"
	m := MeasurePage(l.Page)
	var out []Complaint
	for _, b := range l.Page.Exercises {
		place := fmt.Sprintf("%s:%d", page, b.Line)
		if !m.Cases[b.Name] {
			out = append(out, complain(place, "| given | result |, with a row that ends in an error, or is wrong", "no good and bad case follows exercise %s", b.Name))
		}
		if n := m.PerExercise[b.Name]; n < fewestWords || n > mostWords {
			out = append(out, complain(place, "", "exercise %s has %d words before its hints, want %d to %d", b.Name, n, fewestWords, mostWords))
		}
	}
	if m.Idle > mostIdle {
		out = append(out, complain(fmt.Sprintf("%s:%d", page, m.IdleLine), "let the reader run a cell, or predict", "%d words without an exercise or a cell, at most %d", m.Idle, mostIdle))
	}
	if 2*m.Cells < m.Exercises-1 {
		out = append(out, complain(page, "", "%d cells for %d exercises, want one for every two", m.Cells, m.Exercises))
	}
	return out
}

// Measures returns what every page has, as a table.
func (r *Repo) Measures() (string, error) {
	lessons, err := r.Lessons()
	if err != nil {
		return "", err
	}
	out := "lesson   exercises  words  per exercise  pictures  cells  tables  longest prose\n"
	for _, l := range lessons {
		m := MeasurePage(l.Page)
		sum := 0
		for _, n := range m.PerExercise {
			sum += n
		}
		out += fmt.Sprintf("%-8s %9d  %5d  %12d  %8d  %5d  %6d  %13d\n", l.Name, m.Exercises, m.Words, sum/max(1, m.Exercises), m.Pictures, m.Cells, m.Tables, m.Idle)
	}
	return out, nil
}

// Density reports pages whose exercises lack cases or have too few or too many
// words. A page that the style baseline still names is not rewritten yet.
func (r *Repo) Density() ([]Complaint, error) {
	base, err := r.baseline()
	if err != nil {
		return nil, err
	}
	return r.eachLesson(func(l *workbook.Lesson) ([]Complaint, error) {
		if base["lessons/"+l.Name] > 0 {
			return nil, nil
		}
		return density(l), nil
	})
}
