package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/workbook"
	"nodebook/lessons"
	"nodebook/solutions"
)

// work is what most verbs need: the workbook, a lesson and an exercise of it,
// and what the learner has done.
type work struct {
	dir      string // the root of the learner's workbook
	book     *workbook.Book
	lesson   *workbook.Lesson
	exercise *workbook.Exercise // the one named, or the first that has not passed
	named    bool
	seen     *progress.Book
}

// open reads the arguments "lesson [exercise]".
func (a *app) open(args []string) (*work, error) {
	w := &work{}
	var err error
	if w.book, err = a.book(); err != nil {
		return nil, err
	}
	lesson, exercises, err := find(w.book, args)
	if err != nil {
		return nil, err
	}
	w.lesson = lesson
	if w.dir, err = a.here(); err != nil {
		return nil, err
	}
	if w.seen, err = progress.Open(w.dir); err != nil {
		return nil, err
	}
	if len(exercises) > 0 {
		w.exercise, w.named = exercises[0], true
		return w, nil
	}
	w.exercise = nextOpen(w.lesson, w.seen)
	if w.exercise == nil {
		w.exercise = lesson.Exercises[len(lesson.Exercises)-1]
	}
	return w, nil
}

// find is what the arguments name: a lesson and exercises of it (nil is all),
// or an exercise alone.
func find(book *workbook.Book, args []string) (*workbook.Lesson, []*workbook.Exercise, error) {
	lesson, err := book.FindLesson(args[0])
	if err != nil {
		for _, name := range book.Names() {
			if l, lerr := book.Lesson(name); lerr == nil {
				if e, eerr := l.FindExercise(args[0]); eerr == nil && len(args) == 1 && len(args[0]) > 2 {
					return l, []*workbook.Exercise{e}, nil
				}
			}
		}
		return nil, nil, err
	}
	var exercises []*workbook.Exercise
	for _, name := range args[1:] {
		e, err := lesson.FindExercise(name)
		if err != nil {
			return nil, nil, err
		}
		if !slices.Contains(exercises, e) {
			exercises = append(exercises, e)
		}
	}
	return lesson, exercises, nil
}

// nextOpen is the first exercise of a lesson that has neither passed nor been
// skipped, or nil.
func nextOpen(l *workbook.Lesson, seen *progress.Book) *workbook.Exercise {
	for _, e := range l.Exercises {
		if !seen.Done(l.Name, e.Name) && !seen.Has(progress.Skipped, l.Name, e.Name) {
			return e
		}
	}
	return nil
}

// book is the workbook's lessons, as this binary holds them.
func (a *app) book() (*workbook.Book, error) { return workbook.New(solutions.Files, lessons.Files) }

// here is the root of the learner's workbook.
func (a *app) here() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	root, err := workbook.Find(dir)
	if errors.Is(err, workbook.ErrNoWorkbook) {
		return "", misuse("change into the workbook's folder, the one that contains go.mod and lessons", "%w", err)
	}
	if real, rerr := filepath.EvalSymlinks(root); err == nil && rerr == nil {
		root = real // the go command names files by where they really are
	}
	return root, err
}
