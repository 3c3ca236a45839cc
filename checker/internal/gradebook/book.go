// Package gradebook makes one table of several batches, and writes the marks into
// the file that a learning platform gave out.
//
//	Read   results.json of each batch's folder, and who of them is the same learner
//	Book   the table, on a terminal and as CSV
//	Fill   a platform's own CSV file, with the marks in it (see [Fill])
package gradebook

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/report"
)

// Book is the marks of all learners in all batches.
type Book struct {
	Batches  []Batch
	Students []*Student // by name
	Notes    []string   // what a human should look at in the results

	shared map[string]bool // keys of two submissions in one batch: they join nothing
}

// Batch is a folder of results.
type Batch struct {
	Name  string // the folder's
	OutOf float64
}

// Student is one learner.
type Student struct {
	Submission string // the name of what was handed in last
	ID, Name   string // of the roster, or empty
	Marks      []Mark // one a batch

	names []string // of all that was handed in
	split bool     // nothing says which learner of this name it is in another batch
}

// Mark is what one batch gave a learner.
type Mark struct {
	Points float64
	State  State
}

// State says whether there is a mark.
type State int

const (
	Absent State = iota // nothing was handed in
	Broken              // the machine failed: neither a verdict nor a zero
	Given
)

const (
	mostBytes = 1 << 30 // of one results.json: a class of 10,000 has 300 MB
	schema    = "nodebook/grade/1"
)

// Read reads the results of batches. A learner is known by the id of the roster, by
// the submission's name, or by what the platform says in that name: Canvas's user,
// or the full name in Moodle, whose numbers are others in each assignment.
func Read(folders []string) (*Book, error) {
	b := &Book{}
	var classes []*grade.Class
	for _, folder := range folders {
		c, err := read(filepath.Join(folder, "results.json"))
		if err != nil {
			return nil, err
		}
		classes = append(classes, c)
	}
	again := b.share(folders, classes)
	for i, folder := range folders {
		c := classes[i]
		name := filepath.Base(filepath.Clean(folder))
		if slices.ContainsFunc(b.Batches, func(x Batch) bool { return x.Name == name }) {
			return nil, fmt.Errorf("two of the folders are called %q: their columns would be one", name)
		}
		b.Batches = append(b.Batches, Batch{Name: name})
		for _, s := range c.Submissions {
			who, err := b.student(s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", folder, err)
			}
			if who.Marks[i].State != Absent {
				return nil, fmt.Errorf("%s: the id %q belongs to two submissions, %q and %q: fix the roster, and grade again", folder, s.ID, who.Submission, s.Name)
			}
			who.Submission, who.names = s.Name, append(who.names, s.Name)
			key := grade.OriginOf(s.Name).Key()
			who.split = who.ID == "" && again[key]
			if s.Look && s.Points == 0 && s.Error == "" {
				b.note("%s: %s has no points, and something of it could not be graded as it was handed in: look at its notes there", name, s.Name)
			}
			if who.Marks[i] = (Mark{s.Points, Given}); s.Error != "" {
				who.Marks[i] = Mark{State: Broken}
			} else {
				b.Batches[i].OutOf = s.OutOf
			}
		}
	}
	slices.SortFunc(b.Students, func(x, y *Student) int { return strings.Compare(x.label(), y.label()) })
	return b, nil
}

func (b *Book) note(format string, args ...any) {
	b.Notes = append(b.Notes, fmt.Sprintf(format, args...))
}

// share finds the keys that more than one submission of a batch has, and returns
// those of them that another batch has too.
func (b *Book) share(folders []string, classes []*grade.Class) map[string]bool {
	b.shared = map[string]bool{}
	batches := map[string]int{}
	for i, c := range classes {
		here := map[string]*grade.Submission{}
		for _, s := range c.Submissions {
			from := grade.OriginOf(s.Name)
			key := from.Key()
			if key == "" {
				continue
			}
			first := here[key]
			if first == nil {
				here[key] = s
				batches[key]++
				continue
			}
			b.shared[key] = true
			if grade.OriginOf(first.Name).Number == from.Number && first.ID == "" && s.ID == "" {
				b.note("%s: %s and %s are one learner's: keep one of them among the submissions, and grade again", filepath.Base(filepath.Clean(folders[i])), first.Name, s.Name)
			}
		}
	}
	again := map[string]bool{}
	for key := range b.shared {
		again[key] = batches[key] > 1
	}
	return again
}

// joins reports whether what a learner has handed in has a submission's name, or
// the key of it.
func (b *Book) joins(x *Student, submission string) bool {
	key := grade.OriginOf(submission).Key()
	return slices.ContainsFunc(x.names, func(name string) bool {
		return fold(name) == fold(submission) || key != "" && !b.shared[key] && grade.OriginOf(name).Key() == key
	})
}

