package serve_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

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
