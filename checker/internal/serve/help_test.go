package serve_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// What is typed is completed, explained and checked while it is typed, in a cell and in
// an exercise alike.
func TestHelp(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.see("#cell-1")
	x.typeInto("#cell-1", 0, "words := strings.Fie")
	x.keys(kb.Tab)
	x.until(`[...document.querySelectorAll("#cell-1 .cm-completionLabel")].some(e => e.innerText === "FieldsFunc")`)
	x.axeIn("#cell-1", "completion")
	x.shot("completion")
	x.keys(kb.Escape)
	x.until(`!document.querySelector(".cm-tooltip-autocomplete")`)
	require.True(t, js[bool](x, `document.activeElement.matches("#cell-1 .cm-content")`), "Esc closes the list first")
	x.keys(kb.Tab)
	x.until(`document.querySelector("#cell-1 .cm-tooltip-autocomplete li[aria-selected]")`)
	x.keys(kb.Tab)
	x.until(`document.querySelector("#cell-1 .cm-content").innerText === "words := strings.Fields"`)

	// Errors come by themselves, and go when they are fixed.
	x.until(`document.querySelector("#cell-1 .cm-lintRange-error") === null`)
	x.typeInto("#cell-1", 0, "n := 1\nn + missing")
	x.until(`document.querySelector("#cell-1 .cm-lintRange-error")?.innerText === "missing"`)
	x.typeInto("#cell-1", 0, "n := 1\nn + 2")
	x.until(`!document.querySelector("#cell-1 .cm-lintRange-error")`)

	// F1 explains, F12 goes to where a name is declared.
	x.typeInto("#cell-1", 0, "strings.ToUpper")
	x.do(chromedp.KeyEvent(kb.F1))
	x.until(`document.querySelector(".meaning")?.innerText.includes("func strings.ToUpper(s string) string")`)
	x.axeIn("#cell-1", "what a name means")
	x.shot("meaning")
	x.keys(kb.Escape)
	x.typeInto("#cell-1", 0, "framing.Ping")
	x.do(chromedp.KeyEvent(kb.F12))
	x.until(`document.activeElement.matches("#exercise-Ping .cm-content")`)

	// F2 renames a local name.
	x.typeInto("#cell-1", 0, "size := 1\nfmt.Println(size, \"size\")\nsize")
	x.do(chromedp.KeyEvent(kb.F2))
	x.until(`document.querySelectorAll("#cell-1 .cm-selectionBackground").length >= 3`)
	x.keys("bytes")
	x.until(`document.querySelector("#cell-1 .cm-content").innerText === "bytes := 1\nfmt.Println(bytes, \"size\")\nbytes"`)
	x.typeInto("#cell-1", 0, "framing.Ping")
	x.do(chromedp.KeyEvent(kb.F2))
	x.until(`document.querySelector(".meaning")?.innerText.includes("not only yours")`)

	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n_, err := conn.Wri")
	x.keys(kb.Tab)
	x.until(`[...document.querySelectorAll("#exercise-Ping .cm-completionLabel")].some(e => e.innerText === "Write")`)
	x.keys(kb.Escape)
	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n_, err := io.WriteString(conn, 4)\nreturn err\n}")
	x.until(`document.querySelector("#exercise-Ping .cm-lintRange-error")`)
	x.do(chromedp.KeyEvent("s", chromedp.KeyModifiers(ctrl)))
	x.until(`document.querySelector("#exercise-Ping .note").innerText === "saved"`)
	require.Contains(t, b.read("lessons/lesson1/framing/ping.go"), "\n\t_, err := io.WriteString(conn, 4)\n\treturn err\n}", "saving formats")
	x.until(`document.querySelector("#exercise-Ping .cm-content").innerText.includes("\t_, err")`)
}

// Hovering tells what a name means.
func TestHelp_hover(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.see("#cell-1")
	x.typeInto("#cell-1", 0, "strings.ToUpper(`a`)")
	at := js[[]float64](x, `(() => {
		const line = document.querySelector("#cell-1 .cm-line").getBoundingClientRect(), wide = document.createRange();
		wide.selectNodeContents(document.querySelector("#cell-1 .cm-line"));
		const r = wide.getBoundingClientRect();
		return [r.x + r.width * 11 / 20, line.y + line.height / 2]; // inside of ToUpper
	})()`)
	x.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]), chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0]+1, at[1]))
	x.until(`document.querySelector(".meaning")?.innerText.includes("ToUpper returns s with")`)
}

// Vim's keys, for those who want them: Esc leaves first the mode, then the editor.
func TestVim(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.see("#cell-1")
	x.keys("?")
	x.click("#vim")
	x.keys(kb.Escape)
	x.typeInto("#cell-1", 0, "1 + 1")
	js[chromedp.Void](x, `document.querySelector("#cell-1 .cm-content").focus()`)
	x.keys(kb.Escape)
	x.press("0")
	x.press("i")
	x.press("4")
	x.until(`document.querySelector("#cell-1 .cm-content").innerText.startsWith("4")`)
	x.keys(kb.Escape)
	require.True(t, js[bool](x, `document.activeElement.matches("#cell-1 .cm-content")`))
	x.keys(kb.Escape)
	x.until(`document.activeElement.id === "cell-1"`)
}

// Whoever asks for help gives a page's name, not a path, and little text.
func TestHelp_attacks(t *testing.T) {
	b := open(t)
	for _, at := range []string{"complete", "inspect", "problems", "definition"} {
		ask := func(body string, how func(*http.Request)) int {
			res := b.request("POST", "/api/"+at, body, how)
			text, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.NotContains(t, string(text), "root:")
			return res.StatusCode
		}
		const good = `{"page":"lesson1","source":"strings.To","at":10}`
		require.Equal(t, 200, ask(good, nil), at)
		require.Equal(t, 401, ask(good, func(r *http.Request) { r.Header.Del("Cookie") }))
		require.Equal(t, 403, ask(good, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }))
		require.Equal(t, 404, ask(`{"page":"../../etc","source":"x","at":1}`, nil))
		require.Equal(t, 404, ask(`{"page":"lesson1","name":"../../../etc/passwd","source":"x","at":1}`, nil))
		require.Equal(t, 404, ask(`{"page":"lesson1","source":"`+strings.Repeat("a", 300<<10)+`","at":1}`, nil))
		require.Equal(t, 413, ask(`{"page":"lesson1","source":"`+strings.Repeat("a", 2<<20)+`","at":1}`, nil))
		for _, odd := range []string{"-1", "99999999", "1"} {
			require.Equal(t, 200, ask(`{"page":"lesson1","source":"\ud800 ä 😀 func (","at":`+odd+`}`, nil))
		}
		require.Equal(t, 200, ask(`{"page":"lesson1","source":"import \"../../etc\"\nx","at":5}`, nil))
	}
}
