package serve_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/internal/edit"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// axeSays runs axe on what a selector finds, and lists what is wrong there.
const axeSays = `axe.run(%q, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).slice(0, 4).join(" | ")).join("\n"))`

// axe has axe-core look at the page as it is; what says which page that is.
func (x *browser) axe(what ...any) {
	x.t.Helper()
	x.axeIn("html", what...)
}

// axeIn has axe-core look at a part of the page. A whole page takes seconds, so a test that
// changes one cell has only that cell looked at; TestRunAll has whole pages.
func (x *browser) axeIn(selector string, what ...any) {
	x.t.Helper()
	if !js[bool](x, `!!window.axe`) {
		axe, err := os.ReadFile("testdata/axe.min.js")
		require.NoError(x.t, err)
		js[chromedp.Void](x, string(axe))
	}
	require.Equal(x.t, "", js[string](x, fmt.Sprintf(axeSays, selector)), fmt.Sprint(what...))
}

// Three widths, light and dark: pictures for whoever looks, and axe for the rest.
func TestPage_looks(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	for _, width := range []int64{390, 820, 1440} {
		for _, theme := range []string{"light", "dark"} {
			name := fmt.Sprintf("lesson1-%d-%s", width, theme)
			x.look(width, theme)
			js[chromedp.Void](x, `document.querySelector("#exercise-Ping").scrollIntoView({block: "center"})`)
			x.until(`document.querySelector("#exercise-Ping .cm-editor")`)
			x.shot(name)
			js[chromedp.Void](x, `scrollTo(0, 0)`)
			x.shot(name + "-top")
			if width != 820 { // the widest and the narrowest have all that axe could find
				x.axe(name)
			}
			require.LessOrEqual(t, js[int64](x, `document.documentElement.scrollWidth`), width, "nothing sticks out at %s", name)
		}
		js[any](x, `document.querySelector("#interrupt").disabled = false`)
		require.True(t, js[bool](x, `document.querySelector("#top").scrollWidth <= document.querySelector("#top").clientWidth`), "while something runs, all buttons have room at %d", width)
		js[any](x, `document.querySelector("#interrupt").disabled = true`)
	}
	require.Equal(t, "", js[string](x, elsewhere), "no other host is asked for anything")
}

// elsewhere lists what the page has loaded from other hosts.
const elsewhere = `performance.getEntriesByType("resource").map(e => e.name).filter(u => !u.startsWith("data:") && new URL(u).host !== location.host).join()`

// look sets the window's width and the user's theme.
func (x *browser) look(width int64, theme string) {
	x.t.Helper()
	x.lookAt(width, 900, theme)
}

func (x *browser) lookAt(width, height int64, theme string) {
	x.t.Helper()
	x.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 500})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
		return err
	}))
}

// From the first stub to all green, in the browser: every function is typed
// into its editor, saved and checked.
func TestLesson1_from_stubs_to_green(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("lesson1")
	l, err := b.repo.Book.Lesson("lesson1")
	require.NoError(t, err)
	for i, e := range l.Exercises {
		cell := "#exercise-" + e.Name
		js[chromedp.Void](x, fmt.Sprintf(`document.querySelector(%q).scrollIntoView()`, cell))
		x.until(fmt.Sprintf(`document.querySelectorAll(%q).length === %d`, cell+" .cm-editor", len(e.Funcs)))
		if i == 0 {
			x.click(cell + " .check")
			x.until(fmt.Sprintf(`document.querySelector(%q)?.dataset.verdict === "not implemented"`, cell))
			x.shot("first-check")
		}
		for k, f := range e.Funcs {
			src, err := os.ReadFile(filepath.Join(repoRoot(t), "solutions", f.File))
			require.NoError(t, err)
			text, err := edit.Text(f.File, src, f.Name)
			require.NoError(t, err)
			x.typeInto(cell, k, text[strings.Index(text, "func "):])
		}
		x.click(cell + " .check")
		x.until(fmt.Sprintf(`document.querySelector(%q)?.dataset.verdict === "pass"`, cell))
	}
	x.until(fmt.Sprintf(`document.querySelector("li.here .count").textContent === "%d/%d"`, len(l.Exercises), len(l.Exercises)))
	x.click("#exercise-Ping .solution")
	x.until(`document.querySelectorAll("#exercise-Ping .diff .minus").length === 2`) // the author's marks, which were pasted
	require.Empty(t, js[string](x, `document.querySelector("#exercise-Ping .diff .plus")?.innerText ?? ""`))
	x.shot("all-green")
}

// typeInto replaces the text of a cell's editor: all is selected, and the text
// pasted.
func (x *browser) typeInto(cell string, index int, text string) {
	x.t.Helper()
	at := fmt.Sprintf("document.querySelectorAll(%q)[%d]", cell+" .cm-content", index)
	js[chromedp.Void](x, at+".focus()")
	x.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(ctrl)))
	js[chromedp.Void](x, fmt.Sprintf(`(() => {
		const data = new DataTransfer();
		data.setData("text/plain", %q);
		%s.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	})()`, text, at))
}
