package block_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"

	"github.com/btcsuite/btcd/blockchain"
	"github.com/btcsuite/btcd/btcutil"
	"github.com/btcsuite/btcd/chaincfg/chainhash"
	"github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// agreeTx compares our reading of a transaction with btcd's. Three differences are
// explained: btcd takes a segwit format without a witness, which Bitcoin Core
// refuses ("Superfluous witness record", primitives/transaction.h); btcd bounds
// counts and script sizes by constants, we by the bytes that are left, which both
// end in an error; and btcd reads a transaction without inputs and with flag 00.
func agreeTx(t *testing.T, b []byte) {
	t.Helper()
	c := version.NewCursor(b)
	ours, err := block.ReadTx(c)
	var theirs wire.MsgTx
	r := bytes.NewReader(b)
	theirErr := theirs.Deserialize(r)
	switch {
	case errors.Is(err, block.ErrSuperfluous):
		return
	case err != nil:
		require.Error(t, theirErr, "ours: %v, %x", err, b)
		return
	}
	require.NoError(t, theirErr, "%x", b)
	require.Equal(t, r.Len(), c.Len())
	require.Equal(t, b[:c.Offset()], block.AppendTx(nil, ours, true), "the round trip")
	require.EqualValues(t, theirs.TxHash(), ours.ID())
	require.EqualValues(t, theirs.WitnessHash(), ours.WitnessID())
	require.Equal(t, theirs.SerializeSizeStripped(), len(block.AppendTx(nil, ours, false)))
}

// agreeBlock compares our reading of a block with btcd's, which minds neither an
// empty block nor bytes after the end, and takes more than MaxSize bytes.
func agreeBlock(t *testing.T, b []byte) {
	t.Helper()
	ours, err := block.ReadBlock(b)
	var theirs wire.MsgBlock
	r := bytes.NewReader(b)
	theirErr := theirs.Deserialize(r)
	for _, stricter := range []error{block.ErrSuperfluous, block.ErrEmpty, block.ErrTrailing, block.ErrSize} {
		if errors.Is(err, stricter) {
			return
		}
	}
	if err != nil {
		require.Error(t, theirErr, "ours: %v", err)
		return
	}
	require.NoError(t, theirErr)
	require.Zero(t, r.Len())
	require.EqualValues(t, theirs.BlockHash(), ours.Header.Hash())
	require.Equal(t, b, block.AppendBlock(nil, ours, true))
	root, _ := rootOf(ours)
	require.EqualValues(t, blockchain.CalcMerkleRoot(btcutil.NewBlock(&theirs).Transactions(), false), root)
}

func TestReadTx_btcd(t *testing.T) {
	d := draw.From(t)
	for range 300 {
		tx, segwit := drawTx(d, d.Between(1, 4), d.Between(0, 4)), d.IntN(2) == 0
		if segwit {
			tx = drawSegwit(d, d.Between(1, 4), d.Between(0, 4))
		}
		b := bytesOf(tx, segwit)
		agreeTx(t, b)
		agreeTx(t, b[:d.IntN(len(b))])
		b[d.IntN(len(b))] ^= 1 << d.IntN(8)
		agreeTx(t, b)
	}
}

func TestReadBlock_btcd(t *testing.T) {
	d := draw.From(t)
	later, _ := chain.Later()
	for _, b := range [][]byte{chain.Block(0), chain.Block(170), chain.Block(2812), later} {
		agreeBlock(t, b)
		for range 40 {
			bad := bytes.Clone(b)
			bad[d.IntN(len(bad))] ^= 1 << d.IntN(8)
			agreeBlock(t, bad)
			agreeBlock(t, bad[:d.IntN(len(bad))])
		}
	}
}

func TestReadHeader_btcd(t *testing.T) {
	d := draw.From(t)
	for range 100 {
		b := d.Bytes(block.HeaderSize)
		h, err := block.ReadHeader(version.NewCursor(b))
		require.NoError(t, err)
		var theirs wire.BlockHeader
		require.NoError(t, theirs.Deserialize(bytes.NewReader(b)))
		require.EqualValues(t, theirs.BlockHash(), h.Hash())
		require.Equal(t, theirs.Bits, h.Bits)
		require.Equal(t, theirs.Version, h.Version)
		require.Equal(t, theirs.Timestamp.Unix(), int64(h.Time))
		require.Equal(t, theirs.BlockHash().String(), h.Hash().String())
	}
}

// Every cut of real transactions and blocks is an error, and a round trip of the
// whole is byte for byte.
func TestReadTx_everyCut(t *testing.T) {
	later, _ := chain.Later()
	b, err := block.ReadBlock(later)
	require.NoError(t, err)
	for _, tx := range b.Txs[:20] {
		raw := block.AppendTx(nil, tx, true)
		for n := range raw {
			_, err := block.ReadTx(version.NewCursor(raw[:n]))
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		}
	}
}

func TestParseHash(t *testing.T) {
	h := sha2([]byte("hash"))
	again, err := block.ParseHash(h.String())
	require.NoError(t, err)
	require.Equal(t, h, again)
	want, err := chainhash.NewHashFromStr(h.String())
	require.NoError(t, err)
	require.EqualValues(t, *want, h)
	for _, bad := range []string{"", "00", h.String() + "0", h.String()[1:] + "x"} {
		_, err := block.ParseHash(bad)
		require.Error(t, err)
	}
}

func seeds(f *testing.F) {
	f.Helper()
	d := draw.Named(f.Name())
	for range 10 {
		f.Add(bytesOf(drawTx(d, 1, 1), false))
		f.Add(bytesOf(drawSegwit(d, 2, 2), true))
	}
}

func FuzzReadTx(f *testing.F) {
	seeds(f)
	f.Fuzz(agreeTx)
}

func FuzzReadBlock(f *testing.F) {
	for _, height := range []int{0, 170, 546, 2812} {
		f.Add(chain.Block(height))
	}
	f.Fuzz(agreeBlock)
}

func FuzzReadHeader(f *testing.F) {
	f.Add(chain.Block(7)[:80])
	f.Fuzz(func(t *testing.T, b []byte) {
		c := version.NewCursor(b)
		h, err := block.ReadHeader(c)
		if err != nil {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.Less(t, len(b), block.HeaderSize)
			return
		}
		require.Equal(t, b[:block.HeaderSize], block.AppendHeader(nil, h))
	})
}

func FuzzMerkleRoot(f *testing.F) {
	f.Add([]byte("abcabc"), byte(3))
	f.Fuzz(func(t *testing.T, b []byte, of byte) {
		var ids []block.Hash
		for _, x := range b[:min(len(b), 64)] {
			ids = append(ids, block.Hash{x % (of%8 + 1)})
		}
		root, mutated := block.MerkleRoot(ids)
		if len(ids) == 0 {
			require.Zero(t, root)
			return
		}
		require.Equal(t, wantRoot(ids), root)
		// A list is mutated if another one, in which no pair is equal, has its root.
		distinct := map[block.Hash]bool{}
		for _, id := range ids {
			distinct[id] = true
		}
		if len(distinct) == len(ids) {
			require.False(t, mutated)
		}
	})
}
