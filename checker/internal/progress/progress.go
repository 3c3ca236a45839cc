// Package progress remembers what a learner has done.
//
// It is one readable file in the workbook, .nodebook/progress, one line per fact:
//
//	passed   lesson1 Ping 2026-11-21T09:30:00Z
//	hints    lesson1 ReadMagic 2
//
// Facts only ever add up, so that two files are merged, by hand or by git's
// union merge, by keeping the lines of both: the earliest pass and the highest
// count win. A line that is not understood is kept as it is.
package progress

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/report"
)

// Kind is what a fact is about.
type Kind string

// The facts there are.
const (
	Passed   Kind = "passed"   // when an exercise passed for the first time
	Broken   Kind = "broken"   // when it failed after that; gone when it passes again
	Hints    Kind = "hints"    // how many hints of an exercise were shown
	Solution Kind = "solution" // when its reference was shown before a pass
	Skipped  Kind = "skipped"  // when it was skipped
	Mode     Kind = "mode"     // how a lesson is judged when nothing is said: --solutions
	Run      Kind = "run"      // what stands in when its program is run and nothing is said: --solutions
)

// Book is the facts of a workbook.
type Book struct {
	path    string
	facts   map[key]string
	changes []func(*Book) // since the file was read, in order
	other   []string      // lines that were not understood
}

type key struct {
	kind             Kind
	lesson, exercise string
}

// EveryExercise stands for a whole lesson where a fact is about one.
const EveryExercise = "*"

// Dir is the folder, below a workbook's root, that holds what the checker
// remembers.
const Dir = ".nodebook"

// headerBegins begins the first line, whose words an earlier checker had different.
const headerBegins = "# What this workbook's checker remembers, "

const header = headerBegins + "one line per fact. To merge two of these, keep the lines of both.\n"

// Open reads a workbook's progress; a workbook without any has none.
func Open(root string) (*Book, error) { return open(filepath.Join(root, Dir, "progress")) }

func open(path string) (*Book, error) {
	b := &Book{path: path, facts: map[key]string{}}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		b.read(strings.TrimRight(line, "\r\n"))
	}
	return b, nil
}

// read takes one line.
func (b *Book) read(line string) {
	w := strings.Fields(line)
	if len(w) == 0 || strings.HasPrefix(line, headerBegins) || conflict(w[0]) {
		return
	}
	if len(w) == 4 && valid(Kind(w[0]), w[3]) {
		k := key{Kind(w[0]), w[1], w[2]}
		b.facts[k] = merge(k.kind, b.facts[k], w[3])
		return
	}
	if !slices.Contains(b.other, line) {
		b.other = append(b.other, line)
	}
}

// conflict reports whether a word begins a line that git writes around two
// versions it could not merge. The lines between are facts of both.
func conflict(word string) bool {
	return slices.Contains([]string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"}, word)
}

// valid reports whether a fact of a kind can have this value.
func valid(kind Kind, value string) bool {
	switch kind {
	case Passed, Broken, Solution, Skipped:
		_, err := time.Parse(time.RFC3339, value)
		return err == nil
	case Hints:
		_, err := strconv.Atoi(value)
		return err == nil
	}
	return kind == Mode || kind == Run
}

// merge is what two lines about the same thing say together.
func merge(kind Kind, old, new string) string {
	switch {
	case old == "":
		return new
	case kind == Hints:
		x, _ := strconv.Atoi(old)
		y, _ := strconv.Atoi(new)
		return strconv.Itoa(max(x, y))
	case kind == Mode, kind == Run:
		return new
	}
	return min(old, new)
}

// When is the time of a fact, and whether it is one.
func (b *Book) When(k Kind, lesson, exercise string) (time.Time, bool) {
	v, ok := b.facts[key{k, lesson, exercise}]
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, v)
	return t, err == nil
}

// Has reports whether a fact is known.
func (b *Book) Has(k Kind, lesson, exercise string) bool {
	_, ok := b.facts[key{k, lesson, exercise}]
	return ok
}

