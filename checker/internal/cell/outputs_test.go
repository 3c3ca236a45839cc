package cell

import (
	"context"
	"os"
	"testing"

	"nodebook/checker/internal/workbook"

	"github.com/stretchr/testify/require"
)

// Every cell that the project ships runs, and the output on its page is what it
// prints.
func TestOutputs(t *testing.T) {
	dir := root(t)
	book, err := workbook.New(os.DirFS(dir+"/solutions"), os.DirFS(dir+"/lessons"))
	require.NoError(t, err)
	for _, name := range book.Names() {
		t.Run(name, func(t *testing.T) {
			l, err := book.Lesson(name)
			require.NoError(t, err)
			got, err := Outputs(context.Background(), dir, book, l)
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
