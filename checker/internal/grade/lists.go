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
type Points struct{ of map[string]float64 }

// ReadPoints reads a file of points: a line is "lesson1 ReadMagic 2", or
// "lesson1 0.5" for each exercise of the lesson that has no line of its own.
// What follows a # is a remark.
func ReadPoints(r io.Reader, b *workbook.Book) (*Points, error) {
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, err
	}
	p := &Points{of: map[string]float64{}}
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
	if err != nil || !(n >= 0 && n <= 1e6) {
		return fmt.Errorf("%q is no number of points", f[len(f)-1])
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
	}
	return errors.New(`a line is "lesson1 ReadMagic 2" or "lesson1 0.5"`)
}

// Of is what an exercise is worth.
func (p *Points) Of(lesson, exercise string) float64 {
	if p != nil {
		for _, key := range []string{lesson + " " + exercise, lesson} {
			if n, ok := p.of[key]; ok {
				return n
			}
		}
	}
	return 1
}

// Roster says who is behind a submission's name, which is composed (NFC) here:
// macOS names folders and archives with each accent apart.
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
				return nil, fmt.Errorf("row %d: %q is no number of days", i+2, d)
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
func (r *Roster) missing(all []*Submission) (names []string) {
	if r == nil {
		return nil
	}
	left := maps.Clone(r.by)
	for _, s := range all {
		delete(left, norm.NFC.String(s.Name))
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		names = append(names, strings.Join(strings.Fields(report.Clean(name+" "+left[name].name)), " "))
	}
	return names
}

func (r *Roster) fill(s *Submission) {
	if r == nil {
		return
	}
	if x, ok := r.by[norm.NFC.String(s.Name)]; ok {
		s.ID, s.FullName = x.id, x.name
		s.Days = max(s.Days, x.late)
	} else {
		s.Notes = append(s.Notes, "it is not on the roster")
	}
}