// Done reports whether an exercise passed, and has not failed since.
func (b *Book) Done(lesson, exercise string) bool {
	return b.Has(Passed, lesson, exercise) && !b.Has(Broken, lesson, exercise)
}

// Take notes what a report says of each exercise.
func (b *Book) Take(rep *report.Lesson, at time.Time) {
	for _, e := range rep.Exercises {
		switch e.Verdict {
		case report.Pass:
			b.Note(Passed, rep.Lesson, e.Name, at)
			if b.Has(Broken, rep.Lesson, e.Name) {
				b.Forget(Broken, rep.Lesson, e.Name)
			}
		case report.NotCompiled, report.NotJudged, report.Internal: // says nothing about this exercise
		default:
			if b.Has(Passed, rep.Lesson, e.Name) {
				b.Note(Broken, rep.Lesson, e.Name, at)
			}
		}
	}
}

// Changed reports whether there is anything to save.
func (b *Book) Changed() bool { return len(b.changes) > 0 }

// Count is the number of a fact; 0 if there is none.
func (b *Book) Count(k Kind, lesson, exercise string) int {
	n, _ := strconv.Atoi(b.facts[key{k, lesson, exercise}])
	return n
}

// Word is the word of a fact; "" if there is none.
func (b *Book) Word(k Kind, lesson, exercise string) string { return b.facts[key{k, lesson, exercise}] }

// Note records that something happened; the first time stays.
func (b *Book) Note(k Kind, lesson, exercise string, at time.Time) bool {
	id, when := key{k, lesson, exercise}, at.UTC().Format(time.RFC3339)
	if _, known := b.facts[id]; known {
		return false
	}
	b.change(func(b *Book) { b.facts[id] = merge(k, b.facts[id], when) })
	return true
}

// Set records a word instead of what was there, or a number if it is higher.
func (b *Book) Set(k Kind, lesson, exercise, word string) {
	id := key{k, lesson, exercise}
	b.change(func(b *Book) { b.facts[id] = merge(k, b.facts[id], word) })
}

// Forget drops a fact.
func (b *Book) Forget(k Kind, lesson, exercise string) {
	b.change(func(b *Book) { delete(b.facts, key{k, lesson, exercise}) })
}

// Move gives facts about exercises another place: to returns the lesson and the
// exercise that those of a fact are now.
func (b *Book) Move(to func(lesson, exercise string) (string, string)) {
	b.change(func(b *Book) {
		for k, value := range maps.Clone(b.facts) {
			now := k
			if now.lesson, now.exercise = to(k.lesson, k.exercise); now != k {
				delete(b.facts, k)
				b.facts[now] = merge(k.kind, b.facts[now], value)
			}
		}
	})
}

func (b *Book) change(f func(*Book)) {
	f(b)
	b.changes = append(b.changes, f)
}

// Save makes the changes to the file as it is now, whole or not at all: what
// another checker has written or dropped meanwhile stays so.
func (b *Book) Save() error {
	if err := os.MkdirAll(filepath.Dir(b.path), 0o755); err != nil {
		return err
	}
	unlock, err := lock(b.path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	now, err := open(b.path)
	if err != nil {
		return err
	}
	for _, f := range b.changes {
		f(now)
	}
	if err := edit.WriteFile(b.path, []byte(now.String())); err != nil {
		return err
	}
	*b = *now
	return nil
}

// String is the file's text.
func (b *Book) String() string {
	var out strings.Builder
	out.WriteString(header)
	keys := slices.SortedFunc(maps.Keys(b.facts), func(x, y key) int {
		return cmp.Or(cmp.Compare(x.lesson, y.lesson), cmp.Compare(x.exercise, y.exercise), cmp.Compare(x.kind, y.kind))
	})
	for _, k := range keys {
		fmt.Fprintf(&out, "%-8s %s %s %s\n", k.kind, k.lesson, k.exercise, b.facts[k])
	}
	for _, line := range b.other {
		out.WriteString(line + "\n")
	}
	return out.String()
}
