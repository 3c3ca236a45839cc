package serve_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// touched is a figure of a page that can be touched.
type touched struct {
	*browser
	at string // its selector
}

// figure is a page's figure, scrolled to.
func (x *browser) figure(name string) *touched {
	x.t.Helper()
	f := &touched{x, fmt.Sprintf("figure[data-picture=%s]", name)}
	x.until(fmt.Sprintf(`document.querySelector("%s.touch svg")`, f.at))
	js[chromedp.Void](x, fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "center"})`, f.at))
	return f
}

// find is JavaScript for an element of the figure.
func (f *touched) find(selector string) string {
	return fmt.Sprintf("document.querySelector(%q)", f.at+" "+selector)
}

func (f *touched) text(selector string) string {
	f.t.Helper()
	return js[string](f.browser, f.find(selector)+".textContent")
}

// says waits until the figure says a text aloud.
func (f *touched) says(want string) {
	f.t.Helper()
	f.until(fmt.Sprintf(`%s.textContent.includes(%q)`, f.find(".told[role=status]"), want))
}

// focus gives the focus to a part that has a place in the order of Tab.
func (f *touched) focus(selector string) {
	f.t.Helper()
	require.True(f.t, js[bool](f.browser, fmt.Sprintf(`(() => { const e = %s; e.focus(); return document.activeElement === e && e.tabIndex >= -1; })()`, f.find(selector))), selector)
}

// slide sets a slider, as a hand does.
func (f *touched) slide(label string, to int) {
	f.t.Helper()
	js[chromedp.Void](f.browser, fmt.Sprintf(`(() => { const e = %s; e.value = "%d"; e.dispatchEvent(new Event("input", {bubbles: true})); })()`, f.find(fmt.Sprintf("input[aria-label=%q]", label)), to))
}

// press presses one of the figure's buttons.
func (f *touched) press(name string) {
	f.t.Helper()
	require.True(f.t, js[bool](f.browser, fmt.Sprintf(`(() => { const b = [...document.querySelectorAll(%q)].find(e => e.innerText === %q || e.ariaLabel === %q); if (!b || b.disabled) return false; b.click(); return true; })()`, f.at+" button", name, name)), name)
}

// middle is where in the window a part of the figure is, once the page has come to rest.
func (f *touched) middle(selector string) (x, y float64) {
	f.t.Helper()
	at := js[[]float64](f.browser, fmt.Sprintf(`(async () => {
		const frame = () => new Promise(requestAnimationFrame);
		for (let was = NaN; ; ) {
			const e = %s;
			e.scrollIntoView({block: "center"});
			await frame();
			await frame();
			const r = e.getBoundingClientRect();
			if (r.y === was) return [r.x + r.width / 2, r.y + r.height / 2];
			was = r.y;
		}
	})()`, f.find(selector)))
	return at[0], at[1]
}

// cutOff lists what of a figure's drawing does not lie inside it.
const cutOff = `(() => {
	const all = [];
	for (const s of document.querySelectorAll("figure.touch > svg")) {
		const [, , w, h] = s.getAttribute("viewBox").split(" ").map(Number), frame = s.getBoundingClientRect(), unit = w / frame.width;
		const inside = (e) => { const r = e.getBoundingClientRect(); return {x: (r.x - frame.x) * unit, y: (r.y - frame.y) * unit, width: r.width * unit, height: r.height * unit}; };
		for (const e of s.querySelectorAll("text, rect")) {
			const b = inside(e);
			if (e.textContent + e.tagName === "text" || getComputedStyle(e).display === "none") continue;
			if (b.x < -.5 || b.y < -.5 || b.x + b.width > w + .5 || b.y + b.height > h + .5) all.push(s.parentElement.dataset.picture + " " + e.tagName + " " + e.textContent + " " + [b.x, b.y, b.x + b.width, b.y + b.height].map(Math.round));
		}
		const texts = [...s.querySelectorAll("text")].filter((e) => e.textContent && getComputedStyle(e).visibility === "visible");
		texts.forEach((e, i) => texts.slice(i + 1).forEach((o) => {
			const a = inside(e), b = inside(o);
			if (Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1 && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 5) all.push(s.parentElement.dataset.picture + ": " + e.textContent + " lies on " + o.textContent);
		}));
	}
	return all.join("\n");
})()`

// whole wants nothing of the page's figures to be cut off, or to lie on something else.
func (f *touched) whole(what ...any) {
	f.t.Helper()
	require.Empty(f.t, js[string](f.browser, cutOff), fmt.Sprint(what...))
}

// looks keeps pictures of the figure at three widths, light and dark, and has axe look at it.
func (f *touched) looks(name string) {
	f.t.Helper()
	for _, width := range []int64{390, 820, 1440} {
		for _, theme := range []string{"light", "dark"} {
			f.look(width, theme)
			js[chromedp.Void](f.browser, fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "center"})`, f.at))
			if width != 820 {
				f.shot(fmt.Sprintf("figure-%s-%d-%s", name, width, theme))
				f.axeIn(f.at, name, width, theme)
			}
			f.whole(name, width, theme)
			require.LessOrEqual(f.t, js[int64](f.browser, `document.documentElement.scrollWidth`), width, name)
		}
	}
	f.look(1280, "light")
}

