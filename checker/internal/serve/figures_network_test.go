package serve_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nodebook/solutions/lesson5/chain"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A leaf lights up what proves it, and its change changes every label up to the root.
func TestFigure_merkle(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson5").figure("merkle")
	tree := func() (tr *chain.Tree) {
		tr = &chain.Tree{}
		for i := range 5 {
			tr.Insert(chain.HashOf([]byte{byte(i)}))
		}
		return tr
	}()
	short := func(l chain.Label) string { return fmt.Sprintf("%x %x", l[:1], l[1:3]) }
	boxes := `[...document.querySelectorAll("figure[data-picture=merkle] svg .mono")].map(e => e.textContent)`
	f.until(boxes + `.every(s => s.length === 7)`)
	labels := js[[]string](f.browser, boxes)
	require.Len(t, labels, 10)
	for _, n := range []*chain.Tree{tree, tree.Left, tree.Right, tree.Left.Left, tree.Left.Right, tree.Right.Left, tree.Left.Left.Left} {
		require.Contains(t, labels, short(n.Label), "the labels are the lesson's")
	}
	lit := func(class string) string {
		return js[string](f.browser, fmt.Sprintf(`[...document.querySelectorAll("figure[data-picture=merkle] svg .%s + .mono")].map(e => e.textContent).sort().join()`, class))
	}
	sorted := func(all ...chain.Label) string {
		var out []string
		for _, l := range all {
			out = append(out, short(l))
		}
		slices.Sort(out)
		return strings.Join(out, ",")
	}

	f.focus(".leaf")
	f.keys(kb.ArrowRight, kb.ArrowRight)
	f.says("Leaf 3: 3 labels prove it, leaf 4 " + short(tree.Left.Right.Right.Label))
	require.Equal(t, sorted(tree.Left.Right.Right.Label, tree.Left.Left.Label, tree.Right.Label), lit("b2"))
	require.Equal(t, sorted(tree.Left.Right.Left.Label, tree.Left.Right.Label, tree.Left.Label, tree.Label), lit("b1"))
	x, y := f.middle(".leaf:nth-child(5)")
	f.do(chromedp.MouseClickXY(x, y))
	f.says("Leaf 5: 1 label proves it, the label above leaves 1 to 4 " + short(tree.Left.Label))
	require.Equal(t, sorted(tree.Left.Label), lit("b2"))
	require.Equal(t, "true", js[string](f.browser, `document.activeElement.getAttribute("aria-checked")`))

	f.keys(kb.Home)
	f.says("Leaf 1: 3 labels prove it")
	f.press("Alter the leaf")
	altered := &chain.Tree{}
	for i := range 5 {
		altered.Insert(chain.HashOf([][]byte{{0, 1}, {1}, {2}, {3}, {4}}[i]))
	}
	f.says("Leaf 1 is altered. 3 labels above it changed: the label above leaves 1 and 2 is now " + short(altered.Left.Left.Label))
	f.says("the root is now " + short(altered.Label) + ". The other 6 labels stay.")
	require.Equal(t, 4, js[int](f.browser, `[...document.querySelectorAll("figure[data-picture=merkle] svg .changed")].filter(e => e.textContent === "≠").length`))
	f.looks("merkle")
	f.press("Set back")
	f.says("so is the root: " + short(tree.Label))
	require.Equal(t, labels, js[[]string](f.browser, boxes))
}

// More workers, less waiting, down to a bound. The times are those of the still picture.
func TestFigure_lanes(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson4").figure("lanes")
	pictures, err := b.repo.Book.Pictures()
	require.NoError(t, err)
	still := string(pictures["lesson4/pictures/lanes.svg"])
	steps := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 200, 300, 500, 700, 1000}
	for _, n := range []int{3, 10, 60} {
		f.slide("Workers", slices.Index(steps, n))
		f.says(fmt.Sprintf("%d workers take ", n))
		title := f.text("svg > text.bold")
		require.Regexp(t, fmt.Sprintf(`^%d workers: \d+\.\d s$`, n), title)
		has(t, still, ">"+title+"<")
		lanes := map[int]int{3: 3, 10: 10, 60: 55}[n] // a peer that refuses takes no time, so its worker asks the next one
		require.Equal(t, lanes, js[int](f.browser, `new Set([...document.querySelectorAll("figure[data-picture=lanes] .peer")].map(e => e.getAttribute("y"))).size`))
		f.whole(n, "workers")
	}
	f.says("The slowest peer is the bound: more workers do not help.")
	f.focus("input[type=range]")
	f.keys(kb.End)
	f.says("1,000 workers take 1.0 s, where one takes 23.5 s.")
	f.says("940 workers have nothing to do: there are only 60 peers.")
	f.keys(kb.Home)
	f.says("1 worker takes 23.5 s.")
	require.Equal(t, "1", js[string](f.browser, `document.activeElement.getAttribute("aria-valuetext")`))
	f.whole("one worker")
	f.focus(".peer")
	f.keys(kb.ArrowRight, kb.ArrowRight)
	f.says("Peer 3, worker 1: from 264 to 1,264 ms, no answer")
	f.slide("Workers", slices.Index(steps, 20))
	f.looks("lanes")
}

