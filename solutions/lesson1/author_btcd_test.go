package main

import (
	"testing"

	"nodebook/checker/needs"
	"nodebook/fixtures/btcd"

	"github.com/stretchr/testify/require"
)

// A real node answers on its own network, and hangs up on another one's magic.
func TestRun_btcd(t *testing.T) {
	node, err := btcd.Start(t.Context(), needs.Btcd(t), btcd.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer node.Stop()
	code, out, errs := lesson1("-network", "regtest", "-peer", node.Addr())
	require.Equal(t, 0, code, errs)
	require.Contains(t, out, "to "+node.Addr()+": version")
	require.Contains(t, out, "verack")
	require.Contains(t, out, "regtest")

	code, _, errs = lesson1("-peer", node.Addr())
	require.Equal(t, 1, code)
	require.Contains(t, errs, "hint: a node hangs up on the magic of another network, and ours is mainnet's: try -network (mainnet, testnet3, ")
}
