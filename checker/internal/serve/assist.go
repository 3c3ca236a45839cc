package serve

import (
	"go/format"
	"net/http"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"nodebook/checker/internal/assist"
	"nodebook/checker/internal/cell"
)

// assistRequest asks about a text that is being written. Offsets count UTF-16 code
// units, as the browser does.
type assistRequest struct {
	Page   string   `json:"page"`
	Name   string   `json:"name"` // of an exercise; "" if the text is a cell
	Source string   `json:"source"`
	At     int      `json:"at"`
	Above  []inCell `json:"above"`
}

// snippet reads a request; ok is false if it was answered already.
func (s *Server) snippet(w http.ResponseWriter, r *http.Request) (x assist.Snippet, ok bool) {
	var q assistRequest
	if !read(w, r, &q) {
		return x, false
	}
	l, err := s.pageOf(q.Page)
	if err != nil || len(q.Above) > mostCells || len(q.Source) > mostSource {
		http.Error(w, "no such page, or too long", http.StatusNotFound)
		return x, false
	}
	x = assist.Snippet{Source: q.Source, Offset: bytesOf(q.Source, q.At), Names: cell.PackagesOf(s.opts.Book, l)}
	if q.Name != "" {
		_, e := s.exerciseOf(w, q.Page, q.Name)
		if e == nil {
			return x, false
		}
		x.Package = "lessons/" + e.Package.Dir
		return x, true
	}
	for _, c := range q.Above {
		x.Above = append(x.Above, cell.Cell{Number: c.Number, Source: c.Source})
	}
	return x, true
}

// bytesOf is an offset in UTF-16 code units as one in bytes; unitsOf goes the other way.
func bytesOf(s string, units int) int {
	for i, r := range s {
		if units <= 0 {
			return i
		}
		units -= utf16.RuneLen(valid(r))
	}
	return len(s)
}

func unitsOf(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(valid(r))
	}
	return n
}

func valid(r rune) rune {
	if !utf8.ValidRune(r) {
		return utf8.RuneError
	}
	return r
}

type completion struct {
	From  int        `json:"from"`
	To    int        `json:"to"`
	Items []complete `json:"items"`
}

type complete struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	x, ok := s.snippet(w, r)
	if !ok {
		return
	}
	got := s.assist.Complete(x)
	out := completion{From: unitsOf(x.Source[:got.From]), To: unitsOf(x.Source[:got.To]), Items: []complete{}}
	for _, i := range got.Items {
		out.Items = append(out.Items, complete{i.Name, i.Kind, i.Detail})
	}
	write(w, out)
}

func (s *Server) inspect(w http.ResponseWriter, r *http.Request) {
	x, ok := s.snippet(w, r)
	if !ok {
		return
	}
	m, _ := s.assist.Inspect(x)
	write(w, map[string]string{"signature": m.Signature, "doc": strings.TrimSpace(m.Doc)})
}

func (s *Server) problems(w http.ResponseWriter, r *http.Request) {
	x, ok := s.snippet(w, r)
	if !ok {
		return
	}
	out := s.assist.Problems(x)
	if out == nil {
		out = []cell.Problem{}
	}
	write(w, out)
}

func (s *Server) definition(w http.ResponseWriter, r *http.Request) {
	x, ok := s.snippet(w, r)
	if !ok {
		return
	}
	at, ok := s.assist.Definition(x)
	write(w, map[string]any{"found": ok, "place": at, "exercise": s.exerciseWith(at)})
}

// uses answers with the places of a local name, each its first unit and the one behind
// its last.
func (s *Server) uses(w http.ResponseWriter, r *http.Request) {
	x, ok := s.snippet(w, r)
	if !ok {
		return
	}
	out := [][2]int{}
	for _, span := range s.assist.Uses(x) {
		from := unitsOf(x.Source[:span.From])
		out = append(out, [2]int{from, from + unitsOf(x.Source[span.From:span.To])})
	}
	write(w, out)
}

// exerciseWith is the page and the exercise of a function, as one of their addresses;
// "" if it belongs to none.
func (s *Server) exerciseWith(at assist.Place) string {
	dir, file, ok := strings.Cut(strings.TrimPrefix(at.File, "lessons/"), "/")
	if !ok || at.Func == "" {
		return ""
	}
	l, err := s.opts.Book.Lesson(dir)
	if err != nil {
		return ""
	}
	for _, e := range l.Exercises {
		for _, f := range e.Funcs {
			if f.Name == at.Func && strings.HasPrefix(dir+"/"+file, e.Package.Dir+"/") {
				return dir + "#exercise-" + e.Name
			}
		}
	}
	return ""
}

// tidy formats a text as gofmt does.
func (s *Server) tidy(w http.ResponseWriter, r *http.Request) {
	var q struct{ Source string }
	if !read(w, r, &q) {
		return
	}
	if len(q.Source) > mostSource {
		http.Error(w, "the text is too long", http.StatusUnprocessableEntity)
		return
	}
	write(w, formatted(q.Source))
}

// formatted is a text in gofmt's form, or as it is if it is no Go.
func formatted(text string) string {
	out, err := format.Source([]byte(text))
	if err != nil {
		return text
	}
	return string(out)
}
