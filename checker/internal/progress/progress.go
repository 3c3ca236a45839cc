// Package progress remembers what a learner has done.
//
// It is one readable file in the workbook, .nodebook/progress, a line a fact:
//
//	passed   lesson1 Ping 2026-11-21T09:30:00Z
//	hints    lesson1 ReadMagic 2
//
// Facts only ever add up, so that two files are merged, by hand or by git's
// union merge, by keeping the lines of both: the earliest pass and the highest
// count win. A line that is not understood is kept as it is.
package progress

import (
	"bufio"
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
)

// Kind is what a fact is about.
type Kind string

// The facts there are.
const (
	Passed   Kind = "passed"   // when an exercise passed for the first time
	Hints    Kind = "hints"    // how many hints of an exercise were shown
	Solution Kind = "solution" // when its reference was shown before a pass
	Skipped  Kind = "skipped"  // when it was skipped
	Mode     Kind = "mode"     // how a lesson is judged when nothing is said: --solutions
)

// Book is the facts of a workbook.
type Book struct {
	path  string
	facts map[key]string
	// touched are the facts that this run set or forgot.
	touched map[key]bool
	other   []string // lines that were not understood
}

type key struct {
	kind             Kind
	lesson, exercise string
}

// Dir is the folder, below a workbook's root, that holds what the checker
// remembers.
const Dir = ".nodebook"

const header = "# What this workbook's checker remembers, a line a fact. To merge two of these, keep the lines of both.\n"

// Open reads a workbook's progress; a workbook without any has none.
func Open(root string) (*Book, error) {
	b := &Book{path: filepath.Join(root, Dir, "progress"), facts: map[key]string{}, touched: map[key]bool{}}
	f, err := os.Open(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		b.read(s.Text())
	}
	return b, s.Err()
}

// read takes one line.
func (b *Book) read(line string) {
	w := strings.Fields(line)
	if len(w) == 0 || strings.HasPrefix(w[0], "#") {
		return
	}
	if len(w) == 4 && slices.Contains([]Kind{Passed, Hints, Solution, Skipped, Mode}, Kind(w[0])) {
		k := key{Kind(w[0]), w[1], w[2]}
		b.facts[k] = merge(k.kind, b.facts[k], w[3])
		return
	}
	b.other = append(b.other, line)
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
	case kind == Mode:
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

// Has tells whether a fact is known.
func (b *Book) Has(k Kind, lesson, exercise string) bool {
	_, ok := b.facts[key{k, lesson, exercise}]
	return ok
}

// Count is the number of a fact; 0 if there is none.
func (b *Book) Count(k Kind, lesson, exercise string) int {
	n, _ := strconv.Atoi(b.facts[key{k, lesson, exercise}])
	return n
}

// Word is the word of a fact; "" if there is none.
func (b *Book) Word(k Kind, lesson, exercise string) string { return b.facts[key{k, lesson, exercise}] }

// Note records that something happened; the first time stays.
func (b *Book) Note(k Kind, lesson, exercise string, at time.Time) bool {
	id := key{k, lesson, exercise}
	if _, known := b.facts[id]; known {
		return false
	}
	b.facts[id] = at.UTC().Format(time.RFC3339)
	return true
}

// Set records a word or a number in the place of what was there.
func (b *Book) Set(k Kind, lesson, exercise, word string) {
	id := key{k, lesson, exercise}
	b.facts[id], b.touched[id] = word, true
}

// Forget drops a fact.
func (b *Book) Forget(k Kind, lesson, exercise string) {
	id := key{k, lesson, exercise}
	delete(b.facts, id)
	b.touched[id] = true
}

// Save writes the file anew, whole or not at all. What another checker wrote
// meanwhile is merged in.
func (b *Book) Save() error {
	unlock, err := lock(b.path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if err := b.mergeDisk(); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(b.path), "progress-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(b.String())
	err = cmp.Or(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), b.path)
}

// mergeDisk adds what is on disk and not yet in b. What b forgot stays
// forgotten, what b set stays set.
func (b *Book) mergeDisk() error {
	now, err := Open(filepath.Dir(filepath.Dir(b.path)))
	if err != nil {
		return err
	}
	for k, v := range now.facts {
		switch {
		case b.touched[k] && (k.kind == Mode || b.facts[k] == ""):
		default:
			b.facts[k] = merge(k.kind, b.facts[k], v)
		}
	}
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
