package rules_test

import (
	"maps"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/rules"
)

func TestDisconnect_bad(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	b := unsealed(coinbase(d, 50*coin), pays(d, points(s.old, s.two), 50*coin, 7*coin))
	try := expect.Tried(t, "Connect(c, b, 120, p, run), where a payment spends two coins")
	undo, err := rules.Connect(s.coins, b, 120, plain, accepts)
	try.NoError(err)
	after := maps.Clone(s.coins)
	for _, tt := range []struct {
		name   string
		undo   rules.Undo
		change func(c rules.MemCoins)
		why    string
	}{
		{"undo has a coin too few", undo[:min(1, len(undo))], func(c rules.MemCoins) {}, "there is a coin to put back for each input"},
		{"undo has a coin too many", append(slices.Clone(undo), rules.UTXO{}), func(c rules.MemCoins) {}, "there is a coin to put back for each input"},
		{"a coin that the block made is gone", undo, func(c rules.MemCoins) { delete(c, output(b.Txs[1], 1)) }, "a block whose coins are spent is not the last one"},
		{"a coin that the block made has another value", undo, func(c rules.MemCoins) {
			u := c[output(b.Txs[1], 0)]
			u.Out.Value++
			c[output(b.Txs[1], 0)] = u
		}, "a coin with another value is not the one that the block made"},
		{"a coin that the block made has another height", undo, func(c rules.MemCoins) {
			u := c[output(b.Txs[0], 0)]
			u.Height++
			c[output(b.Txs[0], 0)] = u
		}, "a coin of another block is not the one that this block made"},
		{"a coin that the block's payment made has another height", undo, func(c rules.MemCoins) {
			u := c[output(b.Txs[1], 1)]
			u.Height--
			c[output(b.Txs[1], 1)] = u
		}, "a coin of another block is not the one that this block made"},
		{"a coin that the block made has another script", undo, func(c rules.MemCoins) {
			u := c[output(b.Txs[1], 0)]
			u.Out.Script = append(slices.Clone(u.Out.Script), 1)
			c[output(b.Txs[1], 0)] = u
		}, "a coin with another script is not the one that the block made"},
		{"a coin of the block's payment is said to be a coinbase's", undo, func(c rules.MemCoins) {
			u := c[output(b.Txs[1], 0)]
			u.Coinbase = true
			c[output(b.Txs[1], 0)] = u
		}, "a coinbase's coin is the first transaction's: this one is not what the block made"},
		{"a coin of the block's coinbase is said to be a payment's", undo, func(c rules.MemCoins) {
			u := c[output(b.Txs[0], 0)]
			u.Coinbase = false
			c[output(b.Txs[0], 0)] = u
		}, "the first transaction's coins are a coinbase's: this one is not what the block made"},
	} {
		c := maps.Clone(after)
		tt.change(c)
		try := expect.Tried(t, "Disconnect(c, b, 120, undo), where %s", tt.name).Why("%s", tt.why)
		try.ErrorIs(rules.Disconnect(c, b, 120, tt.undo), rules.ErrUndo, "ErrUndo")
	}
}

// No script is the same as one of no bytes: a coin that was on a disk comes back with
// the latter.
func TestDisconnect_noScript(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	reward := coinbase(d, 50*coin)
	reward.Out[0].Script = nil
	b := unsealed(reward)
	try := expect.Tried(t, "Connect(c, b, 120, p, run), where the coinbase's output has no script")
	undo, err := rules.Connect(s.coins, b, 120, plain, accepts)
	try.NoError(err)
	u := s.coins[output(reward, 0)]
	u.Out.Script = []byte{}
	s.coins[output(reward, 0)] = u
	try = expect.Tried(t, "Disconnect(c, b, 120, undo), where the script of a coin is nil in the block, and empty but not nil in c")
	try.Why("both have no bytes: compare scripts with bytes.Equal, since reflect.DeepEqual tells nil from empty")
	try.NoError(rules.Disconnect(s.coins, b, 120, undo))
}
