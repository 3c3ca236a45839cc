package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"nodebook/checker/needs"
	"nodebook/fixtures/btcd"
	"nodebook/fixtures/chain/signed"

	"github.com/stretchr/testify/require"
)

// patience ends a test of which a part hangs.
const patience = 5 * time.Minute

// node starts a real node on regtest.
func node(t *testing.T) (*btcd.Node, context.Context) {
	t.Helper()
	program := needs.Btcd(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	n, err := btcd.Start(ctx, program, btcd.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { n.Stop() })
	return n, ctx
}

// synced runs the program against nodes on regtest, and wants it to end at their tip.
func synced(t *testing.T, ctx context.Context, n *btcd.Node, blocks int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(ctx, append([]string{"-network", "regtest", "-connect", n.Addr()}, args...), &out, &errs)
	require.Equal(t, 0, code, "%s%s\n%s", out.String(), errs.String(), n.Log())
	height, tip, err := n.Tip(ctx)
	require.NoError(t, err)
	slices.Reverse(tip[:])
	require.Contains(t, out.String(), fmt.Sprintf("tip       %d, %x\n", height, tip))
	require.Contains(t, out.String(), fmt.Sprintf("blocks    %d from ", blocks))
	return out.String()
}

// The reference syncs from a real node, goes on after it has mined more, and follows
// it over a reorganisation.
func TestRun_btcdMines(t *testing.T) {
	n, ctx := node(t)
	_, err := n.Mine(ctx, 120)
	require.NoError(t, err)
	data := t.TempDir()
	synced(t, ctx, n, 120, "-data", data)
	hashes, err := n.Mine(ctx, 5)
	require.NoError(t, err)
	synced(t, ctx, n, 5, "-data", data)

	require.NoError(t, n.Call(ctx, nil, "invalidateblock", hashes[2]))
	height, _, err := n.Tip(ctx)
	require.NoError(t, err)
	require.Equal(t, 122, height)
	_, err = n.Mine(ctx, 4)
	require.NoError(t, err)
	synced(t, ctx, n, 4, "-data", data)
}

// Signatures that a real node has accepted are accepted: old and new kinds.
func TestRun_btcdSigned(t *testing.T) {
	n, ctx := node(t)
	const blocks = 150
	// A real node answers getheaders only if its tip is young.
	m, err := signed.New(signed.Config{Seed: 5, PerBlock: 12, Start: uint32(time.Now().Add(-blocks * 11 * time.Minute).Unix())})
	require.NoError(t, err)
	for range blocks {
		require.NoError(t, n.Submit(ctx, m.Next()))
	}
	require.Greater(t, m.Signatures, 300)
	out := synced(t, ctx, n, blocks)
	require.Contains(t, out, fmt.Sprintf("checked   %d signatures\n", m.Signatures))
}
