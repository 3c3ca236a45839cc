package serve_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// Sliders and buttons run their cell again, and nobody loses hold of one meanwhile.
func TestTouch(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")

	out := x.runCell(1, "n := show.Slider(\"peers\", 1, 40, 8)\nagain := show.Button(\"again\")\nfmt.Println(n, \"peers,\", again, \"presses\")", "ok")
	require.Contains(t, out, "8 peers, 0 presses")
	said := func(want string) {
		t.Helper()
		x.until(fmt.Sprintf(`document.querySelector("#cell-1 .out .text")?.innerText.includes(%q) && document.querySelector("#cell-1").dataset.ended === "ok"`, want))
	}
	js[bool](x, `(window.hold = document.querySelector("#cell-1 .slider input"), hold.focus(), hold.value = "30", hold.dispatchEvent(new Event("input", {bubbles: true})))`)
	said("30 peers, 0 presses")
	require.True(t, js[bool](x, `document.activeElement === hold && hold.isConnected`), "the slider stays in hand")
	x.do(chromedp.KeyEvent(kb.ArrowRight))
	said("31 peers, 0 presses")
	js[bool](x, `(document.querySelector("#cell-1 .press").click(), true)`)
	said("31 peers, 1 presses")
	require.Equal(t, "31\n", x.runCell(2, "n", "ok"), "a cell below sees what is set")
	x.shot("touch")
	x.axeIn("#cell-1", "a cell with a slider")

	require.Contains(t, x.runCell(1, "n := show.Slider(\"peers\", 1, 40, 12)\nn", "ok"), "12", "an edited cell begins where its source says")
	require.False(t, js[bool](x, `!!document.querySelector("#cell-1 .press")`), "a button that is not shown any more goes")

	x.runCell(1, "type row struct{ Height, Txs int }\nvar rows []row\nfor i := range 60 {\n\trows = append(rows, row{i, 2 * i})\n}\nrows", "ok")
	require.Equal(t, "rows 1 to 20 of 60", js[string](x, `document.querySelector("#cell-1 .pager span").innerText`))
	js[bool](x, `(document.querySelector("#cell-1 .pager button:last-child").click(), true)`)
	require.Equal(t, "rows 21 to 40 of 60", js[string](x, `document.querySelector("#cell-1 .pager span").innerText`))
	require.Equal(t, "20", js[string](x, `document.querySelector("#cell-1 tbody td:nth-child(2)").innerText`))

	x.runCell(1, "img := image.NewGray(image.Rect(0, 0, 12, 7))\nimg", "ok")
	x.until(`document.querySelector("#cell-1 img").naturalWidth === 12`)
	x.runCell(1, `show.Plot("work", show.Line{Label: "one", X: []float64{0, 1, 2}, Y: []float64{0, 10, 40}}, show.Line{Label: "two", X: []float64{0, 2}, Y: []float64{5, 5}})`, "ok")
	x.until(`document.querySelectorAll("#cell-1 svg.lines polyline").length === 2`)
	x.shot("plot")
	x.axeIn("#cell-1", "a plot")
}
