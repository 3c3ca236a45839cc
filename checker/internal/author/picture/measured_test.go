package picture

import (
	"testing"

	"nodebook/docs"

	"github.com/stretchr/testify/require"
)

// What is drawn is what the tables have.
func TestFigure(t *testing.T) {
	const doc = "| flags | blocks | on a core |\n| --- | --- | --- |\n| `-window 3` | 14,131 | 0.25 s |\n"
	n, err := figure(doc, "`-window 3`", 2)
	require.NoError(t, err)
	require.Equal(t, 0.25, n)
	for _, tt := range []struct {
		cell   string
		column int
	}{{"`-window 4`", 2}, {"`-window 3`", 3}, {"flags", 1}} {
		_, err := figure(doc, tt.cell, tt.column)
		require.Error(t, err, tt.cell)
	}
	_, err = figure(docs.IBD, "`-swiftsync`", 2)
	require.NoError(t, err)
}
