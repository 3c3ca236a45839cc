package grade

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"nodebook/checker/internal/report"
	"nodebook/checker/internal/workbook"
)

// Points says what each exercise is worth. The nil Points gives 1 to each.
type Points struct {
	of    map[string]float64
	parts map[string]map[string]float64 // by exercise and part
}

const mostPoints = 1e6

// ReadPoints reads a file of points. A line is one of
//
//	lesson1 ReadMagic 2                      the exercise
//	lesson1 0.5                              each exercise of the lesson without a line
//	lesson1 ReadMagic TestReadMagic_cut 0.5  a part: a hidden test, or one of its functions
//
// An exercise with lines for parts is worth their sum and what its own line says, or
// 0, besides. What follows a # is a remark.
func ReadPoints(r io.Reader, b *workbook.Book) (*Points, error) {
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, err
	}
	p := &Points{of: map[string]float64{}, parts: map[string]map[string]float64{}}
	for i, line := range strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n") {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if err := p.line(b, f); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return p, nil
}

func (p *Points) line(b *workbook.Book, f []string) error {
	l, err := b.FindLesson(f[0])
	if err != nil {
		return err
	}
	n, err := strconv.ParseFloat(f[len(f)-1], 64)
	if err != nil || !(n >= 0 && n <= mostPoints) {
		return fmt.Errorf("%q is not a number of points", f[len(f)-1])
	}
	switch len(f) {
	case 2:
		p.of[l.Name] = n
		return nil
	case 3:
		e, err := l.FindExercise(f[1])
		if err != nil {
			return err
		}
		p.of[l.Name+" "+e.Name] = n
		return nil
	case 4:
		e, err := l.FindExercise(f[1])
		if err != nil {
			return err
		}
		if all := parts(e); !slices.Contains(all, f[2]) {
			return fmt.Errorf("%s has no part %q; its parts are %s", e.Name, f[2], strings.Join(all, ", "))
		}
		key := l.Name + " " + e.Name
		if p.parts[key] == nil {
			p.parts[key] = map[string]float64{}
		}
		p.parts[key][f[2]] = n
		return nil
	}
	return errors.New(`a line is "lesson1 ReadMagic 2", "lesson1 ReadMagic TestReadMagic_cut 0.5" or "lesson1 0.5"`)
}

// parts are the names of what of an exercise can pass by itself.
func parts(e *workbook.Exercise) (names []string) {
	if len(e.Funcs) > 1 {
		for _, f := range e.Funcs {
			names = append(names, f.Name)
		}
	}
	for _, t := range e.Tests {
		names = append(names, t.Name)
	}
	return names
}

// give is what an exercise has earned, and what it is worth.
func (p *Points) give(lesson string, e *Exercise) (points, outOf float64) {
	if p == nil {
		p = &Points{}
	}
	key := lesson + " " + e.Name
	whole, own := p.of[key]
	if !own && p.parts[key] == nil {
		if whole, own = p.of[lesson]; !own {
			whole = 1
		}
	}
	outOf = whole
	for part, n := range p.parts[key] {
		outOf += n
		if slices.Contains(e.Held, part) {
			points += n
		}
	}
	if e.Verdict == report.Pass {
		points = outOf
	}
	return round(points), round(outOf)
}

// Roster says whose a submission is, by its name or what [bind] takes for it. Names are
// composed (NFC) here: macOS names folders and archives with each accent apart.
type Roster struct{ by map[string]student }

type student struct {
	id, name string
	late     float64
}

// ReadRoster reads a CSV file whose first line names its columns: "submission"
// (the folder's or archive's name) and, as there are, "id", "name" and "late",
// the days that the submission is late. Semicolons may stand for the commas.
func ReadRoster(r io.Reader) (*Roster, error) {
	text, err := io.ReadAll(io.LimitReader(r, 16<<20))
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(bytes.NewReader(text))
	if head, _, _ := bytes.Cut(text, []byte("\n")); !bytes.ContainsRune(head, ',') && bytes.ContainsRune(head, ';') {
		in.Comma = ';' // as spreadsheets write it where 0,5 is a half
	}
	rows, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errors.New("the roster is empty")
	}
	column := func(name string) int {
		return slices.IndexFunc(rows[0], func(s string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(s, "\uFEFF")), name)
		})
	}
	key, id, name, late := column("submission"), column("id"), column("name"), column("late")
	if key < 0 {
		return nil, errors.New(`the first line of a roster names its columns; one of them is "submission"`)
	}
	get := func(row []string, i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	out := &Roster{by: map[string]student{}}
	for i, row := range rows[1:] {
		s := student{id: get(row, id), name: get(row, name)}
		if d := get(row, late); d != "" {
			if s.late, err = strconv.ParseFloat(strings.Replace(d, ",", ".", 1), 64); err != nil || !(s.late >= 0 && s.late < 1e4) {
				return nil, fmt.Errorf("row %d: %q is not a number of days", i+2, d)
			}
		}
		who := norm.NFC.String(get(row, key))
		if who == "" {
			continue
		}
		if old, ok := out.by[who]; ok && old != s {
			return nil, fmt.Errorf("row %d: %q is on the roster twice, with another id, name or delay", i+2, who)
		}
		out.by[who] = s
	}
	return out, nil
}

// missing are those on the roster of whom there is no submission.
func (r *Roster) missing(bound map[string]string) (names []string) {
	if r == nil {
		return nil
	}
	left := maps.Clone(r.by)
	for _, entry := range bound {
		delete(left, entry)
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		names = append(names, oneLine(name+" "+left[name].name))
	}
	return names
}

// bind finds the roster's entry of each submission.
func (r *Roster) bind(all []*Submission) map[string]string {
	if r == nil {
		return nil
	}
	return bind(slices.Collect(maps.Keys(r.by)), all)
}

// fill gives a submission what the roster says, and reports whether it is on it.
func (r *Roster) fill(s *Submission, bound map[string]string) bool {
	if r == nil {
		return true
	}
	entry, ok := bound[norm.NFC.String(s.Name)]
	if ok {
		x := r.by[entry]
		s.ID, s.FullName = x.id, x.name
		s.Days = max(s.Days, x.late)
	}
	return ok
}