// downloads has the browser save files into a folder of the test's own.
func (x *browser) downloads() string {
	x.t.Helper()
	dir := x.t.TempDir()
	x.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		info, err := cdp.Call(ctx, t, target.GetTargetInfo, target.GetTargetInfoParams{})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
			Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: info.TargetInfo.BrowserContextID, DownloadPath: dir})
		return err
	}))
	return dir
}

// saved waits for a file to be saved, and returns it.
func (x *browser) saved(dir, name string) string {
	x.t.Helper()
	file := filepath.Join(dir, name)
	require.Eventually(x.t, func() bool { // its name is taken before all of it is there
		info, err := os.Stat(file)
		all, _ := os.ReadDir(dir)
		return err == nil && info.Size() > 0 && len(all) == 1
	}, patience, 30*time.Millisecond, name)
	text, err := os.ReadFile(file)
	require.NoError(x.t, err)
	require.NoError(x.t, os.Remove(file))
	return string(text)
}

// alone wants an SVG to be one that needs nothing of the page.
func alone(t *testing.T, svg string) {
	t.Helper()
	for _, left := range []string{"var(--", "prefers-color-scheme", "light-dark", "color(srgb", "rgba("} {
		require.False(t, strings.Contains(svg, left), left)
	}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
	}
}

// has wants a text in a file that is too long to be shown.
func has(t *testing.T, file, want string) {
	t.Helper()
	require.True(t, strings.Contains(file, want), "%s is not in %.200s", want, file)
}

