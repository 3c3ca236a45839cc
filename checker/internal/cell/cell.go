// Package cell runs the code cells of a page.
//
// The cells of a page read from top to bottom as one program. Running a cell
// replays, silently, those above it that it needs: a cell that declares a name
// it uses, and one that touches such a name. So the state of a page is always
// that of a reader who came from the top, and a cell that was slow or crashed
// costs nothing if nobody needs it.
//
// A cell is Go with the ceremony left out. Imports, types and functions stand
// beside statements in any order; a package that is named without an import is
// found by its name (the lessons' packages first, then fixtures, then the
// standard library); a variable may go unused and may be declared again, with
// another type, by a later cell; the value of an expression on the last line is shown.
package cell

import (
	"fmt"

	"nodebook/checker/internal/stub"
)

// Cell is a code cell.
type Cell struct {
	Number    int // on the page, from 1
	Source    string
	Reference bool // it was, or is to be, run with the references instead of the learner's functions
}

// File is the name that a cell goes by in positions.
func (c Cell) File() string { return fmt.Sprintf("cell%d.go", c.Number) }

// Problem is an error at a place of a cell, or of a file of the workbook.
type Problem struct {
	Cell    int    `json:"cell,omitempty"` // its number; 0 for a file
	File    string `json:"file,omitempty"` // lessons/lesson1/framing/magic.go
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

func (p Problem) String() string {
	switch {
	case p.Cell > 0:
		return fmt.Sprintf("cell %d, line %d: %s", p.Cell, p.Line, p.Message)
	case p.File != "":
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
	}
	return p.Message
}

// lastLine is the expression on the cell's last line, or nil.
func (p *parsed) lastLine() *chunk {
	if n := len(p.chunks); n > 0 && p.chunks[n-1].kind == expression {
		return &p.chunks[n-1]
	}
	return nil
}

// parsed is a cell cut into chunks.
type parsed struct {
	Cell
	chunks []chunk
	wants  map[string]bool // names that others declare
}

// names are what the cell declares.
func (p *parsed) names() []string {
	var all []string
	for _, c := range p.chunks {
		all = append(all, c.names...)
	}
	return all
}

// made are those of the names that are there because the cell runs: all but the imported.
func (p *parsed) made() []string {
	var all []string
	for _, c := range p.chunks {
		if c.kind != importDecl {
			all = append(all, c.names...)
		}
	}
	return all
}

// imports are the cell's import specs, by the names that they have in the program.
func (p *parsed) imports() map[string]string {
	all := map[string]string{}
	for _, c := range p.chunks {
		for _, spec := range c.imports {
			text := spec.Path.Value
			if spec.Name != nil {
				text = spec.Name.Name + " " + text
			}
			all[stub.ImportName(spec)] = text
		}
	}
	return all
}

// uses reports whether the cell takes any of the names from others.
func (p *parsed) uses(names map[string]bool) bool {
	for n := range p.wants {
		if names[n] {
			return true
		}
	}
	return false
}

// fromOthers are the names that a cell with these chunks takes from others. Each cell is a
// block inside the one before, so a variable that it declares itself is not theirs.
func fromOthers(chunks []chunk) map[string]bool {
	all, own := map[string]bool{}, map[string]bool{}
	for _, c := range chunks {
		for n := range c.free {
			if c.kind == packageDecl || !own[n] { // a type or a method does not see it
				all[n] = true
			}
		}
		if c.kind == statement {
			for _, n := range c.names {
				own[n] = true
			}
		}
	}
	return all
}

// parse cuts a cell into chunks. The problems are its syntax errors.
func parse(c Cell) (*parsed, []Problem) {
	p := &parsed{Cell: c}
	texts, problems := cut(c)
	if len(problems) > 0 {
		return nil, problems
	}
	whole := len(texts) > 0 && firstWord(texts[0].text) == "package"
	if whole {
		texts = texts[1:]
	}
	var main []chunk
	for i, t := range texts {
		if bad := t.parse(c, whole, i == len(texts)-1); len(bad) > 0 {
			return nil, bad
		}
		p.chunks = append(p.chunks, t)
		if t.runs == "main" {
			main = append(main, t.run())
		} else if t.runs != "" {
			p.chunks = append(p.chunks, t.run())
		}
	}
	p.chunks = append(p.chunks, main...) // after all that the cell declares
	p.wants = fromOthers(p.chunks)
	return p, nil
}

// Latest leaves out of cells that have run, in the order in which they did, those
// that no later one can depend on: all that such a cell declares is declared again
// later, nothing in between uses it, and the cell uses nothing of those before it, so
// that it cannot have changed them. A cell that is edited and run a hundred
// times would otherwise be replayed a hundred times.
func Latest(cells []Cell) []Cell {
	all := make([]*parsed, len(cells))
	for i, c := range cells {
		all[i], _ = parse(c)
	}
	var out []Cell
	made := map[string]bool{} // by those that stay
	for i, p := range all {
		if p != nil && !p.uses(made) && superseded(p, all[i+1:]) {
			continue
		}
		out = append(out, cells[i])
		if p != nil {
			for _, n := range p.made() {
				made[n] = true
			}
		}
	}
	return out
}

func superseded(p *parsed, later []*parsed) bool {
	left := map[string]bool{}
	for _, n := range p.names() {
		left[n] = true
	}
	if len(left) == 0 {
		return false
	}
	for _, q := range later {
		if q == nil || q.uses(left) {
			return false
		}
		for _, n := range q.names() {
			delete(left, n)
		}
		if len(left) == 0 {
			return true
		}
	}
	return false
}
