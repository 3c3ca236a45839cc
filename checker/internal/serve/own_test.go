package serve_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// order are the cells of a page from the top, those that are the reader's own by their
// texts.
func (x *browser) order() string {
	x.t.Helper()
	return js[string](x, `[...document.querySelectorAll("section.cell")].slice(0, 8).map(e => e.dataset.own ?
		"[" + (e.querySelector(".cm-content")?.innerText ?? e.querySelector(".rendered, .still").innerText).trim() + "]" : e.id).join(" ")`)
}

func (x *browser) focus(selector string) {
	x.t.Helper()
	js[chromedp.Void](x, `document.querySelector("`+selector+`").focus()`)
}

// write types into the editor that has the focus.
func (x *browser) write(text string) {
	x.t.Helper()
	x.until(`document.activeElement.matches(".cm-content")`)
	js[chromedp.Void](x, `(() => { const data = new DataTransfer(); data.setData("text/plain", `+"`"+text+"`"+`); document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); })()`)
}

// Cells of one's own, by Jupyter's keys alone: added, run, moved, merged, split,
// deleted and brought back, turned into notes; all of it is there after a reload.
func TestOwn_keys(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.see("#cell-1")
	x.focus("#cell-1")
	x.keys("b")
	x.enter(0)
	x.write("a := 20")
	x.enter(alt) // runs, and goes on in a new one
	x.write("a + 2")
	x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(ctrl)))
	x.until(`document.activeElement.closest("section").querySelector(".out").innerText === "22\n"`)
	x.keys(kb.Escape, "a")
	x.enter(0)
	x.write("# A *note*")
	x.keys(kb.Escape, "m")
	x.until(`document.querySelector(".markdown .rendered em")?.innerText === "note"`)
	require.Equal(t, "cell-1 [a := 20] [A note] [a + 2] exercise-Ping cell-2", first(x.order(), 6))
	x.axeIn("section.own", "own cells")
	x.shot("own-cells")

	x.keys("J") // below the next one
	require.Equal(t, "cell-1 [a := 20] [a + 2] [A note] exercise-Ping cell-2", first(x.order(), 6))
	x.keys("J")
	require.Equal(t, "cell-1 [a := 20] [a + 2] exercise-Ping [A note] cell-2", first(x.order(), 6))
	x.keys("d", "d")
	require.Equal(t, "cell-1 [a := 20] [a + 2] exercise-Ping cell-2", first(x.order(), 5))
	x.keys("z")
	x.until(`document.querySelector(".markdown .rendered em")`)
	require.Equal(t, "cell-1 [a := 20] [a + 2] exercise-Ping [A note] cell-2", first(x.order(), 6))
	x.keys("k", "k", "k", "M")
	x.until(`[...document.querySelectorAll(".own .cm-line")].map(e => e.innerText).join() === "a := 20,a + 2"`)
	x.enter(0)
	x.keys(kb.Home)
	x.do(chromedp.KeyEvent("_", chromedp.KeyModifiers(ctrl|shift)))
	x.until(`document.querySelectorAll(".own.code").length === 2`)
	x.keys(kb.Escape)
	x.until(keptNow)
	want := x.order()
	x.visit(b, "lesson1")
	x.until(`document.querySelectorAll(".own.code").length === 2 && document.querySelector(".markdown .rendered em")`)
	require.Equal(t, strings.ReplaceAll(want, "\n", " "), strings.ReplaceAll(x.order(), "\n", " "))

	// A note is split as code is.
	x.focus(".markdown")
	x.enter(0)
	x.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(ctrl)))
	x.write("above\n\nbelow")
	x.keys(kb.Home)
	x.do(chromedp.KeyEvent("_", chromedp.KeyModifiers(ctrl|shift)))
	x.until(`[...document.querySelectorAll(".markdown .rendered")].map(e => e.innerText.trim()).join() === "above,below"`)
	x.keys(kb.Escape, "z")
	x.until(`[...document.querySelectorAll(".markdown .rendered")].map(e => e.innerText.trim()).join() === "above\n\nbelow"`)

	// The page's cells stay.
	x.focus("#cell-1")
	x.keys("d", "d")
	x.until(`document.querySelector("#said").innerText.includes("only your own can be deleted")`)
	require.True(t, js[bool](x, `!!document.querySelector("#cell-1")`))
}

// enter presses Enter as a keyboard does: what is focused by it gets no line end.
func (x *browser) enter(modifiers int64) {
	x.t.Helper()
	x.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "rawKeyDown", Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Modifiers: modifiers})
		return err
	}))
}

// press presses a letter or a digit as a keyboard does: an editor that takes it for a
// command gets no text.
func (x *browser) press(key string) {
	x.t.Helper()
	x.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "keyDown", Key: key, Text: key, WindowsVirtualKeyCode: int64(strings.ToUpper(key)[0])})
		return err
	}))
}

func first(words string, n int) string {
	// A text in brackets counts as one word.
	var out []string
	depth := 0
	for _, w := range strings.Fields(words) {
		if depth == 0 {
			out = append(out, w)
		} else {
			out[len(out)-1] += " " + w
		}
		depth += strings.Count(w, "[") - strings.Count(w, "]")
	}
	return strings.Join(out[:min(n, len(out))], " ")
}

const alt = 1 // the bit of the modifier key in the protocol

// A page that is the reader's alone.
func TestScratch(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("scratch")
	x.click("#add-code")
	x.write("len(framing.Hash256(nil)) - 28")
	x.enter(shift)
	x.until(`document.querySelector(".own .out pre")?.textContent === "4\n"`)
	x.until(`document.querySelectorAll(".own").length === 2`) // and a new one to go on in
	// By the keyboard: what the cell says at its end moves the page below a pointer.
	x.focus("#add-note")
	x.do(chromedp.KeyEvent(kb.Enter))
	x.write("words")
	x.until(keptNow)
	x.axe("the scratch page")
	x.shot("scratch")
	x.visit(b, "scratch")
	x.until(`document.querySelectorAll(".own").length === 3 && document.querySelector(".own .out pre")?.textContent === "4\n"`)
}
