package serve_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// save types into the editor of an exercise, saves, and returns what is said.
func (x *browser) save(name, text string) string {
	x.t.Helper()
	cell := "#exercise-" + name
	note := `document.querySelector("` + cell + ` .note")`
	x.see(cell)
	x.typeInto(cell, 0, text)
	js[any](x, note+`.textContent = ""`)
	x.do(chromedp.KeyEvent("s", chromedp.KeyModifiers(ctrl)))
	x.until(note + ".innerText")
	return js[string](x, note+".innerText")
}

// Whatever a beginner types is kept, and stays within reach.
func TestExercise_odd_texts(t *testing.T) {
	t.Parallel()
	b := open(t)
	const file = "lessons/lesson2/version/protocol.go"
	at := filepath.Join(b.root, file)
	require.NoError(t, os.WriteFile(at, []byte(strings.ReplaceAll(b.read(file), "\n", "\r\n")), 0o644))
	x := b.browse("lesson2")
	const cell = "#exercise-ReadProtocolVersion"
	x.see(cell)
	editor := func(i string) string {
		return js[string](x, `[...document.querySelectorAll("`+cell+` .editor")[`+i+`].querySelectorAll(".cm-line")].map(e => e.textContent).join("\n")`)
	}
	require.False(t, js[bool](x, `document.querySelector("`+cell+`").classList.contains("dirty")`), "lines that end in CR LF are not a change")

	const helped = "func ReadProtocolVersion(c *Cursor) (int32, error) {\n\treturn one(c), nil\n}\n\nfunc one(c *Cursor) int32 {\n\treturn 1\n}"
	require.Equal(t, "saved", x.save("ReadProtocolVersion", helped))
	require.Equal(t, helped, editor("0"), "a helper stays in the editor")
	x.visit(b, "lesson2")
	x.see(cell)
	require.Equal(t, helped, editor("0"))

	const open = "func ReadProtocolVersion(c *Cursor) (int32, error) {\n\tif true {\n\t\treturn 1, nil\n}"
	require.Equal(t, "saved", x.save("ReadProtocolVersion", open))
	require.Equal(t, open, editor("0"), "a brace that is missing takes no neighbour in")
	require.Contains(t, editor("1"), "func CanSendPong")

	before := b.read(file)
	const renamed = "func ReadProtocol(c *Cursor) (int32, error) {\n\treturn 2, nil // my work\n}"
	require.Contains(t, x.save("ReadProtocolVersion", renamed), "func ReadProtocolVersion is gone from here")
	require.Equal(t, before, b.read(file))
	require.Equal(t, renamed, editor("0"))
	b.write(file, "package version\n")
	x.until(`document.querySelector("` + cell + ` .note").innerText.includes("checker reset brings it back")`)
	require.Equal(t, renamed, editor("0"), "what a file has lost is not lost here")
	b.write(file, before)
	x.until(`document.querySelector("` + cell + ` .note").innerText === ""`)

	require.Equal(t, "saved", x.save("ReadProtocolVersion", "package version\n\nimport (\n\t\"errors\"\n\tm \"math\"\n)\n\nfunc ReadProtocolVersion(c *Cursor) (int32, error) {\n\treturn m.MaxInt32, errors.New(\"no\")\n}"))
	require.Equal(t, "func ReadProtocolVersion(c *Cursor) (int32, error) {\n\treturn m.MaxInt32, errors.New(\"no\")\n}", editor("0"))
	require.Equal(t, 1, strings.Count(b.read(file), "package version"))
	require.Contains(t, b.read(file), `m "math"`)
	require.Contains(t, b.read(file), `"errors"`)
	x.do(chromedp.KeyEvent(kb.Escape))
}

// Who began with a later lesson goes on in the browser as on the terminal: what
// --remember wrote down holds here too.
func TestCheck_remembered(t *testing.T) {
	t.Parallel()
	b := open(t)
	const earlier = "lessons/lesson1/framing/message.go"
	stub := b.read(earlier)
	b.solve("lesson2") // and what it stands on
	b.write(earlier, stub)
	check := func() (rep report.Lesson) {
		res := b.request("POST", "/api/check", `{"lesson":"lesson2","name":"Handshake"}`, nil)
		require.NoError(t, json.NewDecoder(res.Body).Decode(&rep))
		return rep
	}
	rep := check()
	require.Equal(t, 0, rep.Passed)
	require.Contains(t, strings.Join(rep.Notes, "\n"), "With --remember after it")
	seen, err := progress.Open(b.root)
	require.NoError(t, err)
	seen.Set(progress.Mode, "lesson2", "*", "earlier")
	require.NoError(t, seen.Save())
	rep = check()
	require.Equal(t, 1, rep.Passed)
	require.Contains(t, strings.Join(rep.Notes, "\n"), "with --solutions=earlier, as remembered")
}

// What passed and fails now is not called passed.
func TestExercise_passed_before(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.solve("lesson1")
	x := b.browse("lesson1")
	state := `document.querySelector("#exercise-Hash256 .state").innerText`
	require.Equal(t, "pass", x.check("Hash256"))
	require.Equal(t, "passed", js[string](x, state))
	require.Equal(t, "saved", x.save("Hash256", "func Hash256(b []byte) [32]byte {\n\treturn [32]byte{1}\n}"))
	require.Equal(t, "fail", x.check("Hash256"))
	x.until(state + ` === "passed before"`)
	b.write("lessons/lesson1/framing/checksum.go", b.read("lessons/lesson1/framing/checksum.go")+"\n")
	require.Equal(t, "passed before", js[string](x, state))
}
