package serve_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
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
			answers := b.answers(l)
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
					x.paste(answers[f.Name])
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

// answers are the texts with which the references answer, by function. What a reference
// has besides goes with the first function that needs it.
func (b *book) answers(l *workbook.Lesson) map[string]string {
	b.t.Helper()
	tree, err := source.Build(b.root, b.repo.Book, l, source.All, nil)
	require.NoError(b.t, err)
	out, helpers := map[string]string{}, map[string]string{}
	for file, src := range tree.Overlay {
		if src == nil || strings.HasSuffix(file, "_test.go") {
			continue
		}
		theirs := map[string]bool{}
		if stub, err := parser.ParseFile(token.NewFileSet(), filepath.Join(b.root, file), nil, parser.SkipObjectResolution); err == nil {
			for _, d := range stub.Decls {
				for _, name := range workbook.Declared(d) {
					theirs[name] = true
				}
			}
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
		require.NoError(b.t, err)
		for _, d := range f.Decls {
			names := workbook.Declared(d)
			if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT || len(names) == 0 {
				continue
			}
			text := string(src[fset.Position(d.Pos()).Offset:fset.Position(d.End()).Offset])
			if theirs[names[0]] {
				out[names[0]] = text
			} else {
				helpers[names[0]] = text
			}
		}
	}
	for _, e := range l.Exercises {
		for _, f := range e.Funcs {
			for again := true; again; {
				again = false
				for _, name := range slices.Sorted(maps.Keys(helpers)) {
					if strings.Contains(out[f.Name], name[strings.LastIndex(name, ".")+1:]) {
						out[f.Name] += "\n\n" + helpers[name]
						delete(helpers, name)
						again = true
					}
				}
			}
		}
	}
	return out
}
