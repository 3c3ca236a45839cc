package serve

import (
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"nodebook/checker/internal/page"
)

// pieces are the pieces of the page of that name; nil if there is no such page.
func (s *Server) pieces(name string) []string {
	l, err := s.pageOf(name)
	if err != nil {
		return nil
	}
	p, err := s.page(l)
	if err != nil {
		return nil
	}
	return pieceIDs(p)
}

// getCells answers with what is kept of a page.
func (s *Server) getCells(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("page")
	pieces := s.pieces(name)
	if pieces == nil {
		http.Error(w, "no such page", http.StatusNotFound)
		return
	}
	items, err := s.keptFor(name, pieces)
	if err != nil {
		oops(w, err)
		return
	}
	write(w, items)
}

func (s *Server) keptFor(name string, pieces []string) ([]*item, error) {
	kept, err := s.kept.load(name, pieces)
	if err != nil {
		return nil, err
	}
	return kept.forPage(name)
}

// cellsRequest asks to keep what a page's editors contain.
type cellsRequest struct {
	Tab     string   `json:"tab"`
	Page    string   `json:"page"`
	Changes []change `json:"changes"`
}

type cellsAnswer struct {
	Revs      map[string]int `json:"revs"`
	Conflicts []*item        `json:"conflicts"`
}

// putCells keeps what a reader has typed, and tells the other tabs.
func (s *Server) putCells(w http.ResponseWriter, r *http.Request) {
	var q cellsRequest
	if !read(w, r, &q) {
		return
	}
	pieces := s.pieces(q.Page)
	if pieces == nil {
		http.Error(w, "no such page", http.StatusNotFound)
		return
	}
	if len(q.Changes) > mostItems {
		http.Error(w, errTooMany.Error(), http.StatusUnprocessableEntity)
		return
	}
	for i := range q.Changes {
		c := &q.Changes[i]
		if !c.valid() {
			http.Error(w, "one of these cells cannot be kept: it is too long, or its name is none", http.StatusUnprocessableEntity)
			return
		}
		if c.Out != nil {
			c.Out.documents(func(_ int, source string) string { return s.documentNamed(source) })
			c.Out.bound()
		}
	}
	revs, conflicts, err := s.kept.apply(q.Page, pieces, q.Changes)
	switch {
	case errors.Is(err, errTooMany):
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	case err != nil:
		oops(w, err)
		return
	}
	if len(revs) > 0 {
		s.tabs.tellOthers(q.Tab, message{Type: "cells", File: q.Page})
	}
	write(w, cellsAnswer{revs, conflicts})
}

// documentNamed is the text of a document that a frame fetches: one that a cell has
// shown in this session, or one that was kept.
func (s *Server) documentNamed(source string) string {
	if id, ok := strings.CutPrefix(source, "show/"); ok {
		doc, _ := s.tabs.shown(id)
		return doc
	}
	words := strings.Split(source, "/")
	if len(words) != 4 || words[0] != "kept" {
		return ""
	}
	doc, _ := s.keptText(words[1], words[2], words[3])
	return doc
}

// keptText is the text of a document in the kept output of a cell.
func (s *Server) keptText(name, id, number string) (doc string, ok bool) {
	pieces := s.pieces(name)
	want, err := strconv.Atoi(number)
	if pieces == nil || err != nil {
		return "", false
	}
	raw, err := hex.DecodeString(id)
	if err != nil {
		return "", false
	}
	kept, err := s.kept.load(name, pieces)
	if err != nil {
		return "", false
	}
	for _, x := range kept.Items {
		if x.ID != string(raw) || x.Out == nil {
			continue
		}
		x.Out.documents(func(n int, source string) string {
			if n == want {
				doc, ok = source, true
			}
			return source
		})
	}
	return doc, ok
}

// keptDocument is a document of a kept output, as harmless as one that was just shown.
func (s *Server) keptDocument(w http.ResponseWriter, r *http.Request) {
	doc, ok := s.keptText(r.PathValue("page"), r.PathValue("id"), r.PathValue("n"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	writeDocument(w, doc)
}

// writeDocument answers with what a frame shows. No script runs in it, it reaches no
// network, and it stays in its frame.
func writeDocument(w http.ResponseWriter, doc string) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-same-origin; frame-ancestors 'self'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, doc)
}

// renderNote renders a note that is being written.
func (s *Server) renderNote(w http.ResponseWriter, r *http.Request) {
	var q struct{ Source string }
	if !read(w, r, &q) {
		return
	}
	if len(q.Source) > mostSource {
		http.Error(w, "the note is too long", http.StatusUnprocessableEntity)
		return
	}
	html, err := page.Note(q.Source)
	if err != nil {
		oops(w, err)
		return
	}
	write(w, html)
}
