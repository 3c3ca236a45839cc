package gradebook

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/lazyregexp"
)

// Fill writes the marks into a platform's own file, whose columns tell which
// platform it is, and leaves every other byte as it was:
//
//	Canvas     the exported gradebook: a column a batch, by its name or a new one
//	Moodle     an assignment's grading worksheet: the sum of all batches in "Grade"
//	Classroom  the grades that Classroom exports: a column a batch, as in Canvas
//
// Where the file says how much a column is worth, the marks are scaled to it. A
// learner without a mark keeps the cell that was there. Notes say what a human
// should look at: lines that belong to no learner, learners who have no line.
func (b *Book) Fill(text []byte) (out []byte, notes []string, err error) {
	s := &sheet{book: b}
	if s.table, err = readTable(text); err != nil {
		return nil, nil, err
	}
	if len(s.rows) == 0 {
		return nil, nil, ErrPlatform
	}
	switch {
	case s.has("Identifier", "Grade"):
		s.moodle()
	case s.has("Student", "ID", "Section"):
		s.columns("Points Possible", canvasTitle, s.canvas)
	case s.has("Last Name", "First Name", "Email Address"):
		s.columns("Points", fold, s.classroom)
	default:
		return nil, nil, ErrPlatform
	}
	s.left()
	return s.bytes(), s.notes, nil
}

