package serve_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// watch starts the page's network and waits until its nodes have mined and agree.
func (x *browser) watch(whose string, nodes int) {
	x.t.Helper()
	js[chromedp.Void](x, `document.querySelector("#network").scrollIntoView()`)
	js[chromedp.Void](x, fmt.Sprintf(`document.querySelector("#network .whose").value = %q`, whose))
	x.click("#network .watch")
	x.until(`document.querySelector("#network .net .told")?.textContent || document.querySelector("#network .problem")`)
	x.until(`document.querySelectorAll("#network .message").length || document.querySelector("#network .problem, #network .cut")`)
	require.Equal(x.t, "", js[string](x, `[...document.querySelectorAll("#network .problem, #network .cut")].map(e => e.innerText).join("\n")`))
	x.until(fmt.Sprintf(`document.querySelector("#network .net .told").innerText.includes("all %d nodes agree")`, nodes))
}

// Eight nodes, watched in the browser: the reference's before the learner's own
// are written, then these.
func TestWatch_eight_nodes_agree(t *testing.T) {
	b := open(t)
	x := b.browse("lesson5")
	require.Equal(t, "reference", js[string](x, `document.querySelector("#network .whose").value`), "until the lesson is done, there is nothing else to watch")
	x.watch("reference", 8)
	x.click("#network .watch")
	x.until(`document.querySelector("#network").dataset.state === "ended"`)

	b.solve("lesson1", "lesson2", "lesson5")
	x.watch("mine", 8)
	x.until(`document.querySelectorAll("#network .forks rect").length >= 1`)
	require.Equal(t, 8, js[int](x, `document.querySelectorAll("#network circle.node").length`))
	require.GreaterOrEqual(t, js[int](x, `document.querySelectorAll("#network .network .link").length`), 8)
	x.shot("eight-nodes")
	x.click("#network .play") // pauses
	at := js[string](x, `document.querySelector("#network .net .told").innerText.split(" s of")[0]`)
	js[chromedp.Void](x, `document.querySelector("#network details").open = true`)
	x.until(`document.querySelectorAll("#network tbody tr").length === 8`)
	require.Equal(t, 1, js[int](x, `new Set([...document.querySelectorAll("#network tbody td:nth-child(3)")].map(e => e.innerText)).size`), "the table says that they agree")
	require.Equal(t, at, js[string](x, `document.querySelector("#network .net .told").innerText.split(" s of")[0]`), "a paused picture stands still")
	js[chromedp.Void](x, `document.querySelector("#network input[type=range]").focus()`)
	x.do(chromedp.KeyEvent(kb.Home))
	x.until(`document.querySelector("#network .net .told").innerText.startsWith("0.0 s of")`)

	// A cell's run takes the place of what the tab runs, and Interrupt ends it.
	x.click("#interrupt")
	x.until(`document.querySelector("#network").dataset.state === "ended"`)
	require.Empty(t, js[string](x, `[...document.querySelectorAll("#network .problem")].map(e => e.innerText).join()`))
}

// Without the learner's nodes there is nothing to see, and the page says so.
func TestWatch_before_they_are_written(t *testing.T) {
	b := open(t)
	x := b.browse("lesson5")
	js[chromedp.Void](x, `document.querySelector("#network .whose").value = "mine"`)
	x.click("#network .watch")
	x.until(`document.querySelector("#network .out .text")?.innerText.includes("is not written yet")`)
}
