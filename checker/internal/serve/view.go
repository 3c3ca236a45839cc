package serve

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"path"
	"slices"
	"strings"
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
	return template.Must(template.New("lesson").Funcs(template.FuncMap{"highlight": page.Highlight, "add": func(n int) int { return n + 1 }}).Parse(lessonText))
})

// view is what the template shows.
type view struct {
	Lesson   *workbook.Lesson
	Page     *page.Page
	Lessons  []lessonEntry
	Next     *lessonEntry
	Done     bool           // every exercise has passed
	NoGo     bool           // there is no compiler, so that the interpreter decides
	Sections []sectionEntry // of the page, with their exercises
	Here     *lessonEntry   // nil if this is no lesson
	Cells    int
	Takes    string   // how long it takes
	BuiltOn  string   // the earlier lessons that this one's code needs; "" for none
	Pieces   []string // the names of the pieces that are not prose
	Nonce    string
	Data     template.JS
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
	Package     string
	Passed      bool
}

// sectionEntry is a section of the page with the exercises in it.
type sectionEntry struct {
	page.Heading
	Part      string // the package that a part of a long lesson is about, where the part begins
	Exercises []exerciseEntry
}

// mostSections is how many sections the sidebar shows in one row: those of a longer
// lesson are in parts, one for each of its packages.
const mostSections = 9

// inParts marks where the parts of a long lesson begin.
func inParts(all []sectionEntry) []sectionEntry {
	if len(all) <= mostSections {
		return all
	}
	var before string
	var begins []int
	for i, s := range all {
		if len(s.Exercises) > 0 && s.Exercises[0].Package != before {
			before = s.Exercises[0].Package
			begins = append(begins, i)
		}
	}
	if len(begins) > 1 {
		for _, i := range begins {
			all[i].Part = all[i].Exercises[0].Package
		}
	}
	return all
}

// sections are the sections of a page that have exercises, and those that do not belong
// to any stand under the section before them.
func sections(p *page.Page, of []exerciseEntry) []sectionEntry {
	var out []sectionEntry
	headings := p.Headings
	for _, x := range p.Pieces {
		switch x.Kind {
		case page.Prose:
			for len(headings) > 0 && strings.Contains(string(x.HTML), `id="`+headings[0].ID+`"`) {
				out = append(out, sectionEntry{Heading: headings[0]})
				headings = headings[1:]
			}
		case page.Exercise:
			i := slices.IndexFunc(of, func(e exerciseEntry) bool { return e.Name == x.Exercise.Name })
			if i < 0 || len(out) == 0 {
				continue
			}
			last := &out[len(out)-1]
			last.Exercises = append(last.Exercises, of[i])
		}
	}
	return out
}

// About is the name of a piece of prose that an exercise follows: the sidebar leads there.
func (v *view) About(i int) string {
	if i+1 < len(v.Page.Pieces) && v.Page.Pieces[i+1].Kind == page.Exercise {
		return "about-" + v.Page.Pieces[i+1].Exercise.Name
	}
	return ""
}

// home leads to the first lesson that is not finished, and who has not passed
// anything yet to the page before lesson 1.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	entries, err := s.entries("")
	if err != nil {
		oops(w, err)
		return
	}
	to := ""
	begun := false
	for _, e := range entries {
		begun = begun || e.Passed > 0
		if to == "" && e.Passed < e.Total {
			to = e.Name
		}
	}
	switch {
	case !begun:
		to = workbook.Prologue
	case to == "":
		to = entries[0].Name
	}
	http.Redirect(w, r, s.room+to, http.StatusSeeOther)
}

func (s *Server) lesson(w http.ResponseWriter, r *http.Request) {
	l, err := s.pageOf(r.PathValue("lesson"))
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

// pageOf returns the lesson of that name, or the page before lesson 1.
func (s *Server) pageOf(name string) (*workbook.Lesson, error) {
	switch name {
	case workbook.Prologue:
		return s.opts.Book.Prologue()
	case scratchPage:
		return scratch(), nil
	}
	return s.opts.Book.Lesson(name)
}

// scratchPage is a page that has nothing but the reader's own cells.
const scratchPage = "scratch"

func scratch() *workbook.Lesson {
	const text = "# Scratch page\n\nThis page is yours. Its cells find the packages of all lessons, and are kept in the workbook.\n\n" +
		"The key `b` adds a cell, `m` turns it into a note, Shift-Enter runs it, and `?` lists all keys. A cell shows the value of its last line: try `strings.ToUpper(\"abc\")`.\n"
	return &workbook.Lesson{Name: scratchPage, Title: "Scratch page", Page: workbook.ParsePage(text)}
}

// picture serves a picture of a page: one of those that the binary holds, by name.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("lesson") + "/pictures/" + r.PathValue("file")
	all, err := s.opts.Book.Pictures()
	if err != nil {
		oops(w, err)
		return
	}
	svg, ok := all[strings.TrimPrefix(name, workbook.Prologue+"/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", types[".svg"])
	w.Write(svg)
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
	if l.Name == workbook.Prologue {
		v.Next = &entries[0]
	}
	for i, e := range entries {
		if e.Here {
			v.Here, v.Sections = &entries[i], inParts(sections(p, e.Exercises))
		}
		v.Done = v.Done || e.Here && e.Passed == e.Total
		if e.Here && i+1 < len(entries) {
			v.Next = &entries[i+1]
		}
	}
	cells := []inCell{}
	for _, c := range p.Cells() {
		cells = append(cells, inCell{Number: c.Number, Source: c.Source})
	}
	v.Cells = len(cells)
	if v.Here != nil {
		v.Takes = about(l)
		if v.BuiltOn, err = builtOn(s.opts.Book, l); err != nil {
			return nil, err
		}
	}
	v.Pieces = pieceIDs(p)[1:]
	kept, err := s.keptFor(l.Name, pieceIDs(p))
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(map[string]any{"lesson": l.Name, "cells": cells, "kept": kept, "proof": proofKey(s.token), "room": s.room})
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
			e.Exercises = append(e.Exercises, exerciseEntry{x.Name, x.Title, x.Package.Name, passed})
		}
		out = append(out, e)
	}
	return out, nil
}

var types = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

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