// Below half of the work depth helps; above, never.
func TestFigure_attack(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson6").figure("attack")
	require.Equal(t, "10% of the work, 6 blocks: 0.024%", f.text("svg > text.bold")) // of the paper: P=0.0002428
	f.focus("input[aria-label=Depth]")
	f.keys(kb.ArrowLeft)
	f.says("With 10% of the work, an attacker overtakes 5 blocks with a chance of 0.091%. For less than 0.1% wait for 5 blocks.") // P=0.0009137
	dot := js[float64](f.browser, f.find("circle")+".cy.baseVal.value")
	f.slide("Attacker's share", 30)
	f.says("For less than 0.1% wait for 24 blocks.") // as the paper says
	require.Less(t, js[float64](f.browser, f.find("circle")+".cy.baseVal.value"), dot, "a larger share has a better chance")
	f.slide("Depth", 50)
	f.whole("0 of 50")
	f.slide("Attacker's share", 50)
	f.says("overtakes 50 blocks with a chance of 100%. From half of the work on, depth never helps.")
	f.slide("Attacker's share", 0)
	f.says("a chance of 0%.")
	f.slide("Attacker's share", 40)
	f.looks("attack")
}

// A timeline has a lane for each worker; Ctrl and the wheel zoom, the wheel alone scrolls.
func TestTimeline(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.look(1280, "light")
	x.runCell(1, `var spans []show.Span
for i := range 3000 {
	s := time.Duration(i/3) * 10 * time.Millisecond // three workers, one peer after the other
	spans = append(spans, show.Span{Label: fmt.Sprint("peer ", i), Start: s, End: s + 10*time.Millisecond, Kind: []string{"answered", "no answer"}[i%2]})
}
show.Timeline("Asking 3,000 peers", spans...)`, "ok")
	f := &touched{x, "#cell-1 figure.timeline"}
	x.until(`document.querySelector("#cell-1 canvas")?.height > 50`)
	js[chromedp.Void](x, `document.querySelector("#cell-1 canvas").scrollIntoView({block: "center"})`)
	require.Contains(t, js[string](x, f.find("canvas")+".ariaLabel"), "3,000 bars in 3 lanes, 10,000 ms.")
	mx, my := f.middle("canvas")
	wheel := func(deltaY float64, held ...chromedp.Modifier) {
		x.do(chromedp.MouseEvent("mouseWheel", mx, my, chromedp.ButtonModifiers(held...), func(p *input.DispatchMouseEventParams) { p.DeltaX, p.DeltaY = 0.01, deltaY }))
	}
	before := js[float64](x, `scrollY`)
	wheel(60)
	x.until(fmt.Sprintf(`scrollY > %v`, before))
	require.NotContains(t, f.text(".told"), "From", "the wheel alone does not zoom")
	mx, my = f.middle("canvas")
	before = js[float64](x, `scrollY`)
	wheel(-60, chromedp.ModifierCtrl)
	f.says("From 1,000 ms to 9,000 ms")
	require.Equal(t, before, js[float64](x, `scrollY`))
	f.press("Zoom out")
	f.says("All of it: 10,000 ms")
	for range 8 {
		f.press("Zoom in")
	}
	f.says("From 4,980 ms to 5,020 ms")
	mx, my = f.middle("canvas")
	x.do(chromedp.MouseEvent("mouseMoved", mx+20, my))
	f.says("5,000 ms to 5,010 ms ")
	require.Contains(t, f.text(".told"), "in lane 3")
	f.focus("canvas")
	x.keys(kb.ArrowRight)
	f.says("From 4,988 ms to 5,027 ms")
	x.keys("0", kb.ArrowDown, kb.ArrowDown)
	f.says("peer 1: 0 ms to 10 ms no answer, in lane 2")
	require.Equal(t, "cell-1", x.here(), "the page keeps its keys to itself")
	dir := x.downloads()
	f.press("Save as SVG")
	svg := x.saved(dir, "asking-3-000-peers.svg")
	alone(t, svg)
	require.Equal(t, 3001, strings.Count(svg, "<rect"))
	x.shot("timeline")
	x.axeIn("#cell-1", "a timeline")
}

