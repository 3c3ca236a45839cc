package serve

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"

	"nodebook/checker/internal/cell"
	"nodebook/fixtures/show"
)

// runRequest asks to run the last of a page's cells.
type runRequest struct {
	Tab    string   `json:"tab"`
	Lesson string   `json:"lesson"`
	Cells  []inCell `json:"cells"` // those that have been run, in the page's order, and the one to run

	Reference bool `json:"reference"` // with the references instead of the learner's functions

	Values map[string]int `json:"values"` // what sliders and buttons are set to, by label
}

type inCell struct {
	Number    int    `json:"number"`
	Source    string `json:"source"`
	Reference bool   `json:"reference"` // it was run with the references
}

const (
	mostCells  = 500
	mostValues = 100
	mostLabel  = 200 // bytes
)

// tooMany reports whether there are more values, or longer labels, than a page has.
func tooMany(values map[string]int) bool {
	if len(values) > mostValues {
		return true
	}
	for label := range values {
		if len(label) > mostLabel {
			return true
		}
	}
	return false
}

// run runs a cell and streams its events, a line of JSON each.
func (s *Server) run(w http.ResponseWriter, r *http.Request) {
	var q runRequest
	if !read(w, r, &q) {
		return
	}
	l, err := s.pageOf(q.Lesson)
	if err != nil || len(q.Cells) == 0 || len(q.Cells) > mostCells {
		http.Error(w, "no such page, or no cell", http.StatusNotFound)
		return
	}
	if tooMany(q.Values) {
		http.Error(w, "too many sliders and buttons, or too long a label", http.StatusBadRequest)
		return
	}
	x := s.tabs.open(q.Tab)
	if x == nil {
		http.Error(w, "too many tabs", http.StatusServiceUnavailable)
		return
	}
	var cells []cell.Cell
	for _, c := range q.Cells {
		cells = append(cells, cell.Cell(c))
	}
	last := len(cells) - 1
	cells[last].Reference = q.Reference
	runner := &cell.Runner{Root: s.opts.Root, Limits: cell.DefaultLimits, Interpreter: s.inter, Values: q.Values}
	p, err := runner.Prepare(cells[:last], cells[last], s.opts.Book, l, s.types)
	if err != nil {
		oops(w, err)
		return
	}
	s.stream(w, r, x, func(ctx context.Context, sink func(cell.Event)) error {
		if p.Reference {
			sink(cell.Event{Kind: referenceKind})
		}
		return runner.Run(ctx, p, func(e cell.Event) {
			if e.Kind == cell.End && p.Reads() {
				sink(cell.Event{Kind: cell.Cut, Text: noInput})
			}
			if e.Kind == cell.End && !p.Reference {
				for _, f := range p.Unwritten(s.opts.Root, s.opts.Book) {
					sink(cell.Event{Kind: unwrittenKind, Text: f.Lesson + " " + f.Name + " " + f.Lesson + "#exercise-" + f.Exercise})
				}
			}
			sink(e)
		})
	})
}

// noInput is what a cell is told that reads its standard input.
const noInput = "There is no input here: fmt.Scan and os.Stdin find its end. In a Jupyter notebook they ask you for a line."

// unwrittenKind is the kind of an event that names a function that a cell reaches and
// nobody has written yet: its text is the function's lesson, its name and the address of
// its exercise.
const unwrittenKind cell.Kind = "unwritten"

// referenceKind is the kind of an event that says that a cell runs with the references:
// it was asked for, or a cell above that it needs was run so.
const referenceKind cell.Kind = "reference"

// stream runs something for a tab and sends its events as they come.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, x *tab, run func(context.Context, func(cell.Event)) error) {
	ctx, cancel := context.WithCancel(r.Context())
	defer s.tabs.begin(x, cancel)()
	w.Header().Set("Content-Type", "application/x-ndjson")
	send := sender(w)
	err := run(ctx, func(e cell.Event) {
		if e.Kind == cell.Show {
			e = s.framed(x, e)
		}
		send(e)
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		send(cell.Event{Kind: cell.Error, Problem: &cell.Problem{Message: err.Error()}})
		send(cell.Event{Kind: cell.End, Text: cell.Failed})
	}
}

// sender writes events as they come.
func sender(w http.ResponseWriter) func(any) {
	flush := http.NewResponseController(w)
	enc := json.NewEncoder(w)
	return func(v any) {
		// A tab that is gone ends the run through the request's context.
		_ = enc.Encode(v)
		_ = flush.Flush()
	}
}

// framed puts a document aside, where the page's frame fetches it from.
func (s *Server) framed(x *tab, e cell.Event) cell.Event {
	var f show.Frame
	if json.Unmarshal(e.Show, &f) != nil || f.Type != "html" {
		return e
	}
	id := rand.Text()
	s.tabs.keep(x, id, f.Source)
	f.Source = "show/" + id
	if b, err := json.Marshal(f); err == nil {
		e.Show = b
	}
	return e
}

// document is what a cell shows in a frame.
func (s *Server) document(w http.ResponseWriter, r *http.Request) {
	doc, ok := s.tabs.shown(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	writeDocument(w, doc)
}

func (s *Server) interrupt(w http.ResponseWriter, r *http.Request) {
	var q struct{ Tab string }
	if read(w, r, &q) {
		s.tabs.stop(q.Tab)
		write(w, true)
	}
}
