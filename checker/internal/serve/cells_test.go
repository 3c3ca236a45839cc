package serve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/source"
	"nodebook/checker/needs"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// solve lays the references over the workbook's stubs, as a learner who is done.
func (b *book) solve(lessons ...string) {
	b.t.Helper()
	for _, name := range lessons {
		l, err := b.repo.Book.Lesson(name)
		require.NoError(b.t, err)
		tree, err := source.Build(b.root, b.repo.Book, l, source.All, nil)
		require.NoError(b.t, err)
		for file, src := range tree.Overlay {
			at := filepath.Join(b.root, file)
			switch {
			case strings.HasSuffix(file, "_test.go"):
			case src == nil:
				require.NoError(b.t, os.Remove(at))
			default:
				require.NoError(b.t, os.WriteFile(at, src, 0o644))
			}
		}
	}
}

func (x *browser) see(selector string) {
	x.t.Helper()
	// Again and again: an editor that was typed into scrolls back to its cursor.
	x.until(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"}); return e.querySelector(".cm-content"); })()`, selector))
}

// runCell types a cell's source, runs it with Shift-Enter and waits for its end.
func (x *browser) runCell(n int, source, ended string) string {
	x.t.Helper()
	cell := fmt.Sprintf("#cell-%d", n)
	x.begin(n, source)
	x.until(fmt.Sprintf(`!document.querySelector(%q).classList.contains("running") && document.querySelector(%q).dataset.ended === %q`, cell, cell, ended))
	return js[string](x, fmt.Sprintf(`document.querySelector(%q).innerText`, cell+" .out"))
}

func (x *browser) begin(n int, source string) {
	x.t.Helper()
	cell := fmt.Sprintf("#cell-%d", n)
	x.see(cell)
	x.typeInto(cell, 0, source)
	js[chromedp.Void](x, fmt.Sprintf(`delete document.querySelector(%q).dataset.ended`, cell))
	x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(ctrl)))
	x.until(fmt.Sprintf(`document.querySelector(%q).dataset.ended || document.querySelector(%q).classList.contains("running")`, cell, cell))
}

func TestCells(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.solve("lesson1")
	x := b.browse("lesson1")

	require.Equal(t, "1\n", x.runCell(1, "x := 1\nx", "ok"))
	require.Equal(t, "2\n", x.runCell(2, "x++\nx", "ok"), "state is carried from cell to cell")
	require.Equal(t, "In [2]", js[string](x, `document.querySelector("#cell-2 .prompt").innerText`))

	x.runCell(1, "x := 5\nx", "ok")
	require.True(t, js[bool](x, `document.querySelector("#cell-2").classList.contains("stale")`), "what stands on a changed cell is stale")
	require.Equal(t, "6\n", x.runCell(2, "x++\nx", "ok"))
	x.typeInto("#cell-2", 0, "x += 2\nx")
	x.until(`document.querySelector("#cell-2").classList.contains("stale") && document.querySelector("#cell-2 .note").innerText === "edited since it ran"`)
	x.typeInto("#cell-1", 0, "x := ")
	require.Equal(t, "7\n", x.runCell(2, "x += 2\nx", "ok"), "what stands above counts as it ran, not as it is being written")
	b.write("lessons/lesson1/framing/ping.go", b.read("lessons/lesson1/framing/ping.go")+"\n")
	x.until(`document.querySelector("#cell-1").classList.contains("stale") && document.querySelector("#cell-1 .note").innerText === "ping.go has changed since"`)
	require.NotEmpty(t, js[string](x, `document.querySelector("#cell-2 .cm-content .t-n")?.innerText ?? ""`), "Go is highlighted")

	x.begin(3, `fmt.Println("before"); for { }`)
	x.until(`document.querySelector("#cell-3 .out").innerText.includes("before")`)
	x.click("#interrupt")
	x.until(`document.querySelector("#cell-3").dataset.ended === "interrupted"`)

	out := x.runCell(3, "var m map[string]int\nm[\"a\"] = x", "failed")
	require.Contains(t, out, "line 2: panic: assignment to entry in nil map")
	require.Equal(t, "6\n", x.runCell(2, "x++\nx", "ok"), "a crash takes nothing along")
	out = x.runCell(3, "fmt.Println(y)", "failed")
	require.Contains(t, out, "line 1: undefined: y")
	require.True(t, js[bool](x, `!!document.querySelector("#cell-3 .cm-lintRange-error")`))
	x.shot("cells")
	x.axeIn("#cell-3", "a cell that failed")

	x.click("#restart")
	x.until(`document.querySelector("#cell-1 .prompt").innerText.replace(/\s/g, "") === "In[]"`)
	require.Contains(t, x.runCell(2, "x++\nx", "failed"), "undefined: x (cell 1 has not been run)")

	out = x.runCell(1, `show.Table([]string{"a"}, [][]string{{"1"}}); show.SVG("dot", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle r='4'/></svg>")
show.HTML("doc", "<h1 style='color:red'>framed</h1>"); show.Bars("bars", show.Bar{"v", 3})`, "ok")
	require.Contains(t, out, "bars")
	x.until(`document.querySelector("#cell-1 iframe")?.contentDocument?.querySelector("h1")?.innerText === "framed"`)
	x.until(`document.querySelector("#cell-1 img").naturalWidth === 9`)
	x.shot("rich")
	require.Empty(t, x.runCell(1, "_ = strings.ToUpper(`a`)", "ok"))
	require.Contains(t, js[string](x, `document.querySelector("#cell-1 .note").innerText`), ", no output")
	require.Contains(t, x.runCell(1, `for { fmt.Println(strings.Repeat("flood ", 1000)) }`, "failed"), "cut: no more than")
}

