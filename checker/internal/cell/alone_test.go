package cell

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Without a Go toolchain the interpreter runs cells to their end, good or bad,
// and says what is the compiler's.
func TestAlone(t *testing.T) {
	interpret(t)
	t.Setenv("PATH", t.TempDir())
	require.False(t, Compiler())
	for _, c := range []struct {
		name    string
		cells   []string
		printed string
		how     string
		cell    int
		line    int
		word    string
	}{
		{"runs", []string{"x := 1", "x++", "x"}, "2\n", OK, 0, 0, ""},
		{"computes for longer than the compiler would wait", []string{"n := 0\nfor i := range 3_000_000 {\n\tn += i & 1\n}\nn"}, "1500000\n", OK, 0, 0, ""},
		{"does not compile", []string{"x := 1\nvar s string = x"}, "", Failed, 1, 2, "cannot use x"},
		{"no such name", []string{"a := 1", "a\nfmt.Println(y)"}, "", Failed, 2, 1, "a"},
		{"crashes", []string{"x := []int{}", "fmt.Println(\"before\")\ny := 1\n_ = x[y]"}, "before\n", Failed, 2, 3, "panic: runtime error: index out of range [1] with length 0"},
		{"crashes in a function of an earlier cell", []string{"func f(m map[string]int) {\n\tm[\"a\"] = 1\n}", "f(nil)"}, "", Failed, 1, 2, "nil map"},
		{"panics with its own words", []string{"panic(\"so it is\")"}, "", Failed, 1, 1, "panic: so it is"},
		{"needs the compiler", []string{"_, err := os.Executable()\nerr == nil"}, "", Failed, 0, 0, "install Go from https://go.dev/dl"},
		{"ends itself", []string{"fmt.Println(1)\nos.Exit(3)"}, "1\n", Failed, 0, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, events := runCells(t, c.cells...)
			require.Equal(t, c.printed, text, "%+v", events)
			require.Equal(t, c.how, events[len(events)-1].Text)
			require.Equal(t, "interpreted", engineOf(events))
			var first *Problem
			for _, e := range events {
				if e.Kind == Error && first == nil {
					first = e.Problem
				}
			}
			if c.word == "" {
				require.Nil(t, first)
				return
			}
			require.NotNil(t, first, "%+v", events)
			require.Contains(t, first.Message, c.word)
			if c.cell > 0 {
				require.Equal(t, c.cell, first.Cell, "%+v", first)
				require.Equal(t, c.line, first.Line, "%+v", first)
			}
		})
	}
}

// Where neither can run a cell, or a lesson's program, the words say what to do.
func TestAlone_nothing_runs(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	r := &Runner{Root: root(t), Limits: DefaultLimits}
	err := r.Run(context.Background(), Assemble(nil, Cell{Number: 1, Source: "1 + 1"}, Std(), nil), func(Event) {})
	require.ErrorIs(t, err, errNoGo)
}
