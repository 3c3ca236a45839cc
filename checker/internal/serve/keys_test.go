package serve_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// keys presses keys, one after another.
func (x *browser) keys(all ...string) {
	x.t.Helper()
	for _, k := range all {
		x.do(chromedp.KeyEvent(k))
	}
}

func (x *browser) here() string {
	x.t.Helper()
	return js[string](x, `document.activeElement.closest("section")?.id ?? document.activeElement.id`)
}

// A page is worked through without a mouse.
func TestKeys(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.keys("?")
	x.until(`document.querySelector("#help").open`)
	require.Equal(t, 0.0, js[float64](x, `document.querySelector("#help").scrollTop`), "the first keys are there to be seen")
	x.axeIn("#help", "the keys")
	x.shot("keys")
	for _, key := range []string{"Shift", "Ctrl", "Esc", "Enter", "S", "j", "k", "i", "r", "a", "h", "t", "?"} {
		require.True(t, js[bool](x, fmt.Sprintf(`[...document.querySelectorAll("#help kbd")].some(e => e.innerText === %q)`, key)), "the list of keys has %s", key)
	}
	x.keys(kb.Escape)
	x.until(`!document.querySelector("#help").open`)

	dark := js[bool](x, `document.documentElement.classList.contains("dark")`)
	x.keys("t")
	x.until(fmt.Sprintf(`document.documentElement.classList.contains("dark") !== %v`, dark))

	x.keys("j")
	first := x.here()
	x.keys("j")
	require.NotEqual(t, first, x.here())
	x.keys("k")
	require.Equal(t, first, x.here(), "k goes back to where j came from")
	js[chromedp.Void](x, `document.querySelector("#exercise-Ping").focus()`)
	x.keys("h")
	x.until(`document.querySelectorAll("#exercise-Ping .hints details").length === 1`)

	js[chromedp.Void](x, `document.querySelector("#cell-1").focus()`)
	x.keys(kb.Enter)
	x.until(`document.activeElement.matches("#cell-1 .cm-content")`)
	x.typeInto("#cell-1", 0, "for { time.Sleep(time.Hour) }")
	x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(ctrl)))
	x.until(`document.querySelector("#cell-1").classList.contains("running")`)
	x.keys(kb.Escape)
	require.Equal(t, "cell-1", js[string](x, `document.activeElement.id`), "Esc leaves the editor")
	x.keys("i")
	x.until(`document.querySelector("#cell-1").dataset.ended === "interrupted"`)
	x.typeInto("#cell-1", 0, "2 + 2")
	x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(shift)))
	x.until(`document.querySelector("#cell-1 .out").innerText === "4\n"`)
	require.NotEqual(t, "cell-1", x.here(), "Shift-Enter goes on to the next")
	x.until(`document.querySelector("#cell-1 .out").dataset.number === "2"`)
	require.Equal(t, `"Out [2]"`, js[string](x, `(() => { const o = document.querySelector("#cell-1 .out"); return getComputedStyle(o, "::before").content.replace(/" attr\([^)]*\) "|" "/g, "").replace("\" " + o.dataset.number, ""); })()`))
	x.keys(kb.Escape, "r")
	x.until(`document.querySelector("#cell-1 .prompt").innerText.replace(/\s/g, "") === "In[]"`)
}

// Tab comes to everything that a mouse can press.
func TestKeys_reach_everything(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	const pressable = `[...document.querySelectorAll("a[href], button, select, input, summary, canvas, .cm-content")].filter(e => !e.disabled && e.offsetParent !== null)`
	x.until(`(() => { const still = document.querySelector("section .still"); still?.scrollIntoView(); return !still; })()`)
	js[chromedp.Void](x, `window.met = new Set(); document.activeElement.blur(); scrollTo(0, 0)`)
	for range 1000 {
		x.keys(kb.Tab)
		if js[bool](x, `met.has(document.activeElement) || document.activeElement === document.body`) {
			break
		}
		if js[bool](x, `met.add(document.activeElement); document.activeElement.matches(".cm-content")`) {
			x.keys(kb.Escape)
		}
	}
	require.Equal(t, "", js[string](x, pressable+`.filter(e => !met.has(e)).map(e => (e.closest("section")?.id ?? "") + " " + e.outerHTML.slice(0, 80)).join("\n")`))
	require.Greater(t, js[int](x, `met.size`), 50)
}

const shift = 8 // the bit of the modifier key in the protocol

// On a phone the list of lessons lies over the page, and goes as it came.
func TestMenu(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.look(390, "light")
	shown := `getComputedStyle(document.querySelector("#side")).visibility === "visible"`
	for name, leave := range map[string]func(){
		"Esc":             func() { x.keys(kb.Escape) },
		"the button":      func() { x.click("#menu") },
		"the page behind": func() { js[any](x, `document.elementFromPoint(380, 450).click()`) },
		"an exercise":     func() { x.click(`#side a[href="#about-Ping"]`) },
	} {
		require.False(t, js[bool](x, shown), name)
		x.click("#menu")
		x.until(shown)
		require.Equal(t, "menu", js[string](x, `(() => { const r = document.querySelector("#menu").getBoundingClientRect(); return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2).id; })()`), "the button stays in sight")
		leave()
		x.until("!(" + shown + ")")
	}
}
