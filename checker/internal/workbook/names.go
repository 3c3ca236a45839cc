package workbook

import (
	"fmt"
	"slices"
	"strings"
)

// NameError says that nothing has the name a user typed, and what comes near.
type NameError struct {
	What string // lesson, or exercise of lesson1
	Name string
	Near string // "" if nothing does
	List string // the command that lists what there is
}

func (e *NameError) Error() string { return fmt.Sprintf("no %s %q", e.What, e.Name) }

// Hint says what to try instead.
func (e *NameError) Hint() string {
	if e.Near != "" {
		return fmt.Sprintf("did you mean %q?", e.Near)
	}
	return fmt.Sprintf("run %q", e.List)
}

// FindLesson is a lesson by any of its names: 1, lesson1, Lesson 1, framing, or
// a folder or file of it such as lessons/lesson1/framing.
func (b *Book) FindLesson(typed string) (*Lesson, error) {
	for _, part := range strings.FieldsFunc(typed, func(r rune) bool { return r == '/' || r == '\\' }) {
		if slices.Contains(b.names, part) {
			return b.Lesson(part)
		}
	}
	key := fold(typed)
	var candidates []string
	for _, name := range b.names {
		if key == fold(name) || key == strings.TrimPrefix(name, "lesson") || key == "l"+strings.TrimPrefix(name, "lesson") {
			return b.Lesson(name)
		}
		candidates = append(candidates, name)
	}
	for _, name := range b.names {
		l, err := b.Lesson(name)
		if err != nil {
			continue
		}
		for _, p := range l.Packages {
			if key == fold(p.Name) {
				return l, nil
			}
			candidates = append(candidates, p.Name)
		}
	}
	near := nearest(key, candidates)
	if lessonName().MatchString(key) { // another number is no misspelling
		near = ""
	}
	return nil, &NameError{What: "lesson", Name: typed, Near: near, List: "checker list"}
}

// FindExercise is an exercise by its name in any case, by the name of one of
// its functions, or by its number on the page.
func (l *Lesson) FindExercise(typed string) (*Exercise, error) {
	key := fold(typed)
	var candidates []string
	for i, e := range l.Exercises {
		if key == fmt.Sprint(i+1) || key == fold(e.Name) {
			return e, nil
		}
		candidates = append(candidates, e.Name)
	}
	for _, e := range l.Exercises {
		for _, f := range e.Funcs {
			if key == fold(f.Name) {
				return e, nil
			}
			candidates = append(candidates, f.Name)
		}
	}
	return nil, &NameError{What: "exercise of " + l.Name, Name: typed, Near: nearest(key, candidates), List: "checker list " + l.Name}
}

// fold strips a name of what a hurried typist leaves out.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ._-/", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}

// nearest is the candidate closest to what was typed, or "" if none is close.
func nearest(key string, candidates []string) string {
	if key == "" {
		return ""
	}
	best, least := "", 1+max(1, len(key)/3)
	for _, c := range slices.Compact(slices.Sorted(slices.Values(candidates))) {
		if d := distance(key, fold(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two short names.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost++
			}
			diag = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
