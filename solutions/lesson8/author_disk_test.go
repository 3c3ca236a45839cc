package main

import (
	"os"
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

// A file whose writes are gathered reads as if they were not, and after Sync it has them.
func TestGathered(t *testing.T) {
	d := draw.From(t)
	f, err := os.OpenFile(filepath.Join(t.TempDir(), "blocks.dat"), os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	g := &gathered{File: f}
	var want []byte
	for range 300 {
		switch n := d.IntN(100); {
		case n < 85: // at the end, as always
			b := d.Bytes([]int{d.IntN(2_000), d.IntN(2_000), d.Between(gather-1, gather+1), d.IntN(3 * gather)}[d.IntN(4)])
			n, err := g.WriteAt(b, int64(len(want)))
			require.NoError(t, err)
			require.Equal(t, len(b), n)
			want = append(want, b...)
		case n < 88 && len(want) > 0: // elsewhere
			from := d.IntN(len(want))
			b := d.Bytes(d.IntN(len(want)-from) + 1)
			_, err := g.WriteAt(b, int64(from))
			require.NoError(t, err)
			copy(want[from:], b)
		case n < 92 && len(want) > 0:
			from := d.IntN(len(want))
			b := make([]byte, d.IntN(len(want)-from)+1)
			_, err := g.ReadAt(b, int64(from))
			require.NoError(t, err)
			require.Equal(t, want[from:from+len(b)], b)
		case n < 94:
			want = want[:d.IntN(len(want)+1)]
			require.NoError(t, g.Truncate(int64(len(want))))
		default:
			require.NoError(t, g.Sync())
			got, err := os.ReadFile(f.Name())
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		}
	}
	require.NoError(t, g.Sync())
	_, err = g.WriteAt([]byte{1}, int64(len(want)))
	require.NoError(t, err, "it waits")
	require.NoError(t, f.Close())
	require.ErrorIs(t, g.Sync(), os.ErrClosed)
	_, err = g.WriteAt(make([]byte, gather), int64(len(want)+1))
	require.ErrorIs(t, err, os.ErrClosed, "a byte waits that cannot be written")
}