// What a cell has shown stays, dimmed, until its next run has something to show, and what lies
// below it stays in its place.
func TestCells_old_output(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.solve("lesson1")
	x := b.browse("lesson1")
	open := filepath.Join(t.TempDir(), "open")
	door := func() { require.NoError(t, os.WriteFile(open, nil, 0o644)) }
	source := fmt.Sprintf("for {\n\tif _, err := os.Stat(%q); err == nil {\n\t\tbreak\n\t}\n\ttime.Sleep(5 * time.Millisecond)\n}\n", open) + `for i := range 20 { fmt.Println("line", i) }`
	door()
	x.runCell(1, source, "ok")
	require.NoError(t, os.Remove(open))
	const below = `document.querySelector("#cell-1 .out").getBoundingClientRect().bottom - document.querySelector("#cell-1").getBoundingClientRect().top`
	was := js[float64](x, below)

	x.begin(1, source+" // again")
	x.until(`document.querySelector("#cell-1 .out.old")`)
	require.Contains(t, js[string](x, `document.querySelector("#cell-1 .out.old").innerText`), "line 19", "it waits for the door")
	js[chromedp.Void](x, `window.low = Infinity; new MutationObserver(() => { window.low = Math.min(window.low, `+below+`); }).observe(document.querySelector("#cell-1 .out"), {childList: true, subtree: true, characterData: true})`)
	door()
	x.until(`document.querySelector("#cell-1").dataset.ended === "ok" && !document.querySelector("#cell-1 .out").style.minHeight`)
	require.False(t, js[bool](x, `document.querySelector("#cell-1 .out").classList.contains("old")`))
	require.Contains(t, js[string](x, `document.querySelector("#cell-1 .out").innerText`), "line 19")
	require.InDelta(t, was, js[float64](x, `window.low`), 1, "nothing has jumped")
	require.InDelta(t, was, js[float64](x, below), 1)

	require.Empty(t, x.runCell(1, "_ = 1", "ok"), "a run without output leaves nothing of the one before")
	require.Contains(t, x.runCell(1, `println("x"); panic("now")`, "failed"), "now")
	require.NotContains(t, x.runCell(1, `fmt.Println("fine")`, "ok"), "now")
}

