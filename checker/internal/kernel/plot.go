package kernel

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"nodebook/fixtures/show"
)

// The sizes of a plot, in SVG units.
const (
	plotWidth  = 640
	labelWidth = 160
	rowHeight  = 22
	topMargin  = 28
	mostRows   = 200 // more would be a picture that nobody can read
)

// barsSVG is a histogram as a picture.
func barsSVG(title string, bars []show.Bar) string {
	left := len(bars) - mostRows
	bars = bars[:min(len(bars), mostRows)]
	most := 0.0
	for _, b := range bars {
		most = max(most, b.Value)
	}
	p := newPlot(title, len(bars), left)
	for i, b := range bars {
		width := 0.0
		if most > 0 && b.Value > 0 {
			width = max(1, b.Value/most*(plotWidth-labelWidth-90))
		}
		p.label(i, b.Label)
		p.rect(i, labelWidth, width, "#f7931a", fmt.Sprintf("%s: %g", b.Label, b.Value))
		p.text(i, labelWidth+width+6, "start", fmt.Sprintf("%g", b.Value))
	}
	return p.end()
}

// spansSVG is a timeline as a picture.
func spansSVG(title string, spans []show.Span) string {
	left := len(spans) - mostRows
	spans = spans[:min(len(spans), mostRows)]
	var last time.Duration
	for _, s := range spans {
		last = max(last, s.End)
	}
	p := newPlot(title, len(spans), left)
	scale := float64(plotWidth-labelWidth-10) / max(1, float64(last))
	for i, s := range spans {
		from := labelWidth + float64(s.Start)*scale
		p.label(i, s.Label)
		p.rect(i, from, max(1, float64(s.End-s.Start)*scale), colourOf(s.Kind), fmt.Sprintf("%s: %s to %s %s", s.Label, s.Start, s.End, s.Kind))
	}
	return p.end()
}

// colourOf gives spans of one kind one colour.
func colourOf(kind string) string {
	colours := []string{"#4c78a8", "#54a24b", "#e45756", "#b279a2", "#9d755d", "#72b7b2"}
	sum := 0
	for _, b := range []byte(kind) {
		sum = sum*31 + int(b)
	}
	return colours[(sum%len(colours)+len(colours))%len(colours)]
}

// plot is a picture of rows with a label each.
type plot struct{ strings.Builder }

func newPlot(title string, rows, left int) *plot {
	p := &plot{}
	if left > 0 {
		title = fmt.Sprintf("%s (%d more rows are not drawn)", title, left)
	}
	height := topMargin + rows*rowHeight + 6
	fmt.Fprintf(p, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="sans-serif" font-size="12" fill="currentColor">`,
		plotWidth, height, plotWidth, height)
	fmt.Fprintf(p, `<title>%s</title><text x="0" y="16" font-weight="bold">%s</text>`, html.EscapeString(title), html.EscapeString(title))
	return p
}

func (p *plot) label(row int, text string) {
	if r := []rune(text); len(r) > 24 {
		text = string(r[:23]) + "…"
	}
	p.text(row, labelWidth-6, "end", text)
}

func (p *plot) text(row int, x float64, anchor, text string) {
	fmt.Fprintf(p, `<text x="%.1f" y="%d" text-anchor="%s">%s</text>`, x, topMargin+row*rowHeight+15, anchor, html.EscapeString(text))
}

func (p *plot) rect(row int, x, width float64, colour, title string) {
	fmt.Fprintf(p, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"><title>%s</title></rect>`,
		x, topMargin+row*rowHeight+3, width, rowHeight-6, colour, html.EscapeString(title))
}

func (p *plot) end() string {
	p.WriteString("</svg>")
	return p.String()
}

const (
	linesHeight = 300
	linesLeft   = 70
	linesTop    = 34
	linesBottom = 40
)

// linesSVG is a plot of lines as a picture.
func linesSVG(title string, lines []show.Line) string {
	p := &plot{}
	fmt.Fprintf(p, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="sans-serif" font-size="12" fill="currentColor">`,
		plotWidth, linesHeight, plotWidth, linesHeight)
	fmt.Fprintf(p, `<title>%s</title><text x="0" y="16" font-weight="bold">%s</text>`, html.EscapeString(title), html.EscapeString(title))
	x0, x1 := ends(lines, func(l show.Line) []float64 { return l.X })
	y0, y1 := ends(lines, func(l show.Line) []float64 { return l.Y })
	at := func(x, y float64) (float64, float64) {
		return linesLeft + (x-x0)/(x1-x0)*(plotWidth-linesLeft-10), linesHeight - linesBottom - (y-y0)/(y1-y0)*(linesHeight-linesTop-linesBottom)
	}
	for _, y := range []float64{y0, (y0 + y1) / 2, y1} {
		_, py := at(x0, y)
		fmt.Fprintf(p, `<text x="%d" y="%.1f" text-anchor="end">%.4g</text><line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#8888" />`,
			linesLeft-6, py+4, y, linesLeft, plotWidth-10, py, py)
	}
	for _, x := range []float64{x0, (x0 + x1) / 2, x1} {
		px, _ := at(x, y0)
		fmt.Fprintf(p, `<text x="%.1f" y="%d" text-anchor="middle">%.4g</text>`, min(px, plotWidth-24), linesHeight-linesBottom+16, x)
	}
	legend := 0.0
	for _, l := range lines {
		colour := colourOf(l.Label)
		fmt.Fprintf(p, `<polyline fill="none" stroke="%s" stroke-width="1.6" points="`, colour)
		for i := range l.X {
			px, py := at(l.X[i], l.Y[i])
			fmt.Fprintf(p, "%.1f,%.1f ", px, py)
		}
		fmt.Fprintf(p, `"/><text x="%.1f" y="%d" fill="%s">%s</text>`, linesLeft+legend, linesHeight-6, colour, html.EscapeString(l.Label))
		legend += float64(len(l.Label)*7 + 20)
	}
	return p.end()
}

// ends are the least and the most of the numbers of lines, apart even if they are one.
func ends(lines []show.Line, of func(show.Line) []float64) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		for _, x := range of(l) {
			least, most = min(least, x), max(most, x)
		}
	}
	switch {
	case least > most:
		return 0, 1
	case least == most:
		return least - 1, most + 1
	}
	return least, most
}
