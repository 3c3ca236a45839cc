package block_test

import (
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/chain/btcd"
	"nodebook/solutions/lesson7/block"

	"github.com/stretchr/testify/require"
)

func rootOf(b block.Block) (block.Hash, bool) {
	ids := make([]block.Hash, len(b.Txs))
	for i, t := range b.Txs {
		ids[i] = t.ID()
	}
	return block.MerkleRoot(ids)
}

// The real blocks are read and written byte for byte, and linked.
func TestReadBlock_chain(t *testing.T) {
	var previous block.Hash
	txs, outs := 0, 0
	for height, raw := range chain.All() {
		b, err := block.ReadBlock(raw)
		require.NoError(t, err)
		require.Equal(t, previous, b.Header.Previous)
		previous = b.Header.Hash()
		root, mutated := rootOf(b)
		require.Equal(t, b.Header.Merkle, root)
		require.False(t, mutated)
		require.Equal(t, raw, block.AppendBlock(nil, b, true), "block %d", height)
		txs += len(b.Txs)
		for _, t := range b.Txs {
			outs += len(t.Out)
		}
	}
	require.Equal(t, "00000000b3e750f37fdb42e1018799a9f44b546d393b130b369590a072430a1c", previous.String())
	require.Equal(t, 14_247, txs)
	require.Equal(t, 14_282, outs)
}

// Large blocks of 2018 and 2019: ids, merkle roots, both formats.
func TestReadBlock_large(t *testing.T) {
	for name, want := range map[string][3]int{ // transactions, with a witness, weight
		"wire/testdata/block-0000000000000000001602407ac49862a7bca9d00f7f402db20b7be2f5de59d2.blk": {3_315, 1_341, 3_993_106},
		"wire/testdata/block-00000000000000000021868c2cefc52a480d173c849412fe81c4e5ab806f94ab.blk": {230, 104, 3_993_333},
	} {
		raw, err := btcd.Read(name)
		require.NoError(t, err)
		b, err := block.ReadBlock(raw)
		require.NoError(t, err)
		require.Contains(t, name, b.Header.Hash().String())
		require.Len(t, b.Txs, want[0])
		segwit := 0
		for _, t := range b.Txs {
			if t.HasWitness() {
				segwit++
			}
		}
		require.Equal(t, want[1], segwit)
		require.Equal(t, raw, block.AppendBlock(nil, b, true))
		require.Equal(t, want[2], 3*len(block.AppendBlock(nil, b, false))+len(raw))
		root, mutated := rootOf(b)
		require.Equal(t, b.Header.Merkle, root)
		require.False(t, mutated)
	}
}

func BenchmarkReadBlock(b *testing.B) {
	for range b.N {
		for _, raw := range chain.All() {
			if _, err := block.ReadBlock(raw); err != nil {
				b.Fatal(err)
			}
		}
	}
}
