package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"nodebook/checker/needs"
	"nodebook/fixtures/btcd"

	"github.com/stretchr/testify/require"
)

// Real nodes say who they are, in worker processes too, and are asked for
// addresses.
func TestRun_btcd(t *testing.T) {
	program := needs.Btcd(t)
	dir := t.TempDir()
	args := small(dir, "-network", "regtest", "-only", "pool,ways,gossip", "-timeout", "20s")
	var addrs []string
	for range 2 {
		node, err := btcd.Start(t.Context(), program, btcd.Options{Dir: t.TempDir()})
		require.NoError(t, err)
		defer node.Stop()
		args = append(args, "-peer", node.Addr())
		addrs = append(addrs, node.Addr())
	}
	var out, errs bytes.Buffer
	require.Equal(t, 0, run(t.Context(), args, &out, &errs), errs.String())
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	var r report
	require.NoError(t, json.Unmarshal(b, &r))
	require.Len(t, r.Peers, 2)
	for _, p := range r.Peers {
		require.Nil(t, p.Err)
		require.Contains(t, addrs, p.Address)
		require.Contains(t, p.Version.UserAgent, "btcd:0.24.2")
	}
	for _, way := range r.Ways {
		require.Equal(t, 2, way.Answered, way.Name)
	}

	// On mainnet's magic they hang up.
	out.Reset()
	args = small(t.TempDir(), "-only", "pool", "-timeout", "20s", "-peer", addrs[0])
	require.Equal(t, 1, run(t.Context(), args, &out, &errs))
	require.Contains(t, errs.String(), "ours is mainnet's: try -network (mainnet, testnet3, ")
}
