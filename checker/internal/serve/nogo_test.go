package serve_test

import (
	"fmt"
	"testing"

	"nodebook/checker/internal/cell"

	"github.com/stretchr/testify/require"
)

// Without a Go toolchain the workbook can still be worked through: cells run
// and exercises are judged by the interpreter, and the page says what that
// leaves out.
func TestWithoutGo(t *testing.T) {
	b := open(t)
	x := b.chromium()
	t.Setenv("PATH", t.TempDir())
	x.visit(b, "lesson1")
	require.Contains(t, js[string](x, `document.querySelector("#no-go").innerText`), "no go command on PATH")
	x.shot("without-go")

	require.Equal(t, "not implemented", x.check("Ping"))
	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n\tif _, err := io.WriteString(conn, \"ping\"); err != nil {\n\t\treturn err\n\t}\n\tvar b [4]byte\n\tif _, err := io.ReadFull(conn, b[:]); err != nil {\n\t\treturn err\n\t}\n\tif string(b[:]) != \"pong\" {\n\t\treturn ErrPong\n\t}\n\treturn nil\n}")
	require.Equal(t, "pass", x.check("Ping"))
	require.Contains(t, js[string](x, `document.querySelector("#exercise-Ping .result").innerText`), "interpreted")

	require.Equal(t, "1\n", x.runCell(1, "x := 1\nx", "ok"))
	require.Contains(t, js[string](x, `document.querySelector("#cell-1 .note").innerText`), "interpreted")
	out := x.runCell(2, "var m map[string]int\nm[\"a\"] = x", "failed")
	require.Contains(t, out, "line 2: panic: assignment to entry in nil map")
	require.True(t, js[bool](x, `!!document.querySelector("#cell-2 .cm-lintRange-error")`))
	require.Contains(t, x.runCell(2, "fmt.Println(y)", "failed"), "line 1: undefined: y")
	require.Contains(t, x.runCell(2, "_, err := os.Executable()\nerr", "failed"), "install Go from https://go.dev/dl")
	x.shot("without-go-cell")

	// An exercise that only the race detector can pass is not judged, and why is said.
	b.solve("lesson1", "lesson2", "lesson3", "lesson4")
	x.visit(b, "lesson4")
	require.Equal(t, "not judged", x.check("Goroutines"))
	require.Contains(t, js[string](x, `document.querySelector("#exercise-Goroutines .result.open").innerText`), "race detector")
	x.shot("without-go-not-judged")
	require.True(t, js[bool](x, `document.querySelector("#program .watch").disabled`))
	require.Equal(t, "needs the Go compiler", js[string](x, `document.querySelector("#program .note").innerText`))
	x.axeIn("#no-go, #exercise-Goroutines, #program", "without Go")

	events := b.stream("/api/program", `{"tab":"one-tab-of-many","lesson":"lesson4"}`)
	require.Equal(t, cell.Failed, texts(events, cell.End))
	require.Contains(t, events[0].Problem.Message, "install Go from https://go.dev/dl")
}

// check checks an exercise and returns its verdict.
func (x *browser) check(name string) string {
	x.t.Helper()
	at := fmt.Sprintf(`document.querySelector("#exercise-%s")`, name)
	x.see("#exercise-" + name)
	js[any](x, at+".dataset.verdict = ''")
	x.click("#exercise-" + name + " .check")
	x.until(at + ".dataset.verdict")
	return js[string](x, at+".dataset.verdict")
}
