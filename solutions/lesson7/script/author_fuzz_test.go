package script_test

import (
	"bytes"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"

	"github.com/btcsuite/btcd/btcec/v2"
	"github.com/btcsuite/btcd/btcec/v2/ecdsa"
	"github.com/btcsuite/btcd/txscript"
	"github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// A signature in strict DER is one for btcd too, with the same numbers, unless a
// number is not in the order of the curve: btcd refuses that when it reads, Core
// and we when the signature is checked.
func FuzzReadSignature(f *testing.F) {
	d := draw.Named("FuzzReadSignature")
	for range 5 {
		f.Add(drawKey(d).signs(block.Hash(d.Bytes(32)), 1))
	}
	f.Add([]byte{0x30, 6, 2, 1, 0, 2, 1, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		script.ReadSignature(b, false) // it must not panic
		ours, err := script.ReadSignature(b, true)
		var theirs *ecdsa.Signature
		theirErr := error(script.ErrDER)
		if len(b) > 0 {
			theirs, theirErr = ecdsa.ParseDERSignature(b[:len(b)-1])
		}
		var r, s btcec.ModNScalar
		in := err == nil && r.SetBytes(&ours.R) == 0 && s.SetBytes(&ours.S) == 0 && !r.IsZero() && !s.IsZero()
		require.Equal(t, theirErr == nil, in, "ours %v, theirs %v", err, theirErr)
		if in {
			require.Equal(t, theirs.Serialize(), ecdsa.NewSignature(&r, &s).Serialize())
			require.Equal(t, b[len(b)-1], ours.Type)
		}
	})
}

// The legacy hash is btcd's, for every transaction, input, code and type.
func FuzzLegacyHash(f *testing.F) {
	b, err := block.ReadBlock(chain.Block(170))
	require.NoError(f, err)
	raw := block.AppendTx(nil, b.Txs[1], true)
	for _, typ := range []byte{1, 2, 3, 0x81, 0x82, 0x83, 0} {
		f.Add(raw, uint8(0), []byte{0x76, 0xab, 0x01, 0xab, 0xac}, typ)
	}
	f.Fuzz(func(t *testing.T, raw []byte, index uint8, code []byte, typ byte) {
		tx, err := block.ReadTx(version.NewCursor(raw))
		if err != nil || int(index) >= len(tx.In) {
			return
		}
		for rest := code; len(rest) > 0; {
			if _, rest, err = script.NextOp(rest); err != nil {
				return // not whole instructions
			}
		}
		var m wire.MsgTx
		require.NoError(t, m.Deserialize(bytes.NewReader(block.AppendTx(nil, tx, true))))
		want, err := txscript.CalcSignatureHash(code, txscript.SigHashType(typ), &m, int(index))
		require.NoError(t, err)
		require.EqualValues(t, want, script.LegacyHash(tx, int(index), code, uint32(typ)))
	})
}

// Two scripts, a witness and rules get btcd's verdict, or none.
func FuzzRun(f *testing.F) {
	d := draw.Named("FuzzRun")
	keys := drawKeys(d, 3)
	for range 30 {
		s := drawTemplate(d, keys)
		s = alone(s)
		f.Add(in(s).Script, s.Spent[0].Script, pack(in(s).Witness), byte(d.IntN(16)))
	}
	f.Add([]byte{0x51, 0x52}, []byte{0x76, 0x87, 0x88, 0xa9, 0xae}, []byte(nil), byte(0))
	f.Fuzz(func(t *testing.T, inputs, output, witness []byte, soft byte) {
		tx := &block.Tx{Version: 1, In: []block.In{{Script: inputs, Witness: unpack(witness)}}, Out: []block.Out{{Value: 1, Script: []byte{0x51}}}}
		s := block.Spend{Tx: tx, Spent: []block.Out{{Value: 2, Script: output}}}
		s.Soft = block.Soft{StrictDER: true, P2SH: soft&1 != 0, LockTimes: soft&2 != 0, Relative: soft&16 != 0}
		s.Soft.Segwit = s.Soft.P2SH && soft&4 != 0
		s.Soft.Taproot = s.Soft.Segwit && soft&8 != 0
		new(tally).add(t, "fuzzed", script.Run(s), theirRun(t, s, theirFlags(s.Soft)))
	})
}

// alone is a spend's input in a transaction of its own, which its signature does
// not sign: a seed only needs the form.
func alone(s block.Spend) block.Spend {
	return block.Spend{Tx: &block.Tx{In: []block.In{s.Tx.In[s.Index]}}, Spent: []block.Out{s.Spent[s.Index]}}
}

// pack writes the items of a witness, each after its length; unpack reads them.
func pack(items [][]byte) (b []byte) {
	for _, item := range items {
		b = append(append(b, byte(len(item))), item...)
	}
	return b
}

func unpack(b []byte) (items [][]byte) {
	for len(b) > 0 {
		n := min(int(b[0]), len(b)-1)
		items = append(items, b[1:1+n])
		b = b[1+n:]
	}
	return items
}
