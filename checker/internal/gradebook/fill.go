package gradebook

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/grade"
)

// Fill writes the marks into a platform's own file, whose columns tell which
// platform it is, and leaves all else as it was:
//
//	Canvas     the exported gradebook: a column a batch, by its name or a new one
//	Moodle     an assignment's grading worksheet: the sum of all batches in "Grade"
//	Classroom  the grades that Classroom exports: a column a batch, as in Canvas
//
// Where the file says how much a column is worth, the marks are scaled to it. A
// learner without a mark keeps the cell that was there. Notes say what a human
// should look at: lines that belong to no learner, learners who have no line.
func (b *Book) Fill(text []byte) (out []byte, notes []string, err error) {
	body, mark := bytes.CutPrefix(text, []byte("\uFEFF"))
	in := csv.NewReader(bytes.NewReader(body))
	in.FieldsPerRecord = -1
	if head, _, _ := bytes.Cut(body, []byte("\n")); !bytes.ContainsRune(head, ',') && bytes.ContainsRune(head, ';') {
		in.Comma = ';'
	}
	rows, err := in.ReadAll()
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, ErrPlatform
	}
	s := &sheet{book: b, rows: rows}
	switch {
	case s.has("Identifier", "Grade"):
		err = s.moodle()
	case s.has("Student", "ID", "Section"):
		s.columns("Points Possible", s.canvas)
	case s.has("Last Name", "First Name", "Email Address"):
		s.columns("Points", s.classroom)
	default:
		err = ErrPlatform
	}
	if err != nil {
		return nil, nil, err
	}
	s.left()
	var w bytes.Buffer
	if mark {
		w.WriteString("\uFEFF")
	}
	cw := csv.NewWriter(&w)
	cw.Comma = in.Comma
	if err := cw.WriteAll(s.rows); err != nil {
		return nil, nil, err
	}
	return w.Bytes(), s.notes, nil
}

// sheet is a platform's file while it is filled.
type sheet struct {
	book  *Book
	rows  [][]string
	found map[*Student]int // the row, from 0
	notes []string
}

// column is the place of a column, or -1.
func (s *sheet) column(name string) int {
	return slices.IndexFunc(s.rows[0], func(x string) bool { return fold(x) == fold(name) })
}

func (s *sheet) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return s.column(n) < 0 })
}

// get is a cell, empty where the row or the file does not have it.
func (s *sheet) get(row int, name string) string {
	if i := s.column(name); i >= 0 && i < len(s.rows[row]) {
		return strings.TrimSpace(s.rows[row][i])
	}
	return ""
}

func (s *sheet) set(row, column int, text string) {
	for len(s.rows[row]) <= column {
		s.rows[row] = append(s.rows[row], "")
	}
	s.rows[row][column] = text
}

func (s *sheet) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// moodle fills a grading worksheet. Moodle names each download for its
// participant, "Ada Lovelace_1234_assignsubmission_file", and the line's
// identifier is "Participant 1234".
func (s *sheet) moodle() error {
	at, scaled := s.column("Grade"), false
	for row := 1; row < len(s.rows); row++ {
		_, participant, _ := strings.Cut(s.get(row, "Identifier"), " ")
		who := s.whose(row, participant, s.get(row, "ID number"), s.get(row, "Username"), s.get(row, "Email address"), s.get(row, "Full name"))
		if who == nil {
			continue
		}
		sum, complete := who.Total()
		if !complete || !slices.ContainsFunc(who.Marks, func(m Mark) bool { return m.State == Given }) {
			continue
		}
		if strings.EqualFold(s.get(row, "Grade can be changed"), "No") {
			s.note("line %d: %s: Moodle says that the grade cannot be changed, and it was not", row+1, who.label())
			continue
		}
		if most, ok := parse(s.get(row, "Maximum Grade")); ok && s.book.OutOf() > 0 && most != s.book.OutOf() {
			if sum = sum / s.book.OutOf() * most; !scaled {
				s.note("the marks, out of %s, are scaled to %s", number(s.book.OutOf()), number(most))
				scaled = true
			}
		}
		s.set(row, at, number(sum))
	}
	return nil
}

// canvas is whose line a row of Canvas is. Canvas names each download for its
// user, "lovelaceada_1234_5678_nodebook.zip", and 1234 is the line's ID.
func (s *sheet) canvas(row int) *Student {
	if name := s.get(row, "Student"); name == "" || fold(name) == "points possible" || fold(name) == "student, test" || fold(name) == "test student" {
		return nil
	}
	return s.whose(row, s.get(row, "ID"), s.get(row, "SIS User ID"), s.get(row, "SIS Login ID"), turned(s.get(row, "Student")))
}

