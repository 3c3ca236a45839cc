package serve_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// eightAgree is a stream of eight nodes that fork, reorganise and agree.
func eightAgree() string {
	var out strings.Builder
	seq := 0
	tell := func(ms int, node int, rest string) {
		seq++
		fmt.Fprintf(&out, "{\"seq\":%d,\"ms\":%d,\"node\":\"node %d\",%s}\n", seq, 1_795_237_872_000+ms, node, rest)
	}
	for i := range 8 {
		tell(0, i, fmt.Sprintf(`"kind":"peer","peer":"node %d"`, (i+1)%8))
		tell(5, i, fmt.Sprintf(`"kind":"peer","peer":"node %d"`, (i+3)%8))
	}
	tell(100, 0, `"kind":"found","hash":"00000a64f1c93b57","height":1,"count":2`)
	tell(110, 5, `"kind":"found","hash":"00000b11f1c93b57","height":1,"count":1`)
	for i := range 8 {
		tell(150+i, i, fmt.Sprintf(`"kind":"sent","peer":"node %d","command":"block","bytes":900`, (i+1)%8))
		tell(200+i, i, fmt.Sprintf(`"kind":"tip","hash":"%s","parent":"000003d0c7b1a2e4","height":1,"added":1`, []string{"00000a64f1c93b57", "00000b11f1c93b57"}[i/4]))
	}
	for i := range 8 {
		tell(600+i, i, fmt.Sprintf(`"kind":"tip","hash":"00000c99f1c93b57","parent":"00000a64f1c93b57","height":2,"added":2,"removed":%d`, i/4))
	}
	return out.String()
}

func TestPlots(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	file := t.TempDir() + "/events"
	require.NoError(t, os.WriteFile(file, []byte(eightAgree()), 0o644))
	x.runCell(1, `f, err := os.Open("`+file+`")
if err != nil {
	panic(err)
}
show.Network("eight nodes", f)`, "ok")
	x.until(`document.querySelector(".net .told").dataset.agreed === "true"`)
	require.Contains(t, js[string](x, `document.querySelector(".net .told").innerText`), "all 8 nodes agree")
	x.shot("network")
	js[any](x, `document.querySelector(".net details").open = true`)
	x.until(`document.querySelectorAll(".net tbody tr").length === 8`)

	// Back to the fork: two tips, two colours, and a tree with a block beside another.
	x.until(`document.querySelector(".net .play").innerText === "Play"`)
	js[any](x, `(() => { const s = document.querySelector(".net input[type=range]"); s.value = 400; s.dispatchEvent(new Event("input")); })()`)
	require.Equal(t, "2", js[string](x, `document.querySelector(".net .told").dataset.tips`))
	require.Equal(t, 2, js[int](x, `new Set([...document.querySelectorAll(".net circle.node")].map(e => getComputedStyle(e).stroke)).size`))
	require.Equal(t, 2, js[int](x, `document.querySelectorAll(".net .forks rect").length`))
	js[any](x, `(() => { const s = document.querySelector(".net select"); s.value = "20"; s.dispatchEvent(new Event("change")); })()`)
	x.click(".net .play")
	x.until(`document.querySelector(".net .told").dataset.agreed === "true" && document.querySelector(".net .play").innerText === "Play"`)
	require.Contains(t, js[string](x, `document.querySelector(".net .told").innerText`), "4 reorganisations")

	x.runCell(2, `var spans []show.Span
for i := range 2000 {
	s := time.Duration(i*7%900) * time.Millisecond
	spans = append(spans, show.Span{Label: fmt.Sprint("peer ", i), Start: s, End: s + time.Duration(20+i%300)*time.Millisecond, Kind: []string{"ok", "timeout", "refused"}[i%3]})
}
show.Timeline("2,000 peers", spans...)
show.Bars("Protocol versions", show.Bar{"70016", 8123}, show.Bar{"70015", 1200}, show.Bar{"31900", 3})`, "ok")
	x.until(`document.querySelector("canvas").height > 100`)
	js[any](x, `document.querySelector("canvas").focus()`)
	js[any](x, `document.querySelector("canvas").dispatchEvent(new KeyboardEvent("keydown", {key: "+", bubbles: true, cancelable: true}))`)
	js[any](x, `document.querySelector("canvas").scrollIntoView({block: "center"})`)
	x.shot("plots")
	x.axeIn("#cell-1, #cell-2", "plots")

	out := x.runCell(3, `show.Bars("no bars")
show.Timeline("no spans")
show.Network("no events", strings.NewReader(""))`, "ok")
	require.Equal(t, 3, strings.Count(out, "there is nothing to draw"), out)
	require.Equal(t, 0, js[int](x, `document.querySelectorAll("#cell-3 svg, #cell-3 canvas").length`))
}
