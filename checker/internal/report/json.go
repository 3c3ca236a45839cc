package report

import (
	"encoding/json"
	"io"
)

// JSON writes l as indented JSON, the form that docs/report.md describes.
func JSON(w io.Writer, l *Lesson) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(l)
}
