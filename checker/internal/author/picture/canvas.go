package picture

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// canvas collects the shapes of a picture. Coordinates are its units, from the
// upper left corner; class names are those of the style.
type canvas struct {
	height int
	body   strings.Builder
}

func newCanvas(height int) *canvas { return &canvas{height: height} }

// text writes a line whose baseline is at y.
func (c *canvas) text(x, y float64, class, format string, args ...any) {
	fmt.Fprintf(&c.body, "  <text x=\"%s\" y=\"%s\"%s>%s</text>\n", num(x), num(y), attr(class), escape(fmt.Sprintf(format, args...)))
}

// lines writes one line below the other.
func (c *canvas) lines(x, y float64, class string, lines ...string) {
	for i, line := range lines {
		c.text(x, y+float64(i)*18, class, "%s", line)
	}
}

func (c *canvas) rect(x, y, width, height float64, class string) {
	fmt.Fprintf(&c.body, "  <rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\"%s/>\n", num(x), num(y), num(width), num(height), attr(class))
}

// box is a rectangle with a text in its middle.
func (c *canvas) box(x, y, width, height float64, class, textClass, format string, args ...any) {
	c.rect(x, y, width, height, class)
	c.text(x+width/2, y+height/2+4.8, "mid "+textClass, format, args...)
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&c.body, "  <path d=\"M%s %sL%s %s\"%s/>\n", num(x1), num(y1), num(x2), num(y2), attr(class))
}

func (c *canvas) path(class, format string, args ...any) {
	for i, a := range args {
		if f, ok := a.(float64); ok {
			args[i] = num(f)
		}
	}
	fmt.Fprintf(&c.body, "  <path d=\"%s\"%s/>\n", fmt.Sprintf(format, args...), attr(class))
}

func (c *canvas) circle(x, y, r float64, class string) {
	fmt.Fprintf(&c.body, "  <circle cx=\"%s\" cy=\"%s\" r=\"%s\"%s/>\n", num(x), num(y), num(r), attr(class))
}

// spot is a part of the picture, not drawn, about which there is something to say: a browser
// shows it when it is pointed at.
func (c *canvas) spot(x, y, width, height float64, words string) {
	fmt.Fprintf(&c.body, "  <rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"none\" pointer-events=\"all\"><title>%s</title></rect>\n", num(x), num(y), num(width), num(height), escape(words))
}

// arrow is a line with a head at its second end. hue is the number of the colour,
// or "x".
func (c *canvas) arrow(x1, y1, x2, y2 float64, hue, class string) {
	c.line(x1, y1, x2, y2, "l"+hue+" "+class)
	c.head(x2, y2, x2-x1, y2-y1, hue)
}

// head is an arrowhead at x, y that points in the direction of dx, dy.
func (c *canvas) head(x, y, dx, dy float64, hue string) {
	n := hypot(dx, dy)
	dx, dy = dx/n, dy/n
	c.path("f"+hue, "M%v %vL%v %vL%v %vZ", x, y, x-8*dx+4*dy, y-8*dy-4*dx, x-8*dx-4*dy, y-8*dy+4*dx)
}

func attr(class string) string {
	if class == "" {
		return ""
	}
	return ` class="` + class + `"`
}

// num writes a coordinate with at most one decimal.
func num(f float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
}

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a strings.Builder takes all
	return b.String()
}
