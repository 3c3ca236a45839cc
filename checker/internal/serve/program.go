package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/page"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/show"
)

// programRequest asks to run the program that a page has a place for.
type programRequest struct {
	Tab       string `json:"tab"`
	Lesson    string `json:"lesson"`
	Reference bool   `json:"reference"` // with the reference's code, not the learner's
}

// programLimits bound a lesson's program: what it tells is drawn, so all of it
// is sent.
var programLimits = cell.Limits{Wall: 10 * time.Minute, Memory: 2 << 30, Output: 16 << 20, Text: 16 << 20, Processes: 64}

// more is what a program is told besides what its page says.
var more = map[page.Kind][]string{
	page.Network:  {"--events", "-"},
	page.Timeline: {"-peers", "1000", "-workers", "100", "-sample", "4", "-bits", "16"}, // a picture that eyes can take in
}

// program runs a lesson's program and streams what it tells.
func (s *Server) program(w http.ResponseWriter, r *http.Request) {
	var q programRequest
	if !read(w, r, &q) {
		return
	}
	l, err := s.opts.Book.Lesson(q.Lesson)
	var piece *page.Piece
	if err == nil {
		if p, err := s.page(l); err == nil {
			piece = p.Program()
		}
	}
	if piece == nil {
		http.Error(w, "no program on that page", http.StatusNotFound)
		return
	}
	x := s.tabs.open(q.Tab)
	if x == nil {
		http.Error(w, "too many tabs", http.StatusServiceUnavailable)
		return
	}
	runner := &cell.Runner{Root: s.opts.Root, Limits: programLimits}
	if q.Reference {
		if runner.Overlay, err = cell.References(s.opts.Root, s.opts.Book, l); err != nil {
			oops(w, err)
			return
		}
	}
	args := append(slices.Clone(piece.Args), more[piece.Kind]...)
	s.stream(w, r, x, func(ctx context.Context, sink func(cell.Event)) error {
		return runner.Program(ctx, l, args, func(e cell.Event) {
			if e.Kind == cell.End && e.Text == cell.OK && piece.Kind == page.Timeline {
				s.timeline(l, sink)
			}
			sink(e)
		})
	})
}

// crawl is what we read of the report that a crawl leaves behind.
type crawl struct {
	Peers []struct {
		Address    string `json:"address"`
		Error      string `json:"error"`
		Start, End time.Time
	} `json:"peers"`
}

const mostReport = 16 << 20 // bytes

// timeline shows when which peer was asked, from the report of the last crawl.
func (s *Server) timeline(l *workbook.Lesson, sink func(cell.Event)) {
	f, err := os.Open(filepath.Join(s.opts.Root, "artefacts", l.Name, "report.json"))
	if err != nil {
		sink(cell.Event{Kind: cell.Error, Problem: &cell.Problem{Message: err.Error()}})
		return
	}
	defer f.Close()
	var c crawl
	if err := json.NewDecoder(io.LimitReader(f, mostReport)).Decode(&c); err != nil || len(c.Peers) == 0 {
		sink(cell.Event{Kind: cell.Error, Problem: &cell.Problem{Message: fmt.Sprintf("artefacts/%s/report.json: no report of a crawl (%v)", l.Name, err)}})
		return
	}
	first := c.Peers[0].Start
	for _, p := range c.Peers {
		if p.Start.Before(first) {
			first = p.Start
		}
	}
	frame := show.Frame{Type: "spans", Title: fmt.Sprintf("Asking %d peers", len(c.Peers))}
	for _, p := range c.Peers {
		what, _, _ := strings.Cut(p.Error, ":")
		if p.Error != "" {
			what += ": no answer"
		} else {
			what = "answered"
		}
		frame.Spans = append(frame.Spans, show.Span{Label: p.Address, Start: p.Start.Sub(first), End: p.End.Sub(first), Kind: what})
	}
	if b, err := json.Marshal(frame); err == nil {
		sink(cell.Event{Kind: cell.Show, Show: b})
	}
}
