// Package picture draws the pictures of the pages, as SVG.
//
// A picture is drawn from the data that the page is about: the vectors of
// fixtures/wire, the snapshots of fixtures/bitnodes, the peers of fixtures/simnet,
// or what the references return. So it cannot say anything else than the page and
// the code. The same sources give the same bytes.
//
// One file holds the pictures of one lesson. To add a lesson, write a function
// that returns its pictures and name it in [All].
package picture

import (
	"fmt"
	"slices"
	"strings"
)

// Picture is one drawing of a page.
type Picture struct {
	Lesson string // "lesson1"; "" for the prologue
	Name   string // of the file, without .svg
	Title  string // what a tooltip and a screen reader say first
	Desc   string // the whole picture in words, for those who do not see it
	*canvas
}

// Path is the picture's file, below the folder lessons.
func (p Picture) Path() string {
	return strings.TrimPrefix(p.Lesson+"/pictures/"+p.Name+".svg", "/")
}

// All returns the pictures of every lesson and of the prologue.
//
// Errors: that of a run whose result is drawn.
func All() ([]Picture, error) {
	var all []Picture
	for _, draw := range []func() ([]Picture, error){prologue, lesson1, lesson2, lesson3, lesson4, lesson5, lesson6, lesson7, lesson8} {
		pictures, err := draw()
		if err != nil {
			return nil, err
		}
		all = append(all, pictures...)
	}
	slices.SortFunc(all, func(a, b Picture) int { return strings.Compare(a.Path(), b.Path()) })
	return all, nil
}

// Width is the width of every picture in its own units. A phone shows about 340
// pixels of it, so that text of 13 units stays above 10 pixels there.
const Width = 420

// style has the colours of light and dark pages. Text has a contrast of more than
// 7 to 1 against the page in both, and the five hues differ in lightness too.
const style = `
    svg { --page: #fcfbf8; --ink: #23262d; --quiet: #4d525c; --line: #b9b4a7; --faint: #e6e2d8;
      --c1: #1d57a8; --c2: #a34a05; --c3: #146c43; --c4: #8a2a63; --c5: #55525e; --bad: #a81b14 }
    @media (prefers-color-scheme: dark) {
      svg { --page: #15171c; --ink: #e6e8ec; --quiet: #b3b8c2; --line: #565c69; --faint: #2a2e37;
        --c1: #8db8f7; --c2: #f0a760; --c3: #71cb94; --c4: #f08cc4; --c5: #b5b2bd; --bad: #ff9187 }
    }
    text { font: 14px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; fill: var(--ink) }
    .page { fill: var(--page) }
    .small { font-size: 13px }
    .mono { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px }
    .bold { font-weight: 600 }
    .quiet { fill: var(--quiet) }
    .mid { text-anchor: middle }
    .end { text-anchor: end }
    .rule { stroke: var(--line); fill: none; stroke-width: 1.2 }
    .faint { fill: var(--faint); stroke: none }
    .plain { fill: var(--page); stroke: var(--line); stroke-width: 1.2 }
    .solid { fill: var(--line) }
    .dash { stroke-dasharray: 4 3 }
    .thick { stroke-width: 2.2 }
    .b1 { fill: var(--c1); fill-opacity: .16; stroke: var(--c1) } .b2 { fill: var(--c2); fill-opacity: .16; stroke: var(--c2) }
    .b3 { fill: var(--c3); fill-opacity: .16; stroke: var(--c3) } .b4 { fill: var(--c4); fill-opacity: .16; stroke: var(--c4) }
    .b5 { fill: var(--c5); fill-opacity: .16; stroke: var(--c5) } .bx { fill: var(--bad); fill-opacity: .14; stroke: var(--bad) }
    .f1 { fill: var(--c1) } .f2 { fill: var(--c2) } .f3 { fill: var(--c3) } .f4 { fill: var(--c4) } .f5 { fill: var(--c5) } .fx { fill: var(--bad) }
    .l1 { stroke: var(--c1); fill: none } .l2 { stroke: var(--c2); fill: none } .l3 { stroke: var(--c3); fill: none }
    .l4 { stroke: var(--c4); fill: none } .l5 { stroke: var(--c5); fill: none } .lx { stroke: var(--bad); fill: none }
`

// SVG is the picture's file.
func (p Picture) SVG() []byte {
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 %d %d" width="560" height="%d">`+"\n",
		Width, p.height, (560*p.height+Width/2)/Width)
	fmt.Fprintf(&out, "  <title id=\"title\">%s</title>\n  <desc id=\"desc\">%s</desc>\n  <style>%s  </style>\n", escape(p.Title), escape(p.Desc), style)
	fmt.Fprintf(&out, "  <rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", Width, p.height)
	out.WriteString(p.body.String())
	out.WriteString("</svg>\n")
	return []byte(out.String())
}
