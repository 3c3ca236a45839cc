package serve

import (
	"errors"
	"html/template"
	"net/http"

	"nodebook/checker/internal/exercise"
	"nodebook/checker/internal/page"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/workbook"
)

// exerciseState is what the page needs to know of an exercise.
type exerciseState struct {
	Name   string           `json:"name"`
	Passed bool             `json:"passed"`
	Parts  []*exercise.Part `json:"parts"`
	Hints  []template.HTML  `json:"hints"` // those that were shown
	Of     int              `json:"of"`    // how many hints there are
	Error  string           `json:"error,omitempty"`
}

// exerciseOf finds the exercise that a request names.
func (s *Server) exerciseOf(w http.ResponseWriter, lesson, name string) (*workbook.Lesson, *workbook.Exercise) {
	l, err := s.opts.Book.Lesson(lesson)
	if err == nil {
		if e := l.Exercise(name); e != nil {
			return l, e
		}
	}
	http.Error(w, "no such exercise", http.StatusNotFound)
	return nil, nil
}

func (s *Server) state(l *workbook.Lesson, e *workbook.Exercise) (*exerciseState, error) {
	seen, err := progress.Open(s.opts.Root)
	if err != nil {
		return nil, err
	}
	x := &exerciseState{Name: e.Name, Passed: seen.Has(progress.Passed, l.Name, e.Name), Of: len(e.Hints), Hints: []template.HTML{}}
	for i := range min(seen.Count(progress.Hints, l.Name, e.Name), len(e.Hints)) {
		html, err := page.Markdown(e.Hints[i])
		if err != nil {
			return nil, err
		}
		x.Hints = append(x.Hints, html)
	}
	for _, f := range e.Funcs {
		p, err := exercise.Find(s.opts.Root, s.opts.Book, e.Package, f)
		if err != nil {
			x.Error = err.Error()
			continue
		}
		x.Parts = append(x.Parts, p)
	}
	return x, nil
}

func (s *Server) getExercise(w http.ResponseWriter, r *http.Request) {
	l, e := s.exerciseOf(w, r.URL.Query().Get("lesson"), r.URL.Query().Get("name"))
	if e == nil {
		return
	}
	x, err := s.state(l, e)
	if err != nil {
		oops(w, err)
		return
	}
	write(w, x)
}

// saveRequest saves functions. Base is the text that the learner began from:
// where the file holds another one by now, nothing is written.
type saveRequest struct {
	Lesson string            `json:"lesson"`
	Name   string            `json:"name"`
	Parts  []exercise.Change `json:"parts"`
}

// putExercise writes the learner's functions into their files. Only the
// function's own lines are replaced, so that changes elsewhere in the file stay.
func (s *Server) putExercise(w http.ResponseWriter, r *http.Request) {
	var q saveRequest
	if !read(w, r, &q) {
		return
	}
	l, e := s.exerciseOf(w, q.Lesson, q.Name)
	if e == nil {
		return
	}
	for i := range q.Parts {
		q.Parts[i].Text = formatted(q.Parts[i].Text)
	}
	s.once.Lock()
	conflict, err := exercise.Save(s.opts.Root, s.opts.Book, l, e, q.Parts)
	s.once.Unlock()
	switch {
	case errors.Is(err, exercise.ErrNotThis):
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	case err != nil:
		oops(w, err)
		return
	}
	x, err := s.state(l, e)
	if err != nil {
		oops(w, err)
		return
	}
	if conflict {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusConflict)
	}
	write(w, x)
}
