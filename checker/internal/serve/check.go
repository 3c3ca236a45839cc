package serve

import (
	"fmt"
	"net/http"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/exercise"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/workbook"
)

type named struct {
	Lesson string `json:"lesson"`
	Name   string `json:"name"` // of an exercise; "" is all of the lesson
}

// check judges an exercise, or a whole lesson, and answers with the report.
func (s *Server) check(w http.ResponseWriter, r *http.Request) {
	var q named
	if !read(w, r, &q) {
		return
	}
	l, err := s.opts.Book.Lesson(q.Lesson)
	if err != nil {
		http.Error(w, "no such lesson", http.StatusNotFound)
		return
	}
	var only []*workbook.Exercise
	if q.Name != "" {
		e := l.Exercise(q.Name)
		if e == nil {
			http.Error(w, "no such exercise", http.StatusNotFound)
			return
		}
		only = []*workbook.Exercise{e}
	}
	rep, err := exercise.Check(r.Context(), s.opts.Root, s.opts.Book, s.engine(), l, only, 0)
	if err != nil {
		oops(w, err)
		return
	}
	s.tabs.tell(message{Type: "progress"})
	write(w, rep)
}

// engine is who judges: the compiler if there is one.
func (s *Server) engine() judge.Engine {
	if s.opts.Cells != nil && !cell.Compiler() {
		return s.opts.Cells
	}
	return s.opts.Engine
}

// note records progress and tells all tabs.
func (s *Server) note(what func(*progress.Book)) error {
	changed, err := exercise.Note(s.opts.Root, what)
	if changed && err == nil {
		s.tabs.tell(message{Type: "progress"})
	}
	return err
}

// hint shows one more hint of an exercise and remembers it.
func (s *Server) hint(w http.ResponseWriter, r *http.Request) {
	var q named
	if !read(w, r, &q) {
		return
	}
	l, e := s.exerciseOf(w, q.Lesson, q.Name)
	if e == nil {
		return
	}
	err := s.note(func(b *progress.Book) {
		if n := b.Count(progress.Hints, l.Name, e.Name); n < len(e.Hints) {
			b.Set(progress.Hints, l.Name, e.Name, fmt.Sprint(n+1))
		}
	})
	if err != nil {
		oops(w, err)
		return
	}
	x, err := s.state(l, e)
	if err != nil {
		oops(w, err)
		return
	}
	write(w, x)
}

// solution is the reference beside the learner's function, after a pass.
func (s *Server) solution(w http.ResponseWriter, r *http.Request) {
	l, e := s.exerciseOf(w, r.URL.Query().Get("lesson"), r.URL.Query().Get("name"))
	if e == nil {
		return
	}
	seen, err := progress.Open(s.opts.Root)
	if err != nil {
		oops(w, err)
		return
	}
	if !seen.Has(progress.Passed, l.Name, e.Name) {
		http.Error(w, "the reference is shown once the exercise passes", http.StatusForbidden)
		return
	}
	var out []diffLine
	for _, f := range e.Funcs {
		mine, err := exercise.Find(s.opts.Root, s.opts.Book, e.Package, f)
		if err != nil {
			oops(w, err)
			return
		}
		theirs, err := exercise.Reference(s.opts.Book, f)
		if err != nil {
			oops(w, err)
			return
		}
		out = append(out, diff(lines(mine.Text), lines(unmarked(theirs)))...)
	}
	write(w, out)
}

// progress is how far the learner is: passed exercises by lesson.
func (s *Server) progress(w http.ResponseWriter, r *http.Request) {
	seen, err := progress.Open(s.opts.Root)
	if err != nil {
		oops(w, err)
		return
	}
	out := map[string][]string{}
	for _, name := range s.opts.Book.Names() {
		l, err := s.opts.Book.Lesson(name)
		if err != nil {
			continue // its page says so
		}
		out[name] = []string{}
		for _, e := range l.Exercises {
			if seen.Done(name, e.Name) {
				out[name] = append(out[name], e.Name)
			}
		}
	}
	write(w, out)
}
