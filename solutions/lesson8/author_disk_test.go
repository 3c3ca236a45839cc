package main

import (
	"path/filepath"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/coins"

	"github.com/stretchr/testify/require"
)

// Coins that are read one after another have the digest of the whole set, also those of
// a transaction with that many outputs that the order of keys is not that of indexes.
func TestBolt_tally(t *testing.T) {
	d := draw.From(t)
	set := rules.MemCoins{}
	for range 20 {
		id := block.Hash(d.Bytes(32))
		for range d.Between(1, 5) {
			set[block.OutPoint{TxID: id, Index: uint32(d.IntN(70_000))}] = rules.UTXO{
				Out: block.Out{Value: int64(d.IntN(1_000)), Script: d.Bytes(d.IntN(30))}, Height: d.IntN(1_000), Coinbase: d.IntN(2) == 0,
			}
		}
	}
	b, err := openBolt(filepath.Join(t.TempDir(), "coins.db"))
	require.NoError(t, err)
	defer b.close()
	empty, err := b.tally()
	require.NoError(t, err)
	require.Equal(t, tally{digest: rules.MemCoins{}.Digest()}, empty)

	puts := []coins.Pair{{Key: coins.TipKey, Value: d.Bytes(32)}}
	for p, u := range set {
		puts = append(puts, coins.Pair{Key: coins.Key(p), Value: coins.AppendCoin(nil, u)})
	}
	require.NoError(t, b.Update(puts, nil))
	all, err := b.tally()
	require.NoError(t, err)
	require.Equal(t, tally{len(set), set.Total(), set.Digest()}, all)

	require.NoError(t, b.Update([]coins.Pair{{Key: puts[1].Key, Value: []byte{1}}}, nil))
	_, err = b.tally()
	require.ErrorIs(t, err, coins.ErrCoin)
}
