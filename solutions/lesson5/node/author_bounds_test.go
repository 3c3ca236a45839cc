package node_test

import (
	"testing"

	"nodebook/solutions/lesson5/node"

	"github.com/stretchr/testify/require"
)

// What a chain that is replaced gives back comes first, and the pool stays bounded.
func TestNode_HandleBlocks_bounds(t *testing.T) {
	n := node.New()
	a := minted(0, 1_000_000).Transaction
	require.NoError(t, n.HandleBlocks(grown(nil, 1, a)))
	for i := range node.MaxPool {
		take(t, n, minted(i, int64(1+i)))
	}
	last := n.Pool()[node.MaxPool-1].Hash()
	b, c := minted(1, 2_000_000).Transaction, minted(2, 2_000_000).Transaction
	require.NoError(t, n.HandleBlocks(grown(grown(nil, 1, b), 2, c)))
	pool := n.Pool()
	require.Len(t, pool, node.MaxPool)
	require.Equal(t, a.Hash(), pool[0].Hash())
	require.NotEqual(t, last, pool[node.MaxPool-1].Hash())
}
