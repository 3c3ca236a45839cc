package rules_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

func accepts(block.Spend) error { return nil }

// state is a set of coins for tests: from an old block, from a coinbase of a height,
// and one that is spent by nothing.
type state struct {
	coins    rules.MemCoins
	old, two block.OutPoint // worth 50 and 7 BTC
	reward   block.OutPoint // of a coinbase at height 100, worth 50 BTC
}

func drawState(d *draw.Source) state {
	s := state{coins: rules.MemCoins{}, old: drawPoint(d), two: drawPoint(d), reward: drawPoint(d)}
	s.coins[s.old] = rules.UTXO{Out: drawOut(d, 50*coin), Height: d.Between(1, 99)}
	s.coins[s.two] = rules.UTXO{Out: drawOut(d, 7*coin), Height: d.Between(1, 19), Coinbase: true}
	s.coins[s.reward] = rules.UTXO{Out: drawOut(d, 50*coin), Height: 100, Coinbase: true}
	for range 3 {
		s.coins[drawPoint(d)] = rules.UTXO{Out: drawOut(d, int64(d.Between(1, coin))), Height: d.Between(1, 99)}
	}
	return s
}

func idOf(t block.Tx) block.Hash { return sha2(block.AppendTx(nil, t, false)) }

func output(t block.Tx, i uint32) block.OutPoint { return block.OutPoint{TxID: idOf(t), Index: i} }

func unsealed(txs ...block.Tx) block.Block { return block.Block{Txs: txs} }

// ordered are the outpoints of coins in an order that is always the same.
func ordered(c rules.MemCoins) []block.OutPoint {
	return slices.SortedFunc(maps.Keys(c), func(a, b block.OutPoint) int {
		return cmp.Or(bytes.Compare(a.TxID[:], b.TxID[:]), cmp.Compare(a.Index, b.Index))
	})
}

// sameCoins wants a set of coins to be another, coin by coin.
func sameCoins(try *expect.Try, got, want rules.MemCoins) {
	for _, p := range ordered(want) {
		u := want[p]
		g, ok := got[p]
		if !ok {
			try.Fail(fmt.Sprintf("%s, without %s, %d", expect.Count(len(got), "coin"), p.TxID, p.Index), expect.Count(len(want), "coin")+", among them this one")
		}
		if g.Out.Value != u.Out.Value || !bytes.Equal(g.Out.Script, u.Out.Script) || g.Height != u.Height || g.Coinbase != u.Coinbase {
			try.Fail(fmt.Sprintf("%s, %d: %+v", p.TxID, p.Index, g), fmt.Sprintf("%s, %d: %+v", p.TxID, p.Index, u))
		}
	}
	for _, p := range ordered(got) {
		if _, ok := want[p]; !ok {
			try.Fail(fmt.Sprintf("%s, among them %s, %d", expect.Count(len(got), "coin"), p.TxID, p.Index), expect.Count(len(want), "coin")+", without this one")
		}
	}
}

// refuses wants Connect to refuse a block and to leave the coins as they were.
func refuses(t *testing.T, name string, s state, b block.Block, height int, p rules.Params, want error, is, why string) {
	t.Helper()
	was := maps.Clone(s.coins)
	try := expect.Tried(t, "Connect(c, b, %d, p, run), where %s", height, name).Why("%s", why)
	_, err := rules.Connect(s.coins, b, height, p, accepts)
	try.ErrorIs(err, want, is)
	try = expect.Tried(t, "Connect(c, b, %d, p, run), which is refused because %s, and then the coins", height, name)
	try.Why("a block that is refused has no effect: not even that of its transactions before the bad one")
	sameCoins(try, s.coins, was)
}

// connects wants Connect to accept a block and to make the coins those.
func connects(t *testing.T, name string, s state, b block.Block, height int, p rules.Params, want rules.MemCoins, why string) rules.Undo {
	t.Helper()
	try := expect.Tried(t, "Connect(c, b, %d, p, run), where %s", height, name).Why("%s", why)
	undo, err := rules.Connect(s.coins, b, height, p, accepts)
	try.NoError(err)
	try = expect.Tried(t, "Connect(c, b, %d, p, run), where %s, and then the coins", height, name).Why("%s", why)
	sameCoins(try, s.coins, want)
	return undo
}
