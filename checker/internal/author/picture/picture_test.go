package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// No text leaves its picture and is cut off. The widths of letters are
// means of a common sans-serif.
func TestAll_textsFit(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		for d := xml.NewDecoder(strings.NewReader("<svg>" + p.canvas.body.String() + "</svg>")); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
			start, ok := token.(xml.StartElement)
			if !ok || start.Name.Local != "text" {
				continue
			}
			var e struct {
				X     float64 `xml:"x,attr"`
				Class string  `xml:"class,attr"`
				Text  string  `xml:",chardata"`
			}
			if err := d.DecodeElement(&e, &start); err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
			class, letter := strings.Fields(e.Class), 6.3
			if slices.Contains(class, "bold") {
				letter = 7.2
			} else if slices.Contains(class, "mono") {
				letter = 7.8
			}
			width := letter * float64(len([]rune(e.Text)))
			from := e.X
			if slices.Contains(class, "end") {
				from -= width
			} else if slices.Contains(class, "mid") {
				from -= width / 2
			}
			if from < 0 || from+width > Width {
				t.Errorf("%s of %s: %q goes from %.0f to %.0f, and the picture from 0 to %d", p.Name, p.Lesson, e.Text, from, from+width, Width)
			}
		}
	}
}