// sheet is a platform's file while it is filled.
type sheet struct {
	*table
	book  *Book
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

func (s *sheet) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// moodle fills a grading worksheet. Moodle names each download for its
// participant, "Ada Lovelace_1234_assignsubmission_file", and the line's
// identifier is "Participant 1234".
func (s *sheet) moodle() {
	at, scaled := s.column("Grade"), false
	who, names := s.match(func(row int) line {
		_, participant, _ := strings.Cut(s.get(row, "Identifier"), " ")
		name := s.get(row, "Full name")
		return line{platform: grade.Moodle, number: participant, name: name, full: []string{name},
			keys: []string{s.get(row, "ID number"), s.get(row, "Username"), s.get(row, "Email address")}}
	})
	for row := 1; row < len(s.rows); row++ {
		x := who[row]
		if x == nil {
			continue
		}
		sum, complete := x.Total()
		if !complete || !slices.ContainsFunc(x.Marks, func(m Mark) bool { return m.State == Given }) {
			continue
		}
		name := s.get(row, "Full name")
		if joined := x.ID == "" && len(x.names) > 1 && grade.OriginOf(x.Submission).Platform == grade.Moodle; joined && names[grade.Plain(name)] > 1 {
			s.note("line %d: %s: two lines have this name, and the batches do not say which is whose: give each a roster with ids; the line was left as it was", row+1, name)
			continue
		}
		if strings.EqualFold(s.get(row, "Grade can be changed"), "No") {
			s.note("line %d: %s: Moodle says that the grade cannot be changed, and it was not", row+1, x.label())
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
}

// canvas is a row of Canvas. Canvas names each download for its user,
// "lovelaceada_1234_5678_nodebook.zip", and 1234 is the line's ID.
func (s *sheet) canvas(row int) line {
	name := s.get(row, "Student")
	if name == "" || fold(name) == "points possible" || fold(name) == "student, test" || fold(name) == "test student" {
		return line{}
	}
	full := turned(name)
	return line{platform: grade.Canvas, number: s.get(row, "ID"), name: full[len(full)-1], full: full, keys: []string{s.get(row, "SIS User ID"), s.get(row, "SIS Login ID")}}
}

func (s *sheet) classroom(row int) line {
	if s.get(row, "First Name") == "" && (s.get(row, "Last Name") == "" || s.get(row, "Email Address") == "") {
		return line{} // the lines of dates and points
	}
	name := s.get(row, "First Name") + " " + s.get(row, "Last Name")
	return line{name: name, full: []string{name}, keys: []string{s.get(row, "Email Address")}}
}

// turned is a name whose last part comes first, "Lovelace, Ada", as it is said. Of
// "King, Jr., Martin" both commas may be the one that parts it, and the last is
// likelier.
func turned(name string) []string {
	all := []string{name}
	for i, r := range name {
		if r == ',' {
			all = append(all, strings.TrimSpace(name[i+1:])+" "+strings.TrimSpace(name[:i]))
		}
	}
	return all
}

// columns fills a column a batch. The row that begins with worth says, of a column
// that is there, what it is worth; title gives the name of a column.
func (s *sheet) columns(worth string, title func(string) string, of func(row int) line) {
	possible := slices.IndexFunc(s.rows, func(r []string) bool {
		return slices.ContainsFunc(r[:min(3, len(r))], func(c string) bool { return fold(c) == fold(worth) })
	})
	type column struct {
		at     int
		factor float64
	}
	var columns []column
	for _, b := range s.book.Batches {
		c, two := column{at: s.column(b.Name), factor: 1}, false
		if c.at < 0 {
			for i, x := range s.rows[0] {
				if title(x) != fold(b.Name) {
					continue
				}
				two = two || c.at >= 0
				c.at = i
			}
		}
		switch {
		case two:
			s.note("more than one column is called %s: nothing was written; give the folder of results the column's whole name, such as %q", b.Name, s.rows[0][c.at])
			c.at = -1
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
	who, _ := s.match(func(row int) line {
		if row == possible {
			return line{}
		}
		return of(row)
	})
	for row := 1; row < len(s.rows); row++ {
		if who[row] == nil {
			continue
		}
		for i, m := range who[row].marks(s.book) {
			if m.State == Given && columns[i].at >= 0 {
				s.set(row, columns[i].at, number(m.Points*columns[i].factor))
			}
		}
	}
}

var canvasNumber = lazyregexp.New(` \([0-9]+\)$`)

// canvasTitle is the name of Canvas's column "Lesson 1 (4711)", folded.
func canvasTitle(column string) string { return fold(canvasNumber().ReplaceAllString(column, "")) }

// line is what a platform's line says about its learner; without a name it is none.
type line struct {
	platform string
	number   string // the platform's own, which its downloads have in their names
	name     string // for notes
	full     []string
	keys     []string
}

// match finds the learner of each line, and how many lines have each name. The
// platform's own number in the name of a submission counts most, then the roster's id, the
// submission's name, and the full name; an address counts with and without its host. A
// surer sign on a later line comes before a weaker one on an earlier line.
func (s *sheet) match(of func(row int) line) (who map[int]*Student, names map[string]int) {
	who, names, s.found = map[int]*Student{}, map[string]int{}, map[*Student]int{}
	lines, said := map[int]line{}, map[int]string{}
	for row := 1; row < len(s.rows); row++ {
		if l := of(row); l.name != "" {
			lines[row] = l
			names[grade.Plain(l.name)]++
		}
	}
	for i, way := range ways {
		for row := 1; row < len(s.rows); row++ {
			l, ok := lines[row]
			if !ok || who[row] != nil || said[row] != "" {
				continue
			}
			var all []*Student
			for _, x := range s.book.Students {
				if way(x, l) {
					all = append(all, x)
				}
			}
			if len(all) == 0 {
				continue
			}
			before, taken := s.found[all[0]]
			switch {
			case i == len(ways)-1 && names[grade.Plain(l.name)] > 1:
				if !slices.ContainsFunc(all, func(x *Student) bool { _, ok := s.found[x]; return !ok }) {
					continue
				}
				said[row] = fmt.Sprintf("line %d: %d lines have the name %s, and nothing else says which of them is whose: the line was left as it was", row+1, names[grade.Plain(l.name)], l.name)
			case len(all) > 1:
				said[row] = fmt.Sprintf("line %d: %s may be %s or %s: the line was left as it was", row+1, l.name, all[0].Submission, all[1].Submission)
			case taken:
				said[row] = fmt.Sprintf("line %d: %s is %s, as line %d is: the line was left as it was", row+1, l.name, all[0].Submission, before+1)
			default:
				s.found[all[0]] = row
				if who[row] = all[0]; all[0].split {
					who[row] = nil
					said[row] = fmt.Sprintf("line %d: %s: nothing says which of this name it is in the other batches: give each batch a roster with ids; the line was left as it was", row+1, l.name)
				}
			}
		}
	}
	for row := 1; row < len(s.rows); row++ {
		switch _, ok := lines[row]; {
		case said[row] != "":
			s.note("%s", said[row])
		case ok && who[row] == nil:
			s.note("line %d: %s has handed in nothing", row+1, lines[row].name)
		}
	}
	return who, names
}

// ways are the signs that a line is a learner's, the surest first and the full name
// last.
var ways = []func(x *Student, l line) bool{
	func(x *Student, l line) bool {
		return l.number != "" && slices.ContainsFunc(x.names, func(name string) bool { return grade.OriginOf(name).Has(name, l.platform, l.number) })
	},
	func(x *Student, l line) bool { return l.says(x.ID) },
	func(x *Student, l line) bool {
		return slices.ContainsFunc(x.names, func(name string) bool { return grade.OriginOf(name).Platform == "" && (l.says(name) || l.called(name)) })
	},
	func(x *Student, l line) bool {
		return l.called(x.Name) || l.says(x.Name) || slices.ContainsFunc(x.names, func(name string) bool { return l.called(grade.OriginOf(name).Name) })
	},
}

// says reports whether one of a line's keys is text, or is an address of which text
// is the part before the host.
func (l line) says(text string) bool {
	return fold(text) != "" && slices.ContainsFunc(append([]string{l.number}, l.keys...), func(k string) bool {
		local, _, _ := strings.Cut(k, "@")
		return fold(local) != "" && (fold(text) == fold(k) || fold(text) == fold(local))
	})
}

// called reports whether name is a line's full name.
func (l line) called(name string) bool {
	return grade.Plain(name) != "" && slices.ContainsFunc(l.full, func(f string) bool { return grade.Plain(f) == grade.Plain(name) })
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
