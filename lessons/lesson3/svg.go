package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// The picture's measures, in pixels.
const (
	pictureWidth = 760
	labelRight   = 250 // where labels end
	barLeft      = 260
	barMost      = 360 // the longest bar
	lineHeight   = 22
	margin       = 24
)

// svgStyle has colours for light and dark pages; text has a contrast of more
// than 7 to 1 in both.
const svgStyle = `
  text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328 }
  .heading { font-weight: 600; font-size: 15px }
  .label { text-anchor: end }
  .page { fill: #ffffff }
  .bar { fill: #b35900 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .page { fill: #0d1117 }
    .bar { fill: #f7931a }
  }
`

// svg draws the counts. A reader that cannot see it gets the same numbers out
// of its desc, and each bar's out of the bar's title.
func (c counted) svg() []byte {
	var body, desc bytes.Buffer
	y := margin + lineHeight
	fmt.Fprintf(&body, "  <text class=\"heading\" x=\"%d\" y=\"%d\">%s</text>\n", margin, y, escape(c.headline()))
	for _, ch := range c.charts {
		if len(ch.bars) == 0 {
			continue
		}
		y += lineHeight * 2
		fmt.Fprintf(&body, "  <text class=\"heading\" x=\"%d\" y=\"%d\">%s</text>\n", margin, y, escape(ch.title))
		fmt.Fprintf(&desc, "By %s:", ch.title)
		longest := ch.longest()
		for i, b := range ch.bars {
			y += lineHeight
			share := fmt.Sprintf("%s (%.1f %%)", number(b.Nodes), percent(b.Nodes, c.nodes))
			name, width := label(b, 36), max(1, b.Nodes*barMost/max(1, longest))
			fmt.Fprintf(&body, "  <g>\n    <title>%s: %s</title>\n", escape(plain(b.Label)), share)
			fmt.Fprintf(&body, "    <text class=\"label\" x=\"%d\" y=\"%d\">%s</text>\n", labelRight, y, escape(name))
			fmt.Fprintf(&body, "    <rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"14\"/>\n", barLeft, y-12, width)
			fmt.Fprintf(&body, "    <text x=\"%d\" y=\"%d\">%s</text>\n  </g>\n", barLeft+width+8, y, share)
			fmt.Fprintf(&desc, "%s %s %s", map[bool]string{true: "", false: ","}[i == 0], name, share)
		}
		desc.WriteString(".\n")
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title desc\" viewBox=\"0 0 %d %d\" width=\"%[1]d\" height=\"%[2]d\">\n", pictureWidth, y+margin)
	fmt.Fprintf(&out, "  <title id=\"title\">%s</title>\n  <desc id=\"desc\">%s</desc>\n", escape(c.headline()), escape(strings.TrimSpace(desc.String())))
	fmt.Fprintf(&out, "  <style>%s  </style>\n  <rect class=\"page\" width=\"100%%\" height=\"100%%\"/>\n", svgStyle)
	out.Write(body.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// headline says what is counted.
func (c counted) headline() string {
	return fmt.Sprintf("%s on %s (%s)", amount(c.nodes, "Bitcoin node", "Bitcoin nodes"), c.taken.Format("2006-01-02 15:04 UTC"), cut(plain(c.from), 60))
}

// escape makes text safe between XML tags and in attributes.
func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes all
	return b.String()
}