func read(name string) (*grade.Class, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var c grade.Class
	if err := json.NewDecoder(io.LimitReader(f, mostBytes)).Decode(&c); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if c.Schema != schema {
		return nil, fmt.Errorf("%s: its schema is %q, want %q", name, c.Schema, schema)
	}
	return &c, nil
}

// student is who handed in s, made if nobody is known by its id or name.
func (b *Book) student(s *grade.Submission) (*Student, error) {
	for _, x := range b.Students {
		switch {
		case x.ID != "" && s.ID != "":
			if x.ID != s.ID {
				continue
			}
		case !b.joins(x, s.Name):
			continue
		}
		if x.ID == "" {
			x.ID, x.Name = s.ID, s.FullName
		}
		x.grow(len(b.Batches))
		return x, nil
	}
	x := &Student{Submission: s.Name, ID: s.ID, Name: s.FullName}
	x.grow(len(b.Batches))
	b.Students = append(b.Students, x)
	return x, nil
}

func (s *Student) grow(n int) {
	for len(s.Marks) < n {
		s.Marks = append(s.Marks, Mark{})
	}
}

// label is what the table calls a learner.
func (s *Student) label() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Submission
}

// Total is the sum of the marks that are there; complete is false if the machine
// failed in one of the batches, so that the sum is not known yet.
func (s *Student) Total() (sum float64, complete bool) {
	complete = true
	for _, m := range s.Marks {
		sum += m.Points
		complete = complete && m.State != Broken
	}
	return sum, complete
}

// OutOf is what all batches together are worth.
func (b *Book) OutOf() (sum float64) {
	for _, x := range b.Batches {
		sum += x.OutOf
	}
	return sum
}

// CSV writes a line a learner and a column a batch. A learner who has handed in
// nothing has an empty cell, and one of whom the machine failed has "internal error".
func (b *Book) CSV(w io.Writer) error {
	cw := csv.NewWriter(w)
	head := []string{"submission", "id", "name"}
	worth := []string{"out of", "", ""}
	for _, x := range b.Batches {
		head, worth = append(head, x.Name), append(worth, number(x.OutOf))
	}
	cw.Write(append(head, "total"))
	cw.Write(append(worth, number(b.OutOf())))
	for _, s := range b.Students {
		row := []string{grade.Cell(s.Submission), grade.Cell(s.ID), grade.Cell(s.Name)}
		for _, m := range s.marks(b) {
			row = append(row, m.text())
		}
		cw.Write(append(row, s.total()))
	}
	cw.Flush()
	return cw.Error()
}

// marks are a learner's, one a batch, also of the batches that came later.
func (s *Student) marks(b *Book) []Mark {
	s.grow(len(b.Batches))
	return s.Marks
}

func (m Mark) text() string {
	switch m.State {
	case Given:
		return number(m.Points)
	case Broken:
		return "internal error"
	}
	return ""
}

func (s *Student) total() string {
	sum, complete := s.Total()
	if !complete {
		return ""
	}
	return number(sum)
}

const widest = 40 // characters of a name

// Table writes the table for a terminal.
func (b *Book) Table(w io.Writer) {
	width := len("out of")
	for _, s := range b.Students {
		width = max(width, min(widest, utf8.RuneCountInString(report.Clean(s.label()))))
	}
	line := func(name string, cells []string) {
		name = report.Clean(name)
		if n := utf8.RuneCountInString(name); n > widest {
			name = string([]rune(name)[:widest-1]) + "…"
		}
		fmt.Fprint(w, name, strings.Repeat(" ", max(0, width-utf8.RuneCountInString(name))))
		for i, c := range cells {
			if c == "" {
				c = "-"
			}
			fmt.Fprintf(w, "  %*s", b.column(i), c)
		}
		fmt.Fprintln(w)
	}
	var head, worth []string
	for _, x := range b.Batches {
		head, worth = append(head, report.Clean(x.Name)), append(worth, number(x.OutOf))
	}
	line("", append(head, "total"))
	line("out of", append(worth, number(b.OutOf())))
	for _, s := range b.Students {
		var cells []string
		for _, m := range s.marks(b) {
			cells = append(cells, m.text())
		}
		line(s.label(), append(cells, s.total()))
	}
}

// column is the width of a column.
func (b *Book) column(i int) int {
	if i == len(b.Batches) {
		return len("1234.56")
	}
	return max(len("internal error"), utf8.RuneCountInString(report.Clean(b.Batches[i].Name)))
}

func number(x float64) string { return strconv.FormatFloat(round(x), 'f', -1, 64) }

// fold is a text as two are compared: composed, in one case, without spaces at its
// ends and without the spaces that a form doubles.
func fold(s string) string {
	return strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(s), " ")))
}

// ErrPlatform says that a file is none of a platform's that is known.
var ErrPlatform = errors.New(`none of its columns tells whose it is: Canvas has "Student", "ID" and "Section", Moodle "Identifier" and "Grade", Classroom "Last Name", "First Name" and "Email Address"`)
