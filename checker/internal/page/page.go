// Package page turns a lesson's README.md into the pieces of a workbook: prose,
// code cells and exercises, in order.
//
// The Markdown stays what any forge shows; docs/authors.md lists the blocks. A
// code cell includes the output block after it, an exercise the hints that
// follow it. The editor of an exercise is where its hints start, after what
// the page says about it.
package page

import (
	"html/template"
	"slices"
	"strings"

	"nodebook/checker/internal/workbook"
)

// Kind is what a piece is.
type Kind string

// The kinds of pieces.
const (
	Prose    Kind = "prose"
	Code     Kind = "code"
	Exercise Kind = "exercise"
	Network  Kind = "network"  // the living network, behind the command that runs it
	Timeline Kind = "timeline" // of a crawl, likewise
)

// Piece is one part of a page.
type Piece struct {
	Kind     Kind
	Markdown string             // of prose, as the page has it
	HTML     template.HTML      // of prose; of a code cell its highlighted source
	Number   int                // of a code cell, from 1
	Source   string             // of a code cell
	Output   string             // of a code cell: what it printed, as the page has it
	Exercise *workbook.Exercise // of an exercise
	Args     []string           // of a network or timeline: what its lesson's program is told
}

// Page is a lesson's page, cut and rendered.
type Page struct {
	Pieces   []Piece
	Headings []Heading
}

// Heading is a section of the page.
type Heading struct {
	ID, Text string
}

// Program is the piece that runs the lesson's program, or nil.
func (p *Page) Program() *Piece {
	for i, x := range p.Pieces {
		if x.Kind == Network || x.Kind == Timeline {
			return &p.Pieces[i]
		}
	}
	return nil
}

// Cells are the page's code cells.
func (p *Page) Cells() []Piece {
	var out []Piece
	for _, x := range p.Pieces {
		if x.Kind == Code {
			out = append(out, x)
		}
	}
	return out
}

// New cuts and renders a lesson's page.
func New(l *workbook.Lesson) (*Page, error) {
	c := &cutter{lesson: l, lines: strings.SplitAfter(l.Page.Text, "\n"), blocks: map[int]workbook.Block{}}
	for _, b := range l.Page.Blocks {
		c.blocks[b.Line] = b
	}
	c.run()
	r := newRenderer()
	r.folder = l.Name + "/"
	p := &Page{}
	for _, x := range c.pieces {
		switch x.Kind {
		case Prose:
			html, headings, err := r.prose(x.Markdown)
			if err != nil {
				return nil, err
			}
			x.HTML = html
			p.Headings = append(p.Headings, headings...)
		case Code:
			x.HTML = Highlight("go", x.Source)
		}
		p.Pieces = append(p.Pieces, x)
	}
	return p, nil
}

// cutter walks over the lines of a page.
type cutter struct {
	lesson *workbook.Lesson
	lines  []string
	blocks map[int]workbook.Block // by line of the opening fence
	prose  strings.Builder
	open   *workbook.Exercise // shown, and its editor not placed yet
	pieces []Piece
	cells  int
	draws  bool // there is a network or a timeline
}

func (c *cutter) run() {
	for i := 0; i < len(c.lines); {
		line := c.lines[i]
		b, fence := c.blocks[i+1]
		switch {
		case fence && b.Kind == "cell":
			i = c.code(b, i)
		case fence:
			n := strings.Count(b.Text, "\n") + 2
			c.prose.WriteString(strings.Join(c.lines[i:min(i+n, len(c.lines))], ""))
			i += n
			if b.Kind == "exercise" && len(b.Args) > 0 {
				c.place()
				c.open = c.lesson.Exercise(b.Args[0])
			}
			c.program(b)
		case strings.HasPrefix(line, "<details><summary>Hint"):
			c.place()
			for i < len(c.lines) && strings.TrimSpace(c.lines[i]) != "</details>" {
				i++
			}
			i++
		case strings.HasPrefix(line, "## "):
			c.place()
			fallthrough
		default:
			c.prose.WriteString(line)
			i++
		}
	}
	c.place()
	c.flush()
}

// code takes a cell and the output after it; it returns the line after both.
func (c *cutter) code(b workbook.Block, i int) int {
	c.flush()
	c.cells++
	piece := Piece{Kind: Code, Number: c.cells, Source: strings.TrimRight(b.Text, "\n")}
	i += strings.Count(b.Text, "\n") + 2
	at := i
	for at < len(c.lines) && strings.TrimSpace(c.lines[at]) == "" {
		at++
	}
	if out, ok := c.blocks[at+1]; ok && out.Lang == "output" {
		piece.Output = out.Text
		i = at + strings.Count(out.Text, "\n") + 2
	}
	c.pieces = append(c.pieces, piece)
	return i
}

// program lets the first command be run in the browser whose result is a
// picture: a network that shows itself in a terminal, or a crawl.
func (c *cutter) program(b workbook.Block) {
	command, _, _ := strings.Cut(b.Text, "\n")
	args, ok := strings.CutPrefix(command, "$ go run ./lessons/"+c.lesson.Name)
	words := strings.Fields(args)
	x := Piece{Args: words}
	switch {
	case !ok || c.draws:
		return
	case len(words) > 0 && words[0] == "network" && !slices.Contains(words, "--plain"):
		x.Kind = Network
	case c.lesson.Name == "lesson4" && len(words) == 0:
		x.Kind = Timeline
	default:
		return
	}
	c.flush()
	c.draws = true
	c.pieces = append(c.pieces, x)
}

// place puts the editor of the exercise that was shown last.
func (c *cutter) place() {
	if c.open != nil {
		c.flush()
		c.pieces = append(c.pieces, Piece{Kind: Exercise, Exercise: c.open})
		c.open = nil
	}
}

func (c *cutter) flush() {
	if strings.TrimSpace(c.prose.String()) != "" {
		c.pieces = append(c.pieces, Piece{Kind: Prose, Markdown: c.prose.String()})
	}
	c.prose.Reset()
}
