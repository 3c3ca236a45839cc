package script_test

import (
	"encoding/hex"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

// example is the transaction of the example "Native P2WPKH" of BIP 143.
func example(t *testing.T) block.Tx {
	point := func(id string, index uint32) block.OutPoint {
		return block.OutPoint{TxID: block.Hash(mustHex(t, id)), Index: index}
	}
	return block.Tx{Version: 1, LockTime: 17,
		In: []block.In{
			{Previous: point("fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f", 0), Sequence: 0xffffffee},
			{Previous: point("ef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a", 1), Sequence: 0xffffffff},
		},
		Out: []block.Out{
			{Value: 112_340_000, Script: mustHex(t, "76a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac")},
			{Value: 223_450_000, Script: mustHex(t, "76a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac")},
		},
	}
}

func TestWitnessHash_example(t *testing.T) {
	tx, code := example(t), mustHex(t, "76a9141d0f172a0ecb48aee1be1f2687d2963ae33f71a188ac")
	s := block.Spend{Tx: &tx, Index: 1, Spent: []block.Out{{}, {Value: 600_000_000}}}
	try := expect.Tried(t, "WitnessHash(s, code, 1), where s is the second input of the example for P2WPKH in BIP 143, of 6 BTC")
	got := script.WitnessHash(s, code, 1)
	try.Why("BIP 143 prints each part of this example; compare yours with it")
	want := mustHex(t, "c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670")
	try.Bytes("", got[:], want[:])
}

func mustHex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	expect.Broken(t, err)
	return b
}

// The same transaction, with another content.
func TestWitnessHash_again(t *testing.T) {
	d := draw.From(t)
	s := drawSpend(d, drawCode(d), 2, 2)
	code := drawCode(d)
	script.WitnessHash(s, code, 1)
	s.Tx.Out[0].Value++
	s.Tx.In[1].Previous.Index++
	s.Tx.In[0].Sequence++
	try := expect.Tried(t, "WitnessHash(s, code, 1), and again after an output, an outpoint and a sequence of s.Tx were changed")
	try.Why("the hash is that of the transaction as it is now: a pointer stays the same when the transaction changes")
	got, want := script.WitnessHash(s, code, 1), witnessOf(s, code, 1)
	try.Bytes("", got[:], want[:])
}

func TestWitnessHash_code(t *testing.T) {
	d := draw.From(t)
	for _, code := range [][]byte{nil, join([]byte{0x51, 0xab}, drawCode(d)), join(drawCode(d), []byte{0xab})} {
		s := drawSpend(d, drawCode(d), 2, 2)
		try := expect.Tried(t, "WitnessHash(s, code, 1), where code is %x", code)
		try.Why("the code is signed as it is: only the legacy hash leaves code separators (ab) out")
		got, want := script.WitnessHash(s, code, 1), witnessOf(s, code, 1)
		try.Bytes("", got[:], want[:])
	}
}

func TestWitnessHash(t *testing.T) {
	d := draw.From(t)
	for _, size := range [][2]int{{1, 1}, {3, 4}, {4, 1}, {2, 0}} {
		for _, tt := range []struct {
			typ uint32
			why string
		}{
			{0x01, "ALL: every part is hashed; each of the three lists twice, and all of it twice"},
			{0x02, "NONE: 32 zeros for the sequences and for the outputs"},
			{0x03, "SINGLE: 32 zeros for the sequences, and the hash of the input's own output, or 32 zeros if there is none"},
			{0x81, "ANYONECANPAY: 32 zeros for the outpoints and for the sequences"},
			{0x82, "NONE and ANYONECANPAY: 32 zeros for all three lists"},
			{0x83, "SINGLE and ANYONECANPAY: zeros for outpoints and sequences, and the own output's hash, or zeros if there is none"},
			{0x00, "a type other than NONE and SINGLE counts as ALL"},
			{0x42, "only the lowest five bits are compared with NONE and SINGLE"},
			{0x63, "only the lowest five bits are compared with NONE and SINGLE"},
			{d.Uint32()&^0x9f | 1, "the type has four bytes, little endian"},
		} {
			for i := range size[0] {
				s := drawSpend(d, drawCode(d), size[0], size[1])
				s.Index = i
				code := d.Bytes(d.Between(1, 300))
				try := expect.Tried(t, "WitnessHash(s, code, %#x), where s is input %d of %d, and the transaction has %s", tt.typ, i, size[0], expect.Count(size[1], "output"))
				try.Why("%s", tt.why)
				got, want := script.WitnessHash(s, code, tt.typ), witnessOf(s, code, tt.typ)
				try.Bytes("", got[:], want[:])
			}
		}
	}
}
