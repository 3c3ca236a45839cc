package serve_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// A cell that reaches a function that is not written yet names it, offers the reference's
// and keeps the output that the page has.
func TestUnwritten(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.see("#cell-1")
	page := js[string](x, `document.querySelector("#cell-1 .out pre").innerText`)
	x.runCell(1, `h := framing.Hash256([]byte("a"))
fmt.Println(h[:2])`, "ok")
	x.until(`document.querySelector("#cell-1 .unwritten a")?.innerText === "Hash256"`)
	require.Equal(t, "lesson1#exercise-Hash256", js[string](x, `document.querySelector("#cell-1 .unwritten a").getAttribute("href")`))
	require.Equal(t, page, js[string](x, `document.querySelector("#cell-1 .unwritten details pre").textContent`))
	x.axeIn("#cell-1", "an unwritten function")
	x.shot("unwritten")
	x.click("#cell-1 .reference")
	x.until(`document.querySelector("#cell-1 .out").innerText === "[191 93]\n"`)
	x.until(`document.querySelector("#cell-1 .note").innerText.includes("with the reference")`)

	// What the reference has made stays the reference's where it is needed, after a reload too.
	require.Equal(t, "191\n", x.runCell(2, "h[0]", "ok"))
	require.Contains(t, js[string](x, `document.querySelector("#cell-2 .note").innerText`), "with the reference")
	x.until(keptNow)
	x.visit(b, "lesson1")
	require.Equal(t, "93\n", x.runCell(2, "h[1]", "ok"))
	require.Equal(t, "1\n", x.runCell(2, "1", "ok"))
	require.NotContains(t, js[string](x, `document.querySelector("#cell-2 .note").innerText`), "with the reference")

	x.runCell(1, "1 + 1", "ok")
	require.False(t, js[bool](x, `!!document.querySelector("#cell-1 .unwritten")`))
}

// A bracket that is not closed is named where it is, in the function on the screen.
func TestExercise_bracket(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson5")
	cell := "#exercise-Transaction\\\\.Hash"
	js[chromedp.Void](x, `document.querySelector("`+cell+`").scrollIntoView()`)
	x.until(`document.querySelector("` + cell + ` .cm-editor")`)
	x.typeInto(strings.ReplaceAll(cell, `\\`, `\`), 0, "func (t Transaction) Hash() Hash {\n\treturn Hash{1,\n}\n")
	js[chromedp.Void](x, `document.querySelector("`+cell+` .check").click()`)
	x.until(`document.querySelector("` + cell + `").dataset.verdict === "did not compile"`)
	require.Regexp(t, `line 65: syntax error: this \{ is never closed`, js[string](x, `document.querySelector("`+cell+` .report").innerText`))
	require.NotContains(t, js[string](x, `document.querySelector("`+cell+` .report").innerText`), "line 7")
}

// The report is directly below the code; it is dimmed while the next one is made, and a
// pass leads on.
func TestExercise_loop(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.solve("lesson1")
	x := b.browse("lesson1")
	require.Equal(t, "pass", x.check("Ping"))
	require.Regexp(t, `^\d behaviours hold$`, js[string](x, `document.querySelector("#exercise-Ping .held summary").innerText`))
	js[any](x, `document.querySelector("#exercise-Ping .held").open = true`)
	require.Contains(t, js[string](x, `document.querySelector("#exercise-Ping .held").innerText`), "Ping: ")
	x.axeIn("#exercise-Ping", "what holds")
	x.shot("held")
	require.True(t, js[bool](x, `(() => { const e = document.querySelector("#exercise-Ping .body"); return e.querySelector(".report").compareDocumentPosition(e.querySelector(".hints")) === Node.DOCUMENT_POSITION_FOLLOWING; })()`))
	js[any](x, `window.fetch = (real => (at, how) => String(at) === "api/check" ? new Promise(wake => window.free = () => wake(real(at, how))) : real(at, how))(window.fetch)`)
	x.click("#exercise-Ping .check")
	x.until(`window.free && document.querySelector("#exercise-Ping .report").classList.contains("old")`)
	js[any](x, `window.free()`)
	x.until(`!document.querySelector("#exercise-Ping .report").classList.contains("old")`)
	x.click("#exercise-Ping .go-on")
	next := "exercise-" + b.exercises("lesson1")[1]
	x.until(fmt.Sprintf(`document.activeElement.closest("section")?.id === %q`, next))
}

func (b *book) exercises(lesson string) []string {
	b.t.Helper()
	l, err := b.repo.Book.Lesson(lesson)
	require.NoError(b.t, err)
	var names []string
	for _, e := range l.Exercises {
		names = append(names, e.Name)
	}
	return names
}
