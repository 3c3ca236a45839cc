// Package author holds the rules of "one source": an author writes a solution
// folder and a page, and all else follows from them or is held against them.
//
// Each rule is a function that returns complaints. The verbs of "checker author"
// and the tests of this package call the same functions.
package author

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"nodebook/checker/internal/handout"
	"nodebook/checker/internal/workbook"
)

// Complaint is one thing an author has to fix.
type Complaint struct {
	Place   string // file or file:line, relative to the repository
	Message string
	Hint    string // what to type next; may be empty
}

func (c Complaint) String() string {
	s := c.Place + ": " + c.Message
	if c.Hint != "" {
		s += "\n    hint: " + c.Hint
	}
	return s
}

func complain(place, hint, format string, args ...any) Complaint {
	return Complaint{Place: place, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Repo is a checkout of the project: an author's verbs read it from disk, not
// from what the binary holds.
type Repo struct {
	Root string
	Book *workbook.Book
	Draw int // how many solutions of a package JudgeWrongs and JudgeRights judge, drawn at random; 0 is all
	only *workbook.Lesson

	mu        sync.Mutex
	mentioned map[*workbook.Lesson]map[string][]string // see [Repo.mentions]
}

// Open is the checkout whose root is given.
func Open(root string) (*Repo, error) {
	if _, err := os.Stat(filepath.Join(root, "solutions", "solutions.go")); err != nil {
		return nil, fmt.Errorf("no solutions here: an author's verbs need a checkout of the project, not a handed-out workbook")
	}
	book, err := workbook.New(os.DirFS(filepath.Join(root, "solutions")), os.DirFS(filepath.Join(root, "lessons")))
	if err != nil {
		return nil, err
	}
	return &Repo{Root: root, Book: book}, nil
}

// Only keeps the rules to one lesson.
func (r *Repo) Only(lesson string) error {
	l, err := r.Book.FindLesson(lesson)
	r.only = l
	return err
}

// Lessons are all lessons, or the only one asked for.
func (r *Repo) Lessons() ([]*workbook.Lesson, error) {
	if r.only != nil {
		return []*workbook.Lesson{r.only}, nil
	}
	var all []*workbook.Lesson
	for _, name := range r.Book.Names() {
		l, err := r.Book.Lesson(name)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// Scratch writes a fresh workbook into dir, as a learner is handed it.
func (r *Repo) Scratch(dir string) error {
	mod, err := os.ReadFile(filepath.Join(r.Root, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(r.Root, "go.sum"))
	if err != nil {
		return err
	}
	files, err := handout.Files(handout.Sources{
		Book: r.Book, Fixtures: os.DirFS(filepath.Join(r.Root, "fixtures")), Mod: mod, Sum: sum,
	})
	if err != nil {
		return err
	}
	return handout.Write(dir, files)
}
