package serve_test

import (
	"fmt"
	"testing"

	"nodebook/checker/internal/workbook"

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

// A learner who has not passed anything yet reads first what a node is.
func TestHome(t *testing.T) {
	b := open(t)
	res := b.request("GET", "/", "", nil)
	require.Equal(t, 303, res.StatusCode)
	require.Regexp(t, "/prologue$", res.Header.Get("Location"))
}
