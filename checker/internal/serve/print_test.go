package serve_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// On paper a page is light, whatever the theme, and whole: what folds or scrolls on the
// screen has its full height, and long lines are broken.
func TestPrint(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson2")
	x.look(1280, "dark")
	x.see("#cell-1")
	x.focus("#cell-1")
	x.keys("b")
	x.enter(0)
	x.write("for i := range 200 {\n\tfmt.Println(i, strings.Repeat(\"long \", 60))\n}")
	x.enter(ctrl)
	x.until(`document.querySelector("section.own").dataset.ended === "ok"`)
	require.True(t, js[bool](x, lost+".length > 0"), "on the screen there are folded blocks and long outputs")
	x.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 720, Height: 1000, DeviceScaleFactor: 1}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
		return err
	}))
	require.Empty(t, js[string](x, lost+".join()"))
	require.Equal(t, "rgb(252, 251, 248)", js[string](x, `getComputedStyle(document.body).backgroundColor`))
	require.Equal(t, 0, js[int](x, `[...document.querySelectorAll(".unfold, .bar, #top, #side")].filter((e) => e.offsetHeight > 0).length`))
	x.shot("print")
}

// A list of things to do says aloud what each box is of.
func TestNote_boxes(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("scratch")
	x.click("#add-note")
	x.write("- [ ] to *do*\n- [x] done")
	x.keys(kb.Escape)
	x.until(`document.querySelectorAll(".rendered input[aria-label]").length === 2`)
	require.Equal(t, "to do|done", js[string](x, `[...document.querySelectorAll(".rendered input")].map((e) => e.ariaLabel).join("|")`))
	x.axeIn("section.own", "boxes")
}

// lost are the blocks of text that do not show all that they have.
const lost = `[...document.querySelectorAll(".block, .out .text, .cm-scroller, .still")].filter((e) =>
	e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY !== "visible" || e.scrollWidth > e.clientWidth + 1 || e.matches(".folded") && e.clientHeight < e.querySelector("pre").scrollHeight).map((e) => e.className + " " + e.textContent.slice(0, 40))`
