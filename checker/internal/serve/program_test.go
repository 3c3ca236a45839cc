package serve_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A crawl of lesson 4, run from its page, ends in a timeline.
func TestProgram_crawl(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson4")
	x.click("#program .watch")
	x.until(`document.querySelector("#program .out .text, #program .problem")`)
	x.until(`document.querySelector("#program .timeline canvas, #program .problem")`)
	require.Equal(t, "", js[string](x, `[...document.querySelectorAll("#program .problem, #program .cut")].map(e => e.innerText).join("\n")`))
	require.Regexp(t, `^Asking \d{3} peers$`, js[string](x, `document.querySelector("#program figcaption").innerText`))
	js[chromedp.Void](x, `document.querySelector("#program canvas").scrollIntoView({block: "center"})`)

	// Pointing names a bar, the keys zoom, the table says the same.
	x.until(`document.querySelector("#program canvas").height > 100`)
	where := js[[]float64](x, `(() => { const r = document.querySelector("#program canvas").getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	x.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, where[0], where[1]))
	x.until(`/^127\.\S+: .* ms to .* ms /.test(document.querySelector("#program .told").innerText)`)
	all := js[string](x, `document.querySelector("#program canvas").toDataURL()`)
	js[chromedp.Void](x, `document.querySelector("#program canvas").focus()`)
	x.do(chromedp.KeyEvent("+"))
	x.until(`document.querySelector("#program canvas").toDataURL() !== ` + strconv.Quote(all))
	x.do(chromedp.KeyEvent("0"))
	x.until(`document.querySelector("#program canvas").toDataURL() === ` + strconv.Quote(all))
	js[chromedp.Void](x, `document.querySelector("#program details").open = true`)
	require.Greater(t, js[int](x, `document.querySelectorAll("#program tbody tr").length`), 100)
	x.shot("timeline")
}

// watch starts the page's network and waits until its nodes have mined and agree.
func (x *browser) watch(whose string, nodes int) {
	x.t.Helper()
	js[chromedp.Void](x, `document.querySelector("#program").scrollIntoView()`)
	js[chromedp.Void](x, fmt.Sprintf(`document.querySelector("#program .whose").value = %q`, whose))
	x.click("#program .watch")
	x.until(`document.querySelector("#program .net .told")?.textContent || document.querySelector("#program .problem")`)
	x.until(`document.querySelectorAll("#program .message").length || document.querySelector("#program .problem, #program .cut")`)
	require.Equal(x.t, "", js[string](x, `[...document.querySelectorAll("#program .problem, #program .cut")].map(e => e.innerText).join("\n")`))
	x.until(fmt.Sprintf(`document.querySelector("#program .net .told").innerText.includes("all %d nodes agree")`, nodes))
}

// Eight nodes, watched in the browser: the reference's before the learner's own
// are written, then these.
func TestWatch_eight_nodes_agree(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson6")
	require.Equal(t, "reference", js[string](x, `document.querySelector("#program .whose").value`), "until the lesson is done, there is nothing else to watch")
	x.watch("reference", 8)
	x.click("#program .watch")
	x.until(`document.querySelector("#program").dataset.state === "ended"`)

	b.solve("lesson1", "lesson2", "lesson5", "lesson6")
	x.watch("mine", 8)
	x.until(`document.querySelectorAll("#program .forks rect").length >= 1`)
	require.Equal(t, 8, js[int](x, `document.querySelectorAll("#program circle.node").length`))
	require.GreaterOrEqual(t, js[int](x, `document.querySelectorAll("#program .network .link").length`), 8)
	x.click("#program .play") // pauses
	at := js[string](x, `document.querySelector("#program .net .told").innerText.split(" s of")[0]`)
	js[chromedp.Void](x, `document.querySelector("#program details").open = true`)
	x.until(`document.querySelectorAll("#program tbody tr").length === 8`)
	require.Equal(t, js[string](x, `document.querySelector("#program .net .told").dataset.tips`),
		js[string](x, `String(new Set([...document.querySelectorAll("#program tbody td:nth-child(3)")].map(e => e.innerText)).size)`), "the table says the same as the picture")
	require.Equal(t, "n1 n2 n3 n4 n5 n6 n7 n8", js[string](x, `[...document.querySelectorAll("#program tbody td:first-child")].map(e => e.innerText).join(" ")`))
	require.Equal(t, at, js[string](x, `document.querySelector("#program .net .told").innerText.split(" s of")[0]`), "a paused picture stands still")
	js[chromedp.Void](x, `document.querySelector("#program input[type=range]").focus()`)
	x.do(chromedp.KeyEvent(kb.Home))
	x.until(`document.querySelector("#program .net .told").innerText.startsWith("0.0 s of")`)

	// Again, at a quarter of the speed: a picture of a moment with much on its way.
	js[chromedp.Void](x, `document.querySelector("#program .net select").value = "0.25"; document.querySelector("#program .net select").dispatchEvent(new Event("change"))`)
	x.click("#program .play")
	x.until(`document.querySelectorAll("#program .message").length >= 5`)
	x.shot("eight-nodes")

	// A cell's run takes the place of what the tab runs, and Interrupt ends it.
	x.click("#interrupt")
	x.until(`document.querySelector("#program").dataset.state === "ended"`)
	require.Empty(t, js[string](x, `[...document.querySelectorAll("#program .problem")].map(e => e.innerText).join()`))
}

// Without the learner's nodes there is nothing to see, and the page says so.
func TestWatch_before_they_are_written(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson6")
	js[chromedp.Void](x, `document.querySelector("#program .whose").value = "mine"`)
	x.click("#program .watch")
	x.until(`document.querySelector("#program .out .text")?.innerText.includes("is not implemented yet")`)
}
