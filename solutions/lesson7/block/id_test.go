package block_test

import (
	"bytes"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

func TestTx_ID(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		tx := drawTx(d, d.Between(1, 3), d.Between(1, 3))
		b := bytesOf(tx, false)
		try := expect.Tried(t, "t.ID(), where t has no witness").Input(b, layoutOf(tx, false)...)
		try.Why("the id is SHA-256 applied twice to all bytes of the legacy format")
		got, want := tx.ID(), sha2(b)
		try.Bytes("", got[:], want[:])
	}
}

func TestTx_ID_segwit(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		tx := drawSegwit(d, d.Between(1, 3), d.Between(1, 3))
		b := bytesOf(tx, false)
		try := expect.Tried(t, "t.ID(), where t has a witness").Input(b, layoutOf(tx, false)...)
		try.Why("the id does not cover the witness, so that no one can change it by changing a signature; marker and flag belong to the witness")
		whole := bytesOf(tx, true)
		got, want := tx.ID(), sha2(b)
		try.Bytes("", got[:], want[:])
		try.Why("t is a copy, but its slices have the caller's memory: the witness is left out of the bytes, and not taken out of the inputs")
		try.True(bytes.Equal(bytesOf(tx, true), whole), "t has another witness afterwards", "t as it was")
	}
}

func TestTx_ID_real(t *testing.T) {
	tx, err := block.ReadTx(version.NewCursor(chain.Block(170)[block.HeaderSize+1+134:]))
	try := expect.Tried(t, "t.ID().String(), where t is the first payment, in block 170")
	try.NoError(err)
	try.Why("everyone knows the first payment by this name")
	try.Equal("", tx.ID().String(), "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16")
}

func TestTx_WitnessID(t *testing.T) {
	d := draw.From(t)
	for range 2 {
		tx := drawSegwit(d, d.Between(1, 3), d.Between(1, 3))
		b := bytesOf(tx, true)
		try := expect.Tried(t, "t.WitnessID(), where t has a witness").Input(b, layoutOf(tx, true)...)
		try.Why("this id covers all bytes of the segwit format")
		got, want := tx.WitnessID(), sha2(b)
		try.Bytes("", got[:], want[:])

		tx = drawTx(d, d.Between(1, 3), d.Between(1, 3))
		b = bytesOf(tx, false)
		try = expect.Tried(t, "t.WitnessID(), where t has no witness").Input(b, layoutOf(tx, false)...)
		try.Why("without a witness there is one format, and both ids are its hash")
		got, want = tx.WitnessID(), sha2(b)
		try.Bytes("", got[:], want[:])
	}
}