// A peer that stalls loses its blocks to the others, as the still picture says.
func TestFigure_window(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson8").figure("window")
	pictures, err := b.repo.Book.Pictures()
	require.NoError(t, err)
	said := regexp.MustCompile(`(\d+) have been passed on, (\d+) are here .* Peer 1 owes (\d+)`).FindStringSubmatch(string(pictures["lesson8/pictures/window.svg"]))
	require.NotNil(t, said)

	for range 5 {
		f.press("Step")
	}
	f.press("Slow peer 1")
	f.says("Peer 1 sends nothing from now on.")
	waiting := func() bool { return strings.Contains(f.text(".told"), "peer 2, peer 3 and peer 4 wait.") }
	for range 40 {
		if waiting() {
			break
		}
		f.press("Step")
	}
	f.says(fmt.Sprintf("%s blocks passed on, %s here and waiting, ", said[1], said[2]))
	require.Contains(t, f.text("svg"), fmt.Sprintf("peer 1, slow, owes %s, the first missing block among them", said[3]))
	f.whole("a stall")
	for range 20 {
		if strings.Contains(f.text(".told"), "dropped") {
			break
		}
		f.press("Step")
	}
	f.says(fmt.Sprintf("Peer 1 has kept the others waiting for 2 seconds: it is dropped, and its %s blocks can be asked of others.", said[3]))
	require.Contains(t, f.text("svg"), "peer 1 was dropped")
	f.looks("window")
	f.press("Step")
	require.Contains(t, f.text(".told"), "blocks passed on")

	// It plays to its end by itself; who wants no motion steps.
	f.press("Start again")
	f.press("Play")
	f.until(`document.querySelector("figure[data-picture=window] svg text").textContent.match(/^[1-9]/)`)
	f.press("Pause")
	f.says("passed on")
	f.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}))
	f.press("Start again")
	f.press("Play")
	require.Equal(t, "0 of 60 blocks passed on, 0.5 s", f.text("svg text"))
	require.Equal(t, "Play", js[string](f.browser, f.find(".bar button")+".innerText"))
	for range 80 {
		if strings.Contains(f.text(".told"), "All 60 blocks are here") {
			break
		}
		f.press("Play")
	}
	f.says("All 60 blocks are here, after ")
}

// The order of four steps decides whether two additions count twice.
func TestFigure_race(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson4").figure("race")
	require.Contains(t, f.text("svg"), "Each has added 1 to 7, and the count is 8.")
	f.focus("[data-at='1']")
	f.keys(kb.ArrowDown)
	f.says("A reads 7, A writes 8, B reads 8, B writes 9: the count is 9, and both additions count.")
	require.Equal(t, "3: B reads 8", js[string](f.browser, `document.activeElement.ariaLabel`), "the step keeps the focus")
	require.Contains(t, f.text("svg"), "the count is 9.")
	f.keys(kb.ArrowDown)
	f.says("B reads before it writes: these two cannot change places.")
	f.press("Set back")
	f.says("A reads 7, B reads 7, A writes 8, B writes 8: the count is 8, and one addition is lost.")

	// The last step, by mouse, one place up.
	x, y := f.middle("[data-at='3']")
	up := y - js[float64](f.browser, f.find("svg")+".getBoundingClientRect().width")*46/420
	f.do(chromedp.MouseEvent("mousePressed", x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		chromedp.MouseEvent("mouseMoved", x, up, chromedp.ButtonLeft), chromedp.MouseEvent("mouseReleased", x, up, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	f.says("A reads 7, B reads 7, B writes 8, A writes 8: the count is 8")
	f.press("Move up")
	f.says("B reads before it writes")
	f.looks("race")
}

// Every node hears of a block as long as a way is left, whichever link is cut.
func TestFigure_gossip(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson6").figure("gossip")
	pictures, err := b.repo.Book.Pictures()
	require.NoError(t, err)
	still := string(pictures["lesson6/pictures/gossip.svg"])
	said := regexp.MustCompile(`After \d+ steps and \d+ messages all`).FindString(still)
	require.NotEmpty(t, said)
	hops := func() []string {
		return js[[]string](f.browser, `[...document.querySelectorAll("figure[data-picture=gossip] .node-part text")].map(e => e.textContent)`)
	}
	var want []string
	for _, m := range regexp.MustCompile(`class="mid bold">(\d)<`).FindAllStringSubmatch(still, -1) {
		want = append(want, m[1])
	}
	require.Equal(t, want, hops(), "the steps of the still picture")

	f.focus(".node-part")
	f.keys(kb.ArrowRight)
	f.says("Node 2 has the block after 1 step.")
	f.keys(kb.Enter)
	f.says("Node 2 finds the block.")
	require.Equal(t, "0", hops()[1])
	f.press("Set back")
	f.says("Node 1 finds the block. " + said)

	f.focus(".link-part")
	f.keys(" ")
	f.says("Cut: nodes 1 and 2. After ")
	require.Equal(t, "3", hops()[1], "a longer way is left")
	f.keys(kb.ArrowRight, " ")
	f.says("The block never reaches node 2, node 3, node 4, node 5, node 6, node 7 and node 8")
	require.Equal(t, []string{"0", "–", "–", "–", "–", "–", "–", "–"}, hops())
	require.Equal(t, "false", js[string](f.browser, `document.activeElement.getAttribute("aria-checked")`))
	f.keys(" ")
	f.says("Joined: nodes 1 and 3.")
	for i := range 8 {
		x, y := f.middle(fmt.Sprintf(".node-part:nth-child(%d) circle", i+1))
		f.do(chromedp.MouseClickXY(x, y))
		f.says(fmt.Sprintf("Node %d finds the block.", i+1))
		f.whole("node", i+1)
	}
	f.press("Set back")
	x, y := f.middle(".link-part:nth-child(5) .reach")
	f.do(chromedp.MouseClickXY(x, y))
	f.says("Cut: nodes 2 and 5.")
	f.looks("gossip")
}