// What is printed is shown as a terminal shows it, and a cell that reads its input hears why
// there is none.
func TestCells_terminal(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	want := "100% of it\nred plain bold\nlast\n"
	require.Equal(t, want, x.runCell(1, `fmt.Print("first", "\r", "50%\r"); fmt.Print("1"); fmt.Print("00% of it\r\n\x1b[3"); fmt.Print("1mred\x1b[0m plain \x1b[1;34mbold\x1b[0m\n\x1b[2Knot\rlast\n")`, "ok"))
	look := func() {
		t.Helper()
		require.Equal(t, "red", js[string](x, `document.querySelector("#cell-1 .out .ink-1").innerText`))
		require.Equal(t, "bold", js[string](x, `document.querySelector("#cell-1 .out .bold.ink-4").innerText`))
	}
	look()
	x.axeIn("#cell-1", "colours")
	require.Contains(t, x.runCell(2, "var n int\n_, err := fmt.Scan(&n)\nerr", "ok"), "There is no input here")
	x.until(keptNow)
	x.visit(b, "lesson1")
	require.Equal(t, want, js[string](x, `document.querySelector("#cell-1 .out").innerText`))
	look()
}

const ctrl = 2 // the bit of the modifier key in the protocol

// Saving in an editor is seen in the browser; where both have changed a
// function, the learner is asked, and nothing is lost.
func TestExercise_edited_outside(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	const file = "lessons/lesson1/framing/ping.go"
	stub := b.read(file)
	x.see("#exercise-Ping")
	text := `document.querySelector("#exercise-Ping .cm-content").innerText`

	b.write(file, strings.Replace(stub, "return todo.Err", "return io.EOF // from the editor", 1))
	x.until(text + `.includes("from the editor")`)

	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n\treturn fmt.Errorf(\"from the browser\")\n}")
	b.write(file, "// a word above\n"+b.read(file))
	x.until(`document.querySelector("#exercise-Ping .where").innerText.includes(":14")`)
	x.do(chromedp.KeyEvent("s", chromedp.KeyModifiers(ctrl)))
	x.until(`document.querySelector("#exercise-Ping .note").innerText === "saved"`)
	require.Contains(t, b.read(file), "from the browser")
	require.Contains(t, b.read(file), "// a word above", "what changed elsewhere in the file stays")
	require.Contains(t, b.read(file), `"fmt"`, "what is used is imported")

	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n\treturn io.ErrShortWrite // mine\n}")
	b.write(file, strings.Replace(b.read(file), "from the browser", "theirs", 1))
	x.until(`document.querySelector("#exercise-Ping .conflict")?.innerText.includes("theirs")`)
	require.NotContains(t, b.read(file), "mine", "nothing is written before the learner has chosen")
	x.shot("conflict")
	x.axeIn("#exercise-Ping", "a conflict")
	x.click("#exercise-Ping .mine")
	x.until(`document.querySelector("#exercise-Ping .note").innerText === "saved"`)
	require.Contains(t, b.read(file), "mine")

	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n\treturn io.EOF // mine again\n}")
	b.write(file, strings.Replace(b.read(file), "// mine", "// theirs again", 1))
	x.until(`document.querySelector("#exercise-Ping .conflict")?.innerText.includes("theirs again")`)
	x.click("#exercise-Ping .theirs")
	x.until(text + `.includes("theirs again")`)
	require.Contains(t, b.read(file), "theirs again", "whoever takes the file's version writes nothing")
	require.NotContains(t, b.read(file), "mine again")

	// The lines are numbered as the file's are, also when what is above them moves.
	b.write(file, "// one\n// more\n"+b.read(file))
	x.until(`(() => {
		const first = [...document.querySelectorAll("#exercise-Ping .cm-lineNumbers .cm-gutterElement")].find(e => e.offsetHeight > 0);
		return document.querySelector("#exercise-Ping .where").innerText.endsWith(":" + first.innerText);
	})()`)
}