// Every picture can be saved, by keyboard, and looks alone as it does on the page.
func TestFigures_save(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.look(1280, "light")
	dir := x.downloads()
	require.Empty(t, js[string](x, `[...document.querySelectorAll("figure")].filter(f => f.querySelectorAll(".save button").length !== 2).map(f => f.dataset.picture).join()`), "every picture of the page has both")

	for _, p := range []struct{ page, name, words string }{ // one that is still, one that is drawn by the page
		{"prologue", "neighbours", "No node is in the middle"}, {"lesson1", "frame", ">checksum</text>"},
	} {
		x.visit(b, p.page)
		ground := map[string]uint32{}
		for theme, colour := range map[string]string{"light": "fcfbf8", "dark": "15171c"} {
			x.look(1280, theme)
			js[chromedp.Void](x, fmt.Sprintf(`document.querySelector("figure[data-picture=%s] .save button").focus()`, p.name))
			x.keys(kb.Enter)
			svg := x.saved(dir, p.page+"-"+p.name+".svg")
			alone(t, svg)
			has(t, svg, p.words)
			has(t, svg, colour)
			x.keys(kb.Tab, kb.Enter)
			img, err := png.Decode(strings.NewReader(x.saved(dir, p.page+"-"+p.name+".png")))
			require.NoError(t, err)
			require.GreaterOrEqual(t, img.Bounds().Dx(), 1120)
			colours := map[uint32]bool{}
			for i := range img.Bounds().Dx() * img.Bounds().Dy() / 7 {
				colours[at32(img, 7*i%img.Bounds().Dx(), 7*i/img.Bounds().Dx())] = true
			}
			require.Greater(t, len(colours), 4, "%s is drawn", p.name)
			ground[theme] = at32(img, 30, 60)
		}
		require.NotEqual(t, ground["light"], ground["dark"], p.name)
	}
	x.look(1280, "light")

	x.runCell(1, `show.Plot("Work done", show.Line{Label: "one", X: []float64{0, 1, 2}, Y: []float64{0, 10, 40}})
show.Bars("Versions", show.Bar{"70016", 8123})
show.SVG("Mine", "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'><rect width='20' height='20' fill='red'/></svg>")
image.NewGray(image.Rect(0, 0, 12, 7))`, "ok")
	for name, want := range map[string]string{"work-done.svg": "<polyline", "versions.svg": ">70016<", "mine.svg": "fill='red'"} {
		js[bool](x, fmt.Sprintf(`([...document.querySelectorAll("#cell-1 .save")].find(e => e.ariaLabel.toLowerCase().replace(" ", "-") === "save:-%s").querySelector("button").click(), true)`, strings.ReplaceAll(strings.TrimSuffix(name, ".svg"), "-", " ")))
		svg := x.saved(dir, name)
		alone(t, svg)
		has(t, svg, want)
	}
	require.Equal(t, "Save as PNG", js[string](x, `[...document.querySelectorAll("#cell-1 .save")].at(-1).innerText`), "pixels are no SVG")
	js[bool](x, `([...document.querySelectorAll("#cell-1 .save button")].at(-1).click(), true)`)
	img, err := png.Decode(strings.NewReader(x.saved(dir, "12-7-pixels.png")))
	require.NoError(t, err)
	require.Equal(t, image.Pt(12, 7), img.Bounds().Size())
	x.axeIn("#cell-1", "pictures with their buttons")
}

// at32 is a pixel in one number.
func at32(img image.Image, x, y int) uint32 {
	r, g, b, _ := img.At(x, y).RGBA()
	return r>>8<<16 | g>>8<<8 | b>>8
}

