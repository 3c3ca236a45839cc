package kernel

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"nodebook/fixtures/show"

	"github.com/stretchr/testify/require"
)

// A picture is well-formed and has the points that it is made from; the text is there
// for a front end that shows nothing else.
func TestBundle(t *testing.T) {
	of := func(f show.Frame) map[string]any {
		b, err := json.Marshal(f)
		require.NoError(t, err)
		return bundle(b)
	}
	require.Equal(t, map[string]any{"text/plain": "[picture: dot]", "image/png": "aGk="}, of(show.Frame{Type: "png", Source: "aGk=", Text: "[picture: dot]\n"}))
	require.Equal(t, map[string]any{"text/plain": "peers: 8"}, of(show.Frame{Type: "slider", At: 8, Text: "peers: 8\n"}), "nobody can move it here")
	for name, lines := range map[string][]show.Line{
		"two lines": {{Label: "a < b", X: []float64{0, 1}, Y: []float64{0, 4}}, {Label: "b", X: []float64{0.5}, Y: []float64{2}}},
		"one point": {{X: []float64{7}, Y: []float64{7}}},
		"no points": {{Label: "none"}},
		"no lines":  nil,
	} {
		svg, _ := of(show.Frame{Type: "plot", Title: "<work>", Lines: lines})["image/svg+xml"].(string)
		require.Equal(t, len(lines), strings.Count(svg, "<polyline"), name)
		require.NotContains(t, svg, "NaN", name)
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, name)
		}
	}
}
