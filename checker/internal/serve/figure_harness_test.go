package serve_test

import (
	"fmt"

	"github.com/chromedp/chromedp"
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
	require.True(f.t, js[bool](f.browser, fmt.Sprintf(`(() => { const e = %s; e.focus(); return document.activeElement === e; })()`, f.find(selector))), selector)
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
