package cell

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A cell that scans is asked for a line when it waits for one, and not before; at
// the end of the input it finds the end.
func TestRunner_input(t *testing.T) {
	var text strings.Builder
	lines := []string{"Ada", "42"}
	r := &Runner{Root: root(t), Limits: DefaultLimits, Interpreter: interp, Input: func(context.Context, bool) (string, bool) {
		if len(lines) == 0 {
			return "", false
		}
		text.WriteString("<asked>")
		line := lines[0]
		lines = lines[1:]
		return line, true
	}}
	source := `var name string
var n int
fmt.Print("name? ")
fmt.Scan(&name)
fmt.Print("number? ")
fmt.Scan(&n)
fmt.Println(name, n+1)
_, err := fmt.Scan(&n)
fmt.Println(err)`
	how := ""
	err := r.Run(t.Context(), Assemble(nil, Cell{Number: 1, Source: source}, Std(), nil), func(e Event) {
		switch e.Kind {
		case Text:
			text.WriteString(e.Text)
		case End:
			how = e.Text
		}
	})
	require.NoError(t, err)
	require.Equal(t, OK, how)
	require.Equal(t, "name? <asked>number? <asked>Ada 43\nEOF\n", text.String())
}
