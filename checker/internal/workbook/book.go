// Package workbook knows what there is to learn and where a learner works.
//
// A [Book] is read from the embedded registry: the folders of solutions/ are
// the lessons, marked functions are the exercises, the names of the hidden
// tests say which exercise they belong to, and the pages give titles, order and
// hints. Nothing is listed anywhere else.
//
// A learner's own copy is found by [Find]; the book never reads it.
package workbook

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"sync"

	"nodebook/checker/internal/lazyregexp"
)

// Book is all lessons.
type Book struct {
	Solutions fs.FS // lessonN/main.go, lessonN/PACKAGE/*.go
	Pages     fs.FS // README.md, lessonN/README.md, and the pictures of both

	names   []string
	mu      sync.Mutex
	lessons map[string]*Lesson
}

var lessonName = lazyregexp.New(`^lesson([1-9][0-9]?)$`)

// New reads which lessons there are; each is parsed when it is first asked for.
func New(solutions, pages fs.FS) (*Book, error) {
	entries, err := fs.ReadDir(solutions, ".")
	if err != nil {
		return nil, err
	}
	b := &Book{Solutions: solutions, Pages: pages, lessons: map[string]*Lesson{}}
	for _, e := range entries {
		if e.IsDir() && lessonName().MatchString(e.Name()) {
			b.names = append(b.names, e.Name())
		}
	}
	if len(b.names) == 0 {
		return nil, fmt.Errorf("workbook: no lessons in the registry")
	}
	slices.SortFunc(b.names, func(x, y string) int { return number(x) - number(y) })
	return b, nil
}

// Names are the lessons' names in order: lesson1, lesson2, ...
func (b *Book) Names() []string { return slices.Clone(b.names) }

// Outline is a lesson without its page, its exercises and marked functions. It
// takes a tenth of the time.
func (b *Book) Outline(name string) (*Lesson, error) {
	if !slices.Contains(b.names, name) {
		return nil, fmt.Errorf("no %s", name)
	}
	return outline(b, name)
}

// Lesson is a lesson by its exact name.
func (b *Book) Lesson(name string) (*Lesson, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.lessons[name]; l != nil {
		return l, nil
	}
	if !slices.Contains(b.names, name) {
		return nil, fmt.Errorf("no %s", name)
	}
	l, err := parseLesson(b, name)
	if err != nil {
		return nil, fmt.Errorf("workbook: %s: %w", name, err)
	}
	b.lessons[name] = l
	return l, nil
}

// Prologue is the name by which the page before lesson 1 is asked for.
const Prologue = "prologue"

// Prologue returns the page before lesson 1, as a lesson without exercises.
//
// Errors: that of reading the page.
func (b *Book) Prologue() (*Lesson, error) {
	page, err := fs.ReadFile(b.Pages, "README.md")
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	l := &Lesson{Name: Prologue, Page: ParsePage(string(page))}
	l.Title = l.Page.Title
	return l, nil
}

// Pictures returns the pictures of all pages by their path below the folder
// lessons: "pictures/neighbours.svg", "lesson1/pictures/frame.svg".
//
// Errors: that of reading them.
func (b *Book) Pictures() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, folder := range append([]string{"."}, b.names...) {
		names, err := fs.Glob(b.Pages, path.Join(folder, "pictures/*.svg"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if out[name], err = fs.ReadFile(b.Pages, name); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Before is every lesson that comes before l.
func (b *Book) Before(l *Lesson) []string {
	return b.names[:slices.Index(b.names, l.Name)]
}

// number is the N of lessonN.
func number(name string) int {
	m := lessonName().FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}
