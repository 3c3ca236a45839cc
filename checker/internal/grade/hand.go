package grade

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/unicode/norm"

	"nodebook/checker/internal/workbook"
)

// HandName is the name, in the folder of results, of what is given by hand. A batch
// reads it and never writes it.
const HandName = "grades.toml"

// Hand is what an instructor gives by hand: points and comments, by submission.
//
//	[ada]
//	comment = "Well done."
//
//	[ada.lesson1.ReadMagic]
//	points = 0.5
//	comment = "The idea is right."
type Hand struct{ by map[string]*decision }

// decision is what is decided of one submission. The empty key is the whole of it,
// the others are "lesson1 ReadMagic".
type decision struct {
	points   map[string]float64
	comments map[string]string
}

const mostHand = 16 << 20 // bytes of grades.toml

// readHand reads the file in a folder of results, if there is one.
func readHand(out string, b *workbook.Book) (*Hand, error) {
	name := filepath.Join(out, HandName)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := ReadHand(f, b)
	if err != nil {
		return nil, &HandError{name, err}
	}
	return h, nil
}

// HandError says what is wrong with what is given by hand.
type HandError struct {
	File string
	Err  error
}

func (e *HandError) Error() string { return e.File + ": " + e.Err.Error() }

func (e *HandError) Unwrap() error { return e.Err }

// ReadHand reads what is given by hand. An error names the line, or the table and
// the key.
func ReadHand(r io.Reader, b *workbook.Book) (*Hand, error) {
	var all map[string]any
	if _, err := toml.NewDecoder(io.LimitReader(r, mostHand)).Decode(&all); err != nil {
		return nil, err
	}
	h := &Hand{by: map[string]*decision{}}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		table, ok := all[name].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s: want a table for each submission: [%s]", name, name)
		}
		d := &decision{points: map[string]float64{}, comments: map[string]string{}}
		if err := d.read(name, table, b); err != nil {
			return nil, err
		}
		who := norm.NFC.String(name)
		if h.by[who] != nil {
			return nil, fmt.Errorf("[%s]: it is there twice, with an accent as part of its letter and apart", who)
		}
		h.by[who] = d
	}
	return h, nil
}

func (d *decision) read(name string, table map[string]any, b *workbook.Book) error {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if key == "comment" {
			if err := d.value(name, "", key, table[key]); err != nil {
				return err
			}
			continue
		}
		l, err := b.FindLesson(key)
		if err != nil {
			return fmt.Errorf("[%s]: %s is neither \"comment\" nor a lesson: %w", name, key, err)
		}
		exercises, ok := table[key].(map[string]any)
		if !ok {
			return fmt.Errorf("[%s]: %s: want a table for each exercise: [%s.%s.%s]", name, key, name, key, l.Exercises[0].Name)
		}
		for _, x := range slices.Sorted(maps.Keys(exercises)) {
			at := fmt.Sprintf("%s.%s.%s", name, key, x)
			e, err := l.FindExercise(x)
			if err != nil {
				return fmt.Errorf("[%s]: %w", at, err)
			}
			values, ok := exercises[x].(map[string]any)
			if !ok {
				return fmt.Errorf("[%s]: want a table with points, a comment, or both", at)
			}
			for _, k := range slices.Sorted(maps.Keys(values)) {
				if err := d.value(at, l.Name+" "+e.Name, k, values[k]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// value takes points or a comment, of the whole if of is empty.
func (d *decision) value(table, of, key string, v any) error {
	bad := func(want string) error { return fmt.Errorf("[%s]: %s is %v, want %s", table, key, v, want) }
	switch {
	case key == "comment":
		s, ok := v.(string)
		if !ok {
			return bad("a text")
		}
		d.comments[of] = strings.TrimSpace(s)
	case key == "points" && of != "":
		n, ok := v.(float64)
		if i, whole := v.(int64); whole {
			n, ok = float64(i), true
		}
		if !ok || !(n >= 0 && n <= mostPoints) || math.IsInf(n, 0) {
			return bad("a number of points")
		}
		d.points[of] = n
	default:
		return fmt.Errorf("[%s]: no key %q: want points or comment", table, key)
	}
	return nil
}

// bind finds the entry of each submission.
func (h *Hand) bind(all []*Submission) map[string]string {
	if h == nil {
		return nil
	}
	return bind(slices.Collect(maps.Keys(h.by)), all)
}

// of is what is decided of a submission.
func (h *Hand) of(submission string, bound map[string]string) *decision {
	if h != nil {
		if d := h.by[bound[norm.NFC.String(submission)]]; d != nil {
			return d
		}
	}
	return &decision{}
}

// unmet are those of whom something is decided, and who have no submission, or none
// of the lesson in question.
func (h *Hand) unmet(all []*Submission, bound map[string]string) (names []string) {
	if h == nil {
		return nil
	}
	left := map[string]bool{}
	for name, d := range h.by {
		left[name] = true
		for _, of := range [][]string{slices.Collect(maps.Keys(d.points)), slices.Collect(maps.Keys(d.comments))} {
			for _, key := range of {
				if key != "" {
					left[name+": "+key] = true
				}
			}
		}
	}
	for _, s := range all {
		name := bound[norm.NFC.String(s.Name)]
		delete(left, name)
		for _, l := range s.Lessons {
			for _, e := range l.Exercises {
				delete(left, name+": "+l.Lesson+" "+e.Name)
			}
		}
	}
	return slices.Sorted(maps.Keys(left))
}
