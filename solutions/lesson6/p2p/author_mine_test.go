package p2p_test

import (
	"context"
	"testing"
	"time"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// A node mines one block after another, and ends with its context.
func TestCore_mine(t *testing.T) {
	before := goleak.IgnoreCurrent()
	c := p2p.NewCore("miner", rules)
	c.Now = func() time.Time { return time.Unix(rules.Genesis+1, 0) }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.Emit = func(e p2p.Event) {
		if e.Kind == p2p.KindTip && e.Height == 5 {
			cancel()
		}
	}
	require.ErrorIs(t, p2p.NewNode(c).Mine(ctx, address(0), 1), context.Canceled)
	require.GreaterOrEqual(t, c.Index.Height(), 5)
	require.NoError(t, goleak.Find(before))
}

// A block to mine has a coinbase and as much of the pool as there is room for.
func TestCore_Template(t *testing.T) {
	w := watch(rules)
	for range chain.MaxTransactions + 2 {
		require.NoError(t, w.Mined(mined(w.Index, 0)))
	}
	for n := 1; n <= chain.MaxTransactions+2; n++ {
		pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{w.Index.At(n).Block.Transactions[0].Payment()}, address(1), 7)
		require.NoError(t, err)
		require.NoError(t, w.Submit(pay))
		b := w.Template(address(2))
		require.Len(t, b.Transactions, min(1+n, chain.MaxTransactions))
		require.NoError(t, rules.CheckCoinbase(b.Transactions[0], chain.MaxTransactions+3))
	}
}
