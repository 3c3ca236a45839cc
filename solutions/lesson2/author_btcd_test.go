package main

import (
	"testing"

	"nodebook/checker/needs"
	"nodebook/fixtures/btcd"

	"github.com/stretchr/testify/require"
)

// A real node shakes hands on its own network, and hangs up on another one's magic.
func TestRun_btcd(t *testing.T) {
	node, err := btcd.Start(t.Context(), needs.Btcd(t), btcd.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer node.Stop()
	_, err = node.Mine(t.Context(), 3)
	require.NoError(t, err)
	code, out, errs := try(t, "-network", "regtest", "-peer", node.Addr())
	require.Equal(t, 0, code, errs)
	require.Contains(t, out, "btcd:0.24.2")

	code, _, errs = try(t, "-peer", node.Addr())
	require.Equal(t, 1, code)
	require.Contains(t, errs, "hint: a node hangs up on the magic of another network, and ours is mainnet's: try -network (mainnet, testnet3, ")
}
