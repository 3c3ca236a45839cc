package cell

import (
	"os"
	"testing"

	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"

	"github.com/stretchr/testify/require"
)

// Every cell that the project ships runs, and the output on its page is what it
// prints.
func TestOutputs(t *testing.T) {
	needs.Lot(t, 2)
	everyPage(t, nil)
}

// So it does without a Go toolchain.
func TestOutputs_without_go(t *testing.T) {
	needs.Lot(t, 3)
	t.Setenv("PATH", t.TempDir())
	everyPage(t, &Interpreter{Engine: &interpreter.Engine{}})
}

// everyPage runs the cells of every page, compiled if there is no interpreter,
// and compares what they print with their pages.
func everyPage(t *testing.T, in *Interpreter) {
	dir := root(t)
	book, err := workbook.New(os.DirFS(dir+"/solutions"), os.DirFS(dir+"/lessons"))
	require.NoError(t, err)
	for _, name := range needs.Some(t, book.Names(), 1, 3) {
		t.Run(name, func(t *testing.T) {
			l, err := book.Lesson(name)
			require.NoError(t, err)
			overlay, err := References(dir, book, l)
			require.NoError(t, err)
			r := &Runner{Root: dir, Overlay: overlay, Limits: DefaultLimits, Interpreter: in}
			got, err := r.outputs(t.Context(), book, l)
			require.NoError(t, err)
			n := 0
			for i, b := range l.Page.Blocks {
				if b.Kind != "cell" {
					continue
				}
				want := ""
				if i+1 < len(l.Page.Blocks) && l.Page.Blocks[i+1].Lang == "output" {
					want = l.Page.Blocks[i+1].Text
				}
				require.Equal(t, want, got[n], "lessons/%s/README.md:%d", name, b.Line)
				n++
			}
		})
	}
}
