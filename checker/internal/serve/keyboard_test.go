package serve_test

import (
	"fmt"
	"testing"

	"nodebook/checker/internal/synthetic/answers"
	"nodebook/checker/needs"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// Two lessons from their first stub to all green, by keyboard alone.
func TestKeys_lesson(t *testing.T) {
	for _, name := range []string{"lesson1", "lesson3"} {
		t.Run(name, func(t *testing.T) {
			needs.Lot(t, 2)
			t.Parallel()
			b := open(t)
			x := b.browse(name)
			l, err := b.repo.Book.Lesson(name)
			require.NoError(t, err)
			answer, err := answers.Of(b.root, b.repo.Book, l)
			require.NoError(t, err)
			for _, e := range l.Exercises {
				at := "exercise-" + e.Name
				for i := 0; x.here() != at; i++ {
					require.Less(t, i, 200, "j leads to %s", e.Name)
					x.keys("j")
				}
				x.until(fmt.Sprintf(`document.querySelector("#%s .cm-content")`, at))
				x.keys(kb.Enter)
				for i, f := range e.Funcs {
					if i > 0 {
						x.keys(kb.Escape, kb.Tab)
					}
					x.until(`document.activeElement.matches(".cm-content")`)
					x.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(ctrl)))
					x.paste(answer[f.Name])
				}
				x.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(ctrl)))
				x.until(fmt.Sprintf(`document.querySelector("#%s").dataset.verdict && !document.querySelector("#%s").classList.contains("running")`, at, at))
				require.Equal(t, "pass", js[string](x, fmt.Sprintf(`document.querySelector("#%s").dataset.verdict`, at)), js[string](x, fmt.Sprintf(`document.querySelector("#%s .report").innerText`, at)))
				x.keys(kb.Escape)
			}
			all := fmt.Sprintf("%d/%d", len(l.Exercises), len(l.Exercises))
			x.until(fmt.Sprintf(`document.querySelector("#strip .count").textContent === %q`, all))
			x.shot("green-" + name)
		})
	}
}

// paste puts a text in at the cursor, as Ctrl-V does.
func (x *browser) paste(text string) {
	x.t.Helper()
	js[chromedp.Void](x, fmt.Sprintf(`(() => {
		const data = new DataTransfer();
		data.setData("text/plain", %q);
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	})()`, text))
}