// A ping is taken apart: a byte that is changed breaks the check of its field, and says so.
func TestFigure_frame(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson1").figure("frame")
	shown := func() string {
		return js[string](f.browser, fmt.Sprintf(`[...document.querySelectorAll("%s .byte text")].map(e => e.textContent).join(" ")`, f.at))
	}
	ping := fmt.Sprintf("% x", wire.Load("message/ping").Bytes)
	require.Equal(t, ping, shown(), "the figure's message is the lesson's")
	require.Equal(t, 5, js[int](f.browser, fmt.Sprintf(`document.querySelectorAll("%s .checks .ok").length`, f.at)))
	broken := func(want string) {
		t.Helper()
		f.until(fmt.Sprintf(`[...document.querySelectorAll("%s .checks .broken")].map(e => e.dataset.field).join() === %q`, f.at, want))
	}

	f.focus(".byte")
	f.says("Byte 0 is f9, in decimal 249. It belongs to the magic")
	f.keys(kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
	f.says("Byte 5 is 69, in decimal 105, the letter i. It belongs to the command")
	f.keys("6", "f")
	broken("")
	f.says("Every check passes") // pong is a command too
	require.Contains(t, f.text(".checks [data-field=command]"), `"pong", then 8 zeros`)
	require.Equal(t, "6", js[string](f.browser, `document.activeElement.getAttribute("aria-label").match(/byte (\d+)/)[1]`), "the next byte is chosen")
	f.keys("0", "1")
	broken("command")
	f.says("Broken: command. The byte 01 is not printable ASCII (20 to 7e). ReadMessage returns ErrCommand.")
	require.Equal(t, 12, js[int](f.browser, fmt.Sprintf(`document.querySelectorAll("%s .byte .bx").length`, f.at)), "the field lights up")
	f.keys(kb.ArrowLeft, kb.Backspace)
	broken("")
	f.keys("0", "0")
	broken("command")
	f.says("67 comes after the first zero")
	f.whole("a broken command")

	f.keys(kb.Home, "0", "b", "1", "1", "0", "9", "0", "7")
	broken("magic,command")
	f.says("Broken: magic and command. 0b 11 09 07 is testnet3, and we read mainnet")
	f.press("Set back")
	broken("")
	require.Equal(t, ping, shown())
	require.True(t, js[bool](f.browser, `[...document.querySelectorAll("figure[data-picture=frame] button")].find(e => e.innerText === "Set back").disabled`))

	f.focus(".byte:nth-child(17)")
	f.keys("0", "9")
	broken("length")
	f.says("It says 9 bytes, but 8 follow: the reader waits for 1 more. ReadMessage returns io.ErrUnexpectedEOF")
	f.keys(kb.ArrowLeft, "0", "7")
	broken("length,checksum")
	f.says("the last is read as the next message. The header says 72 64 24 48, the payload gives")
	f.whole("a wrong length")
	f.keys("f", "f", "f", "f", "f", "f")
	broken("length")
	f.says("4,294,967,047 bytes are more than the 4,000,000 that a payload may have")
	f.whole("a length of 4 GiB")
	f.press("Set back")

	f.keys(kb.End)
	f.focus(".byte:nth-child(32)")
	f.press("Chosen byte +1")
	broken("checksum")
	f.says("Broken: checksum. The header says 72 64 24 48, the payload gives")
	f.says("ReadMessage returns ErrChecksum.")
	f.press("Chosen byte −1")
	broken("")

	f.focus(".byte")
	f.keys("r")
	f.says("A byte is two hex digits")
	x, y := f.middle(".byte:nth-child(22)")
	f.do(chromedp.MouseEvent("mouseMoved", x, y))
	f.says("Byte 21 is 64, in decimal 100. It belongs to the checksum")
	f.do(chromedp.MouseClickXY(x, y))
	f.keys("0")
	require.Equal(t, "0_", f.text(".byte:nth-child(22) text"), "half a byte")
	f.keys(kb.ArrowRight)
	require.Equal(t, ping, shown(), "half a byte is none")
	f.keys("e", "e")
	broken("checksum")
	f.looks("frame")
}

// The cuts between reads move, by keys and by hand, and the bytes keep their order.
func TestFigure_stream(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson1").figure("stream")
	f.says("Read 1 returns po, Read 2 returns ngver, Read 3 returns sion. Read 2 has the end of pong and the start of version.")
	f.focus(".cut-handle")
	f.keys(kb.ArrowRight, kb.ArrowRight)
	f.says("Read 1 returns pong, Read 2 returns ver, Read 3 returns sion. By chance, a read ends where pong ends. Together they are still pongversion.")
	require.Equal(t, "4", js[string](f.browser, `document.activeElement.getAttribute("aria-valuenow")`))
	f.keys(kb.End)
	f.says("Read 1 returns pongve, Read 2 returns r,")
	f.whole("at the last place")
	f.keys(kb.Home)
	f.says("Read 1 returns p, Read 2 returns ongver,")

	// The second cut, by mouse, to the end: one letter is left.
	x, y := f.middle(".cut-handle:nth-child(2) circle")
	f.do(chromedp.MouseEvent("mousePressed", x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	f.do(chromedp.MouseEvent("mouseMoved", x+30, y, chromedp.ButtonLeft), chromedp.MouseEvent("mouseMoved", x+600, y, chromedp.ButtonLeft))
	f.says("Read 2 returns ongversio, Read 3 returns n.")
	f.do(chromedp.MouseEvent("mouseReleased", x+600, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	f.do(chromedp.MouseEvent("mouseMoved", x, y))
	require.Contains(t, f.text(".told"), "Read 3 returns n.", "a cut that was let go stays")
	require.Equal(t, "3 reads: 1, 9 and 1 byte", f.text("svg > text:last-child"))

	for range 3 {
		f.press("One read more")
	}
	f.says("6 reads now.")
	require.Equal(t, "pongversion", js[string](f.browser, `document.querySelector("figure[data-picture=stream] .told").textContent.match(/returns \w+/g).map(s => s.slice(8)).join("")`))
	require.True(t, js[bool](f.browser, `[...document.querySelectorAll("figure[data-picture=stream] button")].find(b => b.innerText === "One read more").disabled`))
	f.whole("six reads")
	f.press("Set back")
	f.press("One read fewer")
	f.press("One read fewer")
	f.says("1 read now. Read 1 returns pongversion. Read 1 has the end of pong and the start of version.")
	f.press("Set back")
	f.focus(".cut-handle")
	f.looks("stream")
}

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

// Bits are promises that can be made and taken back.
func TestFigure_services(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson2").figure("services")
	require.Equal(t, "services 1,037, bit by bit", f.text("svg > text"))
	shown := func() string { return f.text("svg > text.mono") }
	require.Equal(t, "0d 04 00 00 00 00 00 00", shown())
	f.focus(".bit")
	f.says("Bit 0, NETWORK: set. Worth 1.")
	f.keys(" ")
	f.says("Cleared: bit 0, NETWORK. The peer no longer says that it serves the whole chain. The services are 1,036.")
	require.Equal(t, "0c 04 00 00 00 00 00 00", shown())
	require.Equal(t, "false", js[string](f.browser, `document.activeElement.getAttribute("aria-checked")`))
	f.keys(kb.ArrowDown, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, kb.Enter)
	f.says("Set: bit 11, P2P_V2.")
	require.Equal(t, "0c 0c 00 00 00 00 00 00", shown())
	f.keys(kb.End)
	f.says("Worth 9,223,372,036,854,775,808.")
	x, y := f.middle(".bit:nth-child(64)")
	f.do(chromedp.MouseClickXY(x, y))
	f.says("Set: bit 63, which has no name. The services are 9,223,372,036,854,778,892.")
	require.Equal(t, "0c 0c 00 00 00 00 00 80", shown())
	require.Contains(t, f.text("svg"), "1 without a name")
	js[any](f.browser, `[...document.querySelectorAll("figure[data-picture=services] .bit[aria-checked=false]")].forEach(e => e.dispatchEvent(new MouseEvent("click")))`)
	f.says("The services are 18,446,744,073,709,551,615.")
	f.looks("services")
	f.press("Set back")
	f.says("The services are 1,037:")
}

// A number is written in the shortest of four forms.
func TestFigure_compactsize(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson2").figure("compactsize")
	written := func() string {
		return js[string](f.browser, `[...document.querySelectorAll("figure[data-picture=compactsize] svg g text.mono")].map(e => e.textContent).join(" ")`)
	}
	require.Equal(t, "fc", written())
	require.Equal(t, "fd fc 00", f.text("svg > text.fx"), "the longer form, which is refused")
	f.press("Number +1")
	f.says("253 is written fd fd 00, in 3 bytes. The form has changed: it was 1 byte.")
	require.Equal(t, "fd fd 00", written())
	f.press("65,535")
	f.says("65,535 is written fd ff ff, in 3 bytes.")
	f.press("Number +1")
	f.says("65,536 is written fe 00 00 01 00, in 5 bytes.")
	f.press("2³² − 1")
	f.press("Number +1")
	f.says("4,294,967,296 is written ff 00 00 00 00 01 00 00 00, in 9 bytes.")
	f.focus("input[type=range]")
	f.keys(kb.End)
	f.says("18,446,744,073,709,551,615 is written ff ff ff ff ff ff ff ff ff, in 9 bytes.")
	require.True(t, js[bool](f.browser, f.find("button[aria-label='Number +1']")+".disabled"))
	for _, n := range []uint64{0, 1, 100, 252, 253, 1 << 16, 1 << 40, 1<<64 - 1} {
		at := 0
		if n > 0 {
			at = int(math.Round(20 * math.Log2(float64(n))))
		}
		f.slide("Number", at)
		m, err := strconv.ParseUint(strings.ReplaceAll(f.text("svg > text[y='100']"), ",", ""), 10, 64)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("% x", version.AppendCompactSize(nil, m)), written(), m)
	}
	f.looks("compactsize")
	f.keys(kb.Home)
	f.says("0 is written 00, in 1 byte.")
	require.True(t, js[bool](f.browser, f.find("button[aria-label='Number −1']")+".disabled"))
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

// A size and a number stand for a target, or for none.
func TestFigure_bits(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson6").figure("bits")
	shown := func() string { return f.text("svg > text.mono") }
	work := func() string { return f.text("svg > text.bold:not(.mono)") }
	for _, tt := range []struct{ size, upper, rest int }{{0x40, 0, 0xffff}, {0x3f, 0, 0xffff}, {0x3e, 0x0f, 0xffff}, {0x3e, 0, 0xffff}, {0x40, 0x7f, 0xffff}, {66, 0, 0xff}, {0x40, 0x80, 0}, {0x20, 0, 0}, {66, 1, 0}, {0, 0x7f, 0xffff}, {1, 1, 0}} {
		f.slide("Size", tt.size)
		f.slide("Number, upper byte", tt.upper)
		f.slide("Number, the other two", tt.rest)
		bits := uint32(tt.size<<24 | tt.upper<<16 | tt.rest)
		require.Equal(t, fmt.Sprintf("%02x %06x", tt.size, bits&0xffffff), shown())
		target, err := consensus.TargetOf(bits)
		if err != nil {
			require.Contains(t, f.text(".told"), fmt.Sprintf("%08x is no target: ", bits))
			require.Contains(t, f.text("svg"), "TargetOf returns ErrBits")
			continue
		}
		first := js[string](f.browser, `[...document.querySelectorAll("figure[data-picture=bits] svg g text.mono")].map(e => e.textContent).join(" ")`)
		require.Equal(t, fmt.Sprintf("% x", target[:8]), first, "%08x", bits)
		if w := consensus.Work(target); w.IsInt64() {
			require.Equal(t, w.String(), strings.ReplaceAll(work(), ",", ""), "%08x", bits)
		} else {
			require.Equal(t, fmt.Sprintf("about 2^%d", w.BitLen()-1), work(), "%08x", bits)
		}
		f.whole(bits)
	}
	f.slide("Size", 0x3f)
	f.slide("Number, the other two", 0xffff)
	f.slide("Number, upper byte", 0)
	f.says("3f00ffff: a size of 63 bytes and the number 00 ff ff. It takes 65,537 hashes on average.")
	f.focus("input[aria-label=Size]")
	f.keys(kb.ArrowLeft)
	f.says("It takes 16,777,472 hashes on average.")
	f.press("One bit harder")
	f.says("3e007fff:")
	f.looks("bits")
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

// Four bytes are two numbers; each byte counts by its place.
func TestFigure_places(t *testing.T) {
	t.Parallel()
	b := open(t)
	f := b.browse("lesson1").figure("places")
	numbers := func() []string {
		return js[[]string](f.browser, `[...document.querySelectorAll("figure[data-picture=places] svg > .bold")].map(e => e.textContent)`)
	}
	require.Equal(t, []string{"little endian: 92,837,365", "big endian: 4,120,217,605"}, numbers())
	f.focus("[role=spinbutton]")
	f.keys(kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
	f.says("Byte 3 is 05, which is 5. It counts 16,777,216 times as little endian, 1 times as big endian.")
	f.keys(kb.ArrowUp)
	f.says("Byte 3 is 06 now. As little endian they are 109,614,581, as big endian 4,120,217,606.")
	require.Equal(t, "6", js[string](f.browser, `document.activeElement.getAttribute("aria-valuenow")`))
	f.press("Set back")
	f.press("Reverse the bytes")
	f.says("The bytes are 05 88 95 f5 now")
	require.Equal(t, []string{"little endian: 4,120,217,605", "big endian: 92,837,365"}, numbers())
	f.keys(kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown)
	f.looks("places")
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
