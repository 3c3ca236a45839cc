package kernel

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/assist"
	"nodebook/checker/internal/cell"
)

// cursor is the content of a complete_request or inspect_request: a text, and a
// place in it counted in Unicode code points.
type cursor struct {
	Code string `json:"code"`
	Pos  int    `json:"cursor_pos"`
}

// offset is the place in bytes.
func (c cursor) offset() int {
	for i := range c.Code {
		if c.Pos <= 0 {
			return i
		}
		c.Pos--
	}
	return len(c.Code)
}

// codePoints is a place in bytes in the protocol's unit.
func (c cursor) codePoints(offset int) int { return utf8.RuneCountInString(c.Code[:offset]) }

func (k *Kernel) snippet(c cursor) assist.Snippet {
	s := assist.Snippet{Source: c.Code, Offset: c.offset(), Above: k.cells, Names: cell.PackagesOf(k.Book, k.lesson)}
	if name, rest, ok := exerciseCell(c.Code); ok {
		head := len(c.Code) - len(rest)
		if _, e := k.exercise(name); e != nil && s.Offset >= head {
			// The line with the magic becomes blank: offsets stay.
			s.Source = strings.Repeat(" ", head) + rest
			s.Package, s.Above = "lessons/"+e.Package.Dir, nil
		}
	}
	return s
}

func (k *Kernel) complete(m *message) map[string]any {
	var c cursor
	if err := json.Unmarshal(m.content, &c); err != nil {
		return map[string]any{"status": "error", "ename": "request", "evalue": err.Error(), "traceback": []string{}}
	}
	from, to, items := k.completeMagic(c)
	if items == nil {
		got := k.assist.Complete(k.snippet(c))
		from, to, items = got.From, got.To, got.Items
	}
	start, end := c.codePoints(from), c.codePoints(to)
	matches, kinds := []string{}, []map[string]any{}
	for _, x := range items {
		matches = append(matches, x.Name)
		kinds = append(kinds, map[string]any{"text": x.Name, "type": x.Kind, "signature": x.Detail, "start": start, "end": end})
	}
	return map[string]any{"status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
		"metadata": map[string]any{"_jupyter_types_experimental": kinds}}
}

// completeMagic completes the names of magics, lessons and exercises on the first
// line; nil if that is not what is being written.
func (k *Kernel) completeMagic(c cursor) (from, to int, items []assist.Item) {
	at := c.offset()
	head := c.Code[:at]
	if !is(head) || strings.Contains(head, "\n") {
		return 0, 0, nil
	}
	items = []assist.Item{}
	from = strings.LastIndexAny(head, " \t") + 1
	typed := strings.ToLower(head[from:])
	add := func(name, kind string) {
		if strings.HasPrefix(strings.ToLower(name), typed) {
			items = append(items, assist.Item{Name: name, Kind: kind})
		}
	}
	if from == 0 {
		for _, x := range magics {
			add(x.name, "magic")
		}
		return 0, at, items
	}
	if strings.HasPrefix(head, "%lesson") {
		for _, name := range k.Book.Names() {
			add(name, "lesson")
		}
		return from, at, items
	}
	for _, e := range k.lesson.Exercises {
		add(e.Name, "exercise")
	}
	return from, at, items
}

func (k *Kernel) inspect(m *message) map[string]any {
	var c cursor
	if err := json.Unmarshal(m.content, &c); err != nil {
		return map[string]any{"status": "error", "ename": "request", "evalue": err.Error(), "traceback": []string{}}
	}
	got, ok := k.assist.Inspect(k.snippet(c))
	if !ok {
		return map[string]any{"status": "ok", "found": false, "data": struct{}{}, "metadata": struct{}{}}
	}
	text := got.Signature
	if got.Doc != "" {
		text += "\n\n" + strings.TrimRight(got.Doc, "\n")
	}
	return map[string]any{"status": "ok", "found": true, "data": map[string]string{"text/plain": text}, "metadata": struct{}{}}
}

// isComplete reports whether a text can be executed, for front ends of one line.
func isComplete(m *message) map[string]string {
	var q struct {
		Code string `json:"code"`
	}
	if err := json.Unmarshal(m.content, &q); err != nil {
		return map[string]string{"status": "unknown"}
	}
	if is(q.Code) {
		if strings.HasPrefix(q.Code, "%%") && !strings.HasSuffix(q.Code, "\n\n") {
			return map[string]string{"status": "incomplete", "indent": ""}
		}
		return map[string]string{"status": "complete"}
	}
	if open := assist.Open(q.Code); open > 0 {
		return map[string]string{"status": "incomplete", "indent": strings.Repeat("\t", open)}
	}
	if p := cell.Assemble(nil, cell.Cell{Number: 1, Source: q.Code}, cell.Std(), nil); len(p.Problems) > 0 {
		return map[string]string{"status": "invalid"}
	}
	return map[string]string{"status": "complete"}
}
