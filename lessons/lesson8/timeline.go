package main

import (
	"fmt"
	"html"
	"os"
	"strings"
	"time"

	"nodebook/lessons/lesson8/ibd"
)

// Measures of the drawing.
const (
	drawWidth = 800 // of the time
	rowHeight = 22
	nameWidth = 190
)

// writeTimeline draws a row for each peer: how many blocks it owed at each time, and
// when it was dropped.
func writeTimeline(file string, n *network, r ibd.Result) error {
	end, kept := time.Millisecond, n.kept()
	for _, l := range n.links {
		for _, s := range l.seen() {
			end = max(end, s.came)
		}
	}
	x := func(d time.Duration) float64 { return nameWidth + float64(d)/float64(end)*drawWidth }
	var b strings.Builder
	height := rowHeight*(len(n.links)+2) + 10
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" role="img">`+"\n", nameWidth+drawWidth+10, height)
	fmt.Fprintf(&b, "<title>who served what when, in %.2f s</title>\n", end.Seconds())
	for i, l := range n.links {
		y := rowHeight*i + 8
		seen := l.seen()
		note := counted(len(kept[i]), "block")
		if err := r.Dropped[i]; err != nil {
			note += ", dropped: " + err.Error()
		}
		fmt.Fprintf(&b, `<g><title>%s</title><text x="4" y="%d" fill="currentColor">%s</text>`+"\n", html.EscapeString(note), y+13, html.EscapeString(name(i, l)))
		for _, s := range kept[i] {
			fmt.Fprintf(&b, `<rect x="%.2f" y="%d" width="%.2f" height="%d" fill="#2a7ae2" fill-opacity="0.25"/>`+"\n", x(s.asked), y, max(0.3, x(s.came)-x(s.asked)), rowHeight-6)
		}
		if r.Dropped[i] != nil && len(seen) > 0 {
			fmt.Fprintf(&b, `<circle cx="%.2f" cy="%d" r="4" fill="#d33"/>`+"\n", x(seen[len(seen)-1].came), y+8)
		}
		b.WriteString("</g>\n")
	}
	y := rowHeight*len(n.links) + 24
	fmt.Fprintf(&b, `<text x="%d" y="%d" fill="currentColor">0 s</text><text x="%d" y="%d" text-anchor="end" fill="currentColor">%.2f s</text>`+"\n</svg>\n",
		nameWidth, y, nameWidth+drawWidth, y, end.Seconds())
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
