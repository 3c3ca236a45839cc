package serve

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"path"
	"sync"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/page"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/workbook"
)

//go:embed assets
var assets embed.FS

//go:embed lesson.html
var lessonText string

var lessonHTML = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("lesson").Funcs(template.FuncMap{"highlight": page.Highlight}).Parse(lessonText))
})

// view is what the template shows.
type view struct {
	Lesson  *workbook.Lesson
	Page    *page.Page
	Lessons []lessonEntry
	Next    *lessonEntry
	Done    bool // every exercise has passed
	NoGo    bool // there is no compiler, so that the interpreter decides
	Nonce   string
	Data    template.JS
}

type lessonEntry struct {
	Name, Title   string
	Number        int
	Here          bool
	Passed, Total int
	Exercises     []exerciseEntry
}

type exerciseEntry struct {
	Name, Title string
	Passed      bool
}

// home leads to the first lesson that is not finished.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	entries, err := s.entries("")
	if err != nil {
		oops(w, err)
		return
	}
	to := entries[0].Name
	for _, e := range entries {
		if e.Passed < e.Total {
			to = e.Name
			break
		}
	}
	http.Redirect(w, r, s.room+to, http.StatusSeeOther)
}

func (s *Server) lesson(w http.ResponseWriter, r *http.Request) {
	l, err := s.opts.Book.Lesson(r.PathValue("lesson"))
	if err != nil {
		http.Error(w, "no such page", http.StatusNotFound)
		return
	}
	v, err := s.view(l)
	if err != nil {
		oops(w, err)
		return
	}
	v.Nonce = r.Header.Get("X-Nonce")
	var out bytes.Buffer
	if err := lessonHTML().Execute(&out, v); err != nil {
		oops(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(out.Bytes())
}

func (s *Server) view(l *workbook.Lesson) (*view, error) {
	p, err := s.page(l)
	if err != nil {
		return nil, err
	}
	entries, err := s.entries(l.Name)
	if err != nil {
		return nil, err
	}
	v := &view{Lesson: l, Page: p, Lessons: entries, NoGo: !cell.Compiler()}
	for i, e := range entries {
		v.Done = v.Done || e.Here && e.Passed == e.Total
		if e.Here && i+1 < len(entries) {
			v.Next = &entries[i+1]
		}
	}
	cells := []inCell{}
	for _, c := range p.Cells() {
		cells = append(cells, inCell{c.Number, c.Source})
	}
	b, err := json.Marshal(map[string]any{"lesson": l.Name, "cells": cells})
	v.Data = template.JS(b)
	return v, err
}

func (s *Server) entries(here string) ([]lessonEntry, error) {
	seen, err := progress.Open(s.opts.Root)
	if err != nil {
		return nil, err
	}
	var out []lessonEntry
	for _, name := range s.opts.Book.Names() {
		l, err := s.opts.Book.Lesson(name)
		if err != nil {
			return nil, err
		}
		e := lessonEntry{Name: name, Title: l.Title, Number: l.Number, Here: name == here, Total: len(l.Exercises)}
		for _, x := range l.Exercises {
			passed := seen.Done(name, x.Name)
			if passed {
				e.Passed++
			}
			e.Exercises = append(e.Exercises, exerciseEntry{x.Name, x.Title, passed})
		}
		out = append(out, e)
	}
	return out, nil
}

var types = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

// asset serves the bundle: the files of the assets folder that have a known
// type, by name, and no folder.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	b, err := assets.ReadFile("assets/" + path.Base(name))
	kind := types[path.Ext(name)]
	if err != nil || kind == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Write(b)
}

// Style is the workbook's style sheet.
func Style() string {
	b, err := assets.ReadFile("assets/app.css")
	if err != nil {
		panic(err) // the binary holds it
	}
	return string(b)
}
