package serve_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// The learner's own nodes run again each time that a link is cut or a node is changed in
// their picture, and the picture stays in hand.
func TestLiving_network(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.solve("lesson1", "lesson2", "lesson5", "lesson6")
	x := b.browse("lesson6")
	holding := func(text string) string {
		return js[string](x, fmt.Sprintf(`"#" + [...document.querySelectorAll(".cell[id^=cell-]")].find(e => e.textContent.includes(%q)).id`, text))
	}
	cell := holding("show.Touchable")
	for _, c := range []string{holding("easy := consensus.Classroom()"), cell} {
		js[chromedp.Void](x, fmt.Sprintf(`document.querySelector("%s .run").click()`, c))
		x.until(fmt.Sprintf(`document.querySelector("%s").dataset.ended`, c))
	}
	f := &touched{x, cell + " .net"}
	require.Equal(t, "ok", js[string](x, fmt.Sprintf(`document.querySelector("%s").dataset.ended`, cell)))
	text := func() string {
		return js[string](x, fmt.Sprintf(`document.querySelector("%s .out .text").innerText`, cell))
	}
	ran := func(before, want string) {
		t.Helper()
		x.until(fmt.Sprintf(`document.querySelector("%s").dataset.ended && document.querySelector("%s .out .text")?.innerText !== %q`, cell, cell, before))
		require.Contains(t, text(), want)
	}
	js[chromedp.Void](x, fmt.Sprintf(`window.held = document.querySelector(%q)`, f.at))
	whole := text()
	require.Equal(t, 2, strings.Count(whole, "n1 n2 n3 n4 n5 n6 n7 n8"), whole)

	// A majority attack.
	js[chromedp.Void](x, f.find(".node-part:nth-child(5)")+`.dispatchEvent(new MouseEvent("click", {bubbles: true}))`)
	x.until(f.find(".about") + `.innerText.startsWith("n5: height ")`)
	f.press("n5 mines in secret")
	ran(whole, "the deepest reorganisation took back 9 blocks, at n")
	require.True(t, js[bool](x, `held.isConnected`), "the picture stays")
	require.Equal(t, "true", js[string](x, f.find(`.gifts button[aria-pressed="true"]`)+".ariaPressed"))
	require.Equal(t, "n5 mines in secret", f.text(".changed"))
	attack := text()
	js[chromedp.Void](x, fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "center"})`, f.at))
	x.until(f.find(".told") + `.dataset.tips === "2"`)
	x.until(fmt.Sprintf(`document.querySelectorAll("%s .forks .c2").length > 1`, f.at))
	x.shot("living-attack")
	f.slide("Time", 230_000)
	require.Equal(t, 1, js[int](x, fmt.Sprintf(`document.querySelectorAll("%s .network .node.c2").length`, f.at)), "the attacker alone is on its branch")
	y := js[[]int](x, fmt.Sprintf(`[...new Set([...document.querySelectorAll("%s .forks .c2")].map(e => Number(e.getAttribute("y"))))]`, f.at))
	require.Len(t, y, 1, "a branch keeps its lane")
	f.slide("Time", 290_000)
	require.Equal(t, 8, js[int](x, fmt.Sprintf(`document.querySelectorAll("%s .network .node.c2").length`, f.at)), "everyone has gone over")

	f.press("Set back")
	ran(attack, whole[:20])
	require.Equal(t, whole, text(), "as it was")

	// A liar gets nowhere.
	f.focus(".node-part:nth-child(4)")
	x.keys(kb.Enter)
	f.press("n4 lies")
	ran(whole, " refused\n")
	require.NotContains(t, text()[strings.Index(text(), "after 300"):], " 0 refused")
	f.press("Set back")
	x.until(fmt.Sprintf(`document.querySelector("%s .out .text")?.innerText === %q`, cell, whole))

	// Links are cut by keys.
	for _, link := range []string{"n1 and n8", "n1 and n5", "n3 and n7", "n4 and n5"} {
		f.focus(fmt.Sprintf(".link-part[aria-label='link of %s']", link))
		x.keys(" ")
		x.until(f.find(fmt.Sprintf(".link-part[aria-label='link of %s']", link)) + `.getAttribute("aria-checked") === "false"`)
	}
	x.until(fmt.Sprintf(`document.querySelector("%s .out .text")?.innerText.includes("took back 8 blocks")`, cell))
	require.Equal(t, "link of n4 and n5", js[string](x, `document.activeElement.ariaLabel`), "the link keeps the focus")
	f.looks("living")

	// What was changed is still changed after a reload.
	x.until(keptNow)
	x.visit(b, "lesson6")
	x.until(fmt.Sprintf(`document.querySelectorAll("%s .link-part.cut").length === 4`, f.at))
}