// Hints come one at a time, the newest open, and are remembered.
func TestExercise_hints(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.see("#exercise-Ping")
	for n := 1; n <= 3; n++ {
		require.Equal(t, []string{"Hint", "Hint 2 of 3", "Hint 3 of 3"}[n-1], js[string](x, `document.querySelector("#exercise-Ping .hint").innerText`))
		x.click("#exercise-Ping .hint")
		x.until(fmt.Sprintf(`document.querySelectorAll("#exercise-Ping .hints details").length === %d`, n))
		require.True(t, js[bool](x, fmt.Sprintf(`document.querySelectorAll("#exercise-Ping .hints details")[%d].open`, n-1)))
		require.Contains(t, b.read(".nodebook/progress"), fmt.Sprintf("hints    lesson1 Ping %d", n))
	}
	require.True(t, js[bool](x, `document.querySelector("#exercise-Ping .hint").hidden`), "there are no more")
	x.visit(b, "lesson1")
	x.see("#exercise-Ping")
	x.until(`document.querySelectorAll("#exercise-Ping .hints details").length === 3`)
}

// A check that does not end is interrupted as a cell is; that of a whole lesson
// says how it went.
func TestCheck_interrupted(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	x.see("#exercise-Ping")
	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n\tfor {\n\t}\n}")
	x.click("#exercise-Ping .check")
	x.until(`document.querySelector("#exercise-Ping").classList.contains("running") && !document.querySelector("#interrupt").disabled`)
	x.click("#interrupt")
	x.until(`!document.querySelector("#exercise-Ping").classList.contains("running") && document.querySelector("#exercise-Ping .note").innerText === "interrupted"`)
	x.until(`document.querySelector("#interrupt").disabled`)

	x.typeInto("#exercise-Ping", 0, "func Ping(conn io.ReadWriter) error {\n\treturn todo.Err\n}")
	x.click("#check-all")
	x.until(`document.querySelector("#said")?.innerText === "0 of 13 pass, next: Ping"`)
	x.axe("thirteen reports")
	require.Equal(t, 13, js[int](x, `document.querySelectorAll(".exercise[data-verdict='not implemented'] .result.open").length`))
	x.keys("j")
	x.until(`document.querySelector("#said").hidden`)
}

// Every cell of every page runs in the browser on finished lessons, and shows
// what its page says.
func TestRunAll(t *testing.T) {
	t.Parallel()
	needs.Lot(t, browserLots) // here, because each lesson's part asks for it as this test
	b := open(t)
	names := b.repo.Book.Names()
	b.solve(names...)
	x := b.chromium()
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			x := &browser{t: t, ctx: x.ctx}
			x.visit(b, name)
			pictures := `section.code:has(figure)`
			text := `Object.fromEntries([...document.querySelectorAll("section.code")].filter(e => !e.matches("` + pictures + `")).map(e => [e.id, [...e.querySelectorAll(".out pre")].map(p => p.textContent).join("")]))`
			want := js[map[string]string](x, text)
			n := js[int](x, `document.querySelectorAll("section.code").length`)
			x.click("#run-all")
			x.until(fmt.Sprintf(`[...document.querySelectorAll("section.code")].filter(e => e.dataset.ended === "ok").length === %d || document.querySelector(".problem, .cut")`, n))
			require.Equal(t, "", js[string](x, `[...document.querySelectorAll(".problem, .cut")].map(e => e.closest("section").id + ": " + e.innerText).join("\n")`))
			for cell, got := range js[map[string]string](x, text) {
				require.Equal(t, want[cell], got, cell)
			}
			t.Log(js[string](x, `[...document.querySelectorAll("section.code")].map(e => e.id + " " + e.querySelector(".note").innerText).join("; ")`))
			x.shot("run-" + name)
			for _, c := range []struct {
				width int64
				theme string
			}{{390, "dark"}, {1280, "light"}} {
				x.look(c.width, c.theme)
				x.axe(name, c)
				require.LessOrEqual(t, js[int64](x, `document.documentElement.scrollWidth`), c.width, "nothing sticks out at %d", c.width)
			}
			require.Equal(t, "", js[string](x, elsewhere), "no other host is asked for anything")
		})
	}
}