func (s *sheet) classroom(row int) *Student {
	if s.get(row, "Last Name") == "" && s.get(row, "First Name") == "" {
		return nil // the lines of dates and points
	}
	return s.whose(row, "", s.get(row, "Email Address"), s.get(row, "First Name")+" "+s.get(row, "Last Name"))
}

// turned is a name whose last part comes first, "Lovelace, Ada", as it is said.
func turned(name string) string {
	if last, first, ok := strings.Cut(name, ","); ok {
		return strings.TrimSpace(first) + " " + strings.TrimSpace(last)
	}
	return name
}

// columns fills a column a batch. The row that begins with worth says, of a column
// that is there, what it is worth.
func (s *sheet) columns(worth string, whose func(row int) *Student) {
	possible := slices.IndexFunc(s.rows, func(r []string) bool {
		return slices.ContainsFunc(r[:min(3, len(r))], func(c string) bool { return fold(c) == fold(worth) })
	})
	type column struct {
		at     int
		factor float64
	}
	var columns []column
	for _, b := range s.book.Batches {
		c := column{at: slices.IndexFunc(s.rows[0], func(x string) bool { return fold(title(x)) == fold(b.Name) }), factor: 1}
		switch {
		case c.at < 0:
			c.at = len(s.rows[0])
			s.set(0, c.at, grade.Cell(b.Name))
			if possible > 0 {
				s.set(possible, c.at, number(b.OutOf))
			}
		case possible > 0 && c.at < len(s.rows[possible]):
			if most, ok := parse(s.rows[possible][c.at]); ok && b.OutOf > 0 && most != b.OutOf {
				c.factor = most / b.OutOf
				s.note("the marks of %s, out of %s, are scaled to %s", b.Name, number(b.OutOf), number(most))
			}
		}
		columns = append(columns, c)
	}
	for row := 1; row < len(s.rows); row++ {
		if row == possible {
			continue
		}
		who := whose(row)
		if who == nil {
			continue
		}
		for i, m := range who.marks(s.book) {
			if m.State == Given {
				s.set(row, columns[i].at, number(m.Points*columns[i].factor))
			}
		}
	}
}

// title is the name of Canvas's column "Lesson 1 (4711)".
func title(column string) string {
	if name, id, ok := strings.Cut(column, " ("); ok && strings.HasSuffix(id, ")") {
		return name
	}
	return column
}

// whose is the learner that a line belongs to. The platform's own number in the
// name of a submission counts most, then the roster's id, the submission's name, and
// the full name; an address counts with and without its host.
func (s *sheet) whose(row int, own string, keys ...string) *Student {
	ways := []func(*Student) bool{func(x *Student) bool {
		return own != "" && slices.Contains(strings.Split(x.Submission, "_"), own)
	}}
	for _, part := range []func(*Student) string{func(x *Student) string { return x.ID }, func(x *Student) string { return x.Submission }, (*Student).label} {
		ways = append(ways, func(x *Student) bool {
			return slices.ContainsFunc(append(keys, own), func(k string) bool {
				local, _, _ := strings.Cut(k, "@")
				return fold(local) != "" && (fold(part(x)) == fold(k) || fold(part(x)) == fold(local))
			})
		})
	}
	name := keys[len(keys)-1]
	for _, way := range ways {
		var all []*Student
		for _, x := range s.book.Students {
			if way(x) {
				all = append(all, x)
			}
		}
		switch {
		case len(all) > 1:
			s.note("line %d: %s may be %s or %s: the line was left as it was", row+1, name, all[0].Submission, all[1].Submission)
			return nil
		case len(all) == 1:
			if before, ok := s.found[all[0]]; ok {
				s.note("line %d: %s is %s, as line %d is: the line was left as it was", row+1, name, all[0].Submission, before+1)
				return nil
			}
			if s.found == nil {
				s.found = map[*Student]int{}
			}
			s.found[all[0]] = row
			return all[0]
		}
	}
	s.note("line %d: %s has handed in nothing", row+1, name)
	return nil
}

// left notes the learners who have no line.
func (s *sheet) left() {
	for _, x := range s.book.Students {
		if _, ok := s.found[x]; !ok {
			s.note("%s has no line in the file", x.Submission)
		}
	}
}

// parse reads a number with a point or a comma.
func parse(text string) (float64, bool) {
	x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	return x, err == nil && x > 0 && !math.IsInf(x, 0)
}

func round(x float64) float64 { return math.Round(x*100) / 100 }
