package serve_test

import (
	"fmt"
	"os"
	"testing"

	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Every page has its pictures in the browser: they load, they have words for
// those who do not see them, and they stay inside the page. What is kept shows each page
// as its reader sees it first, and its first picture.
func TestPictures(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse(workbook.Prologue)
	pictures, err := b.repo.Book.Pictures()
	require.NoError(t, err)
	shown := 0
	for _, name := range append([]string{workbook.Prologue}, b.repo.Book.Names()...) {
		x.visit(b, name)
		x.until(`[...document.querySelectorAll("figure > img")].every(i => i.complete)`)
		x.shot("first-screen-" + name)
		require.Equal(t, "", js[string](x, `[...document.querySelectorAll("figure > img")].filter(i => i.naturalWidth === 0 || i.alt.length < 20 ||
			i.getBoundingClientRect().right > document.querySelector("#page").getBoundingClientRect().right).map(i => i.src).join(" ")`), name)
		js[chromedp.Void](x, `document.querySelector("figure").scrollIntoView({block: "center"})`)
		x.shot("picture-" + name)
		shown += js[int](x, `document.querySelectorAll("figure > img").length`)
	}
	require.Equal(t, len(pictures), shown, fmt.Sprint("every picture is on a page: ", len(pictures)))
}

// Nothing sticks out of any page, at three widths, light and dark. If NODEBOOK_ARTEFACTS says
// where, every page is kept from top to bottom, one window after the other, for whoever
// looks.
func TestPictures_pages(t *testing.T) {
	t.Parallel()
	b := open(t)
	x := b.browse("scratch")
	names := append(b.repo.Book.Names(), workbook.Prologue, "scratch")
	kept := os.Getenv("NODEBOOK_ARTEFACTS") != ""
	if !kept {
		names = needs.Some(t, names, 1, 3)
	}
	const tall = 1400
	for _, name := range names {
		x.visit(b, name)
		for _, width := range []int64{390, 820, 1440} {
			for _, theme := range []string{"light", "dark"} {
				x.lookAt(width, tall, theme)
				js[chromedp.Void](x, seen)
				require.Empty(t, js[string](x, sticksOut), "%s at %d", name, width)
				for i := 0; kept; i++ {
					end := js[bool](x, fmt.Sprintf(`(scrollTo(0, %d), new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(scrollY + innerHeight >= document.documentElement.scrollHeight - 1)))))`, i*(tall-60)))
					x.shot(fmt.Sprintf("page-%s-%d-%s-%02d", name, width, theme, i))
					if end {
						break
					}
				}
			}
		}
	}
}

// seen goes through the page once, so that all that waits to be seen is there.
const seen = `(async () => {
	for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
		scrollTo(0, y);
		await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
	}
	await Promise.all([...document.images].map((i) => i.decode().catch(() => {})));
	scrollTo(0, 0);
})()`

// sticksOut lists what is wider than the window and cannot be scrolled by itself.
const sticksOut = `(() => {
	if (document.documentElement.scrollWidth <= innerWidth) return "";
	const held = (e) => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (getComputedStyle(p).overflowX !== "visible") return true; return false; };
	return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !held(e)).map((e) => e.tagName + "." + e.className).slice(0, 5).join(" ") || "the page";
})()`

// A learner who has not passed anything yet reads first what a node is.
func TestHome(t *testing.T) {
	b := open(t)
	res := b.request("GET", "/", "", nil)
	require.Equal(t, 303, res.StatusCode)
	require.Regexp(t, "/prologue$", res.Header.Get("Location"))
}