// The figures that the project holds itself to. NODEBOOK_RUNS says of how many runs.
func TestFigures(t *testing.T) {
	b := open(t)
	b.solve("lesson1", "lesson2", "lesson3")
	x := b.browse("lesson1")
	says := func(what string, all []float64, more ...any) {
		slices.Sort(all)
		t.Logf("%s: median %.0f ms of %d, at most %.0f ms %s", what, all[len(all)/2], len(all), all[len(all)-1], fmt.Sprint(more...))
	}
	for _, c := range []struct{ name, source string }{
		{"a small cell", "%d * 2"},
		{"a cell with a function of the lesson", "h := framing.Hash256([]byte{1})\n%d*2 + len(h) - 32"},
	} {
		var all []float64
		for i := range runs(8) {
			x.begin(1, fmt.Sprintf(c.source, i))
			x.until(fmt.Sprintf(`document.querySelector("#cell-1 .out").innerText === "%d\n"`, 2*i))
			all = append(all, js[float64](x, `Number(document.querySelector("#cell-1").dataset.first)`))
		}
		says(c.name+", Shift-Enter to output", all, js[string](x, `document.querySelector("#cell-1 .note").innerText`))
	}

	var lists, answers []float64
	for i := range runs(8) {
		x.typeInto("#cell-1", 0, fmt.Sprintf("n := %d\nstrings.Fie", i))
		js[chromedp.Void](x, listComes)
		x.do(chromedp.KeyEvent(" ", chromedp.KeyModifiers(ctrl)))
		lists = append(lists, js[float64](x, `listComes`))
		answers = append(answers, js[float64](x, `performance.getEntriesByType("resource").findLast(e => e.name.endsWith("/complete")).duration`))
		x.keys(kb.Escape)
		x.until(`!document.querySelector(".cm-tooltip-autocomplete")`)
	}
	says("completion, Ctrl-Space to list", lists)
	says("completion, the server's answer", answers)

	var first []float64
	for range max(1, runs(8)/4) {
		x.do(chromedp.Reload())
		x.ready("the page again")
		x.until(`performance.getEntriesByName("first-contentful-paint").length`)
		first = append(first, js[float64](x, `performance.getEntriesByName("first-contentful-paint")[0].startTime`))
	}
	says("first paint", first)

	for _, c := range []struct{ lesson, exercise string }{{"lesson1", "Ping"}, {"lesson2", "ReadBool"}, {"lesson3", "ReadJSON"}} {
		x.visit(b, c.lesson)
		cell := "#exercise-" + c.exercise
		x.see(cell)
		text := x.source(cell)
		var all []float64
		for i := range runs(8) {
			x.typeInto(cell, 0, strings.Replace(text, "{\n", fmt.Sprintf("{\n\t// run %d\n", i), 1))
			all = append(all, js[float64](x, fmt.Sprintf(reportComes, cell)))
			require.Equal(t, "pass", js[string](x, fmt.Sprintf(`document.querySelector(%q).dataset.verdict`, cell)))
		}
		says(c.lesson+" "+c.exercise+", edited, Check to report", all)
	}
}

// listComes is how long it takes from the next key until a list of completions is there.
const listComes = `void (performance.clearResourceTimings(), window.listComes = new Promise((resolve) => {
	let pressed = 0;
	addEventListener("keydown", (e) => { if (e.key === " ") pressed = performance.now(); }, {capture: true});
	new MutationObserver((_, o) => {
		if (!pressed || !document.querySelector(".cm-tooltip-autocomplete li")) return;
		o.disconnect();
		resolve(performance.now() - pressed);
	}).observe(document.body, {childList: true, subtree: true});
}))`

// reportComes is how long it takes from a press of Check until its report is there.
const reportComes = `new Promise((resolve) => {
	const e = document.querySelector(%q);
	e.querySelector(".report").replaceChildren();
	new MutationObserver((_, o) => {
		if (!e.querySelector(".report .result") || e.classList.contains("running")) return;
		o.disconnect();
		resolve(performance.now() - pressed);
	}).observe(e, {childList: true, subtree: true, attributes: true});
	const pressed = performance.now();
	e.querySelector(".check").click();
})`
