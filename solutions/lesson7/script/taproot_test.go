package script_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

func hashesTaproot(t *testing.T, s block.Spend, typ byte, annex []byte, why string) {
	t.Helper()
	what := "no annex"
	if annex != nil {
		what = "an annex"
	}
	try := expect.Tried(t, "TaprootHash(s, %#02x), where s is input %d of %d with %s, and the transaction has %s", typ, s.Index, len(s.Tx.In), what, expect.Count(len(s.Tx.Out), "output"))
	try.Why("%s", why)
	got, err := script.TaprootHash(s, typ)
	try.NoError(err)
	want := taprootOf(s, typ, annex)
	try.Bytes("", got[:], want[:])
}

var taprootTypes = []struct {
	typ byte
	why string
}{
	{0x00, "default: all inputs and all outputs, and the type byte 00"},
	{0x01, "ALL: as the default, with another type byte"},
	{0x02, "NONE: the hash of the outputs is left out, not replaced by zeros; the sequences stay"},
	{0x03, "SINGLE: the hash of the own output comes last, and that of all outputs is left out"},
	{0x81, "ANYONECANPAY: the four lists of all inputs are left out, and the own input comes in place of its index"},
	{0x82, "NONE and ANYONECANPAY: neither the lists of the inputs nor the outputs"},
	{0x83, "SINGLE and ANYONECANPAY: the own input, and the own output"},
}

func TestTaprootHash(t *testing.T) {
	d := draw.From(t)
	for _, ins := range []int{1, 3} {
		for _, tt := range taprootTypes {
			s := drawSpend(d, join([]byte{0x51, 32}, d.Bytes(32)), ins, d.Between(ins, ins+2))
			in(s).Witness = [][]byte{d.Bytes(64)}
			hashesTaproot(t, s, tt.typ, nil, tt.why)
		}
	}
	s := drawSpend(d, d.Bytes(300), 2, 2)
	hashesTaproot(t, s, 0x00, nil, "each list is hashed once, of each script with its length as a CompactSize before it")
	hashesTaproot(t, s, 0x81, nil, "the script that is spent has its length as a CompactSize before it")
}

// The same transaction, with another content.
func TestTaprootHash_again(t *testing.T) {
	d := draw.From(t)
	s := drawSpend(d, join([]byte{0x51, 32}, d.Bytes(32)), 2, 2)
	_, err := script.TaprootHash(s, 0)
	try := expect.Tried(t, "TaprootHash(s, 0), and again after an output, an outpoint and a sequence of s.Tx, and a value that is spent, were changed")
	try.NoError(err)
	s.Tx.Out[0].Value++
	s.Tx.In[1].Previous.Index++
	s.Tx.In[0].Sequence++
	s.Spent[1].Value++
	got, err := script.TaprootHash(s, 0)
	try.NoError(err)
	try.Why("the hash is that of the transaction as it is now: a pointer stays the same when the transaction changes")
	want := taprootOf(s, 0, nil)
	try.Bytes("", got[:], want[:])
}

func TestTaprootHash_annex(t *testing.T) {
	d := draw.From(t)
	for _, tt := range taprootTypes {
		s := drawSpend(d, join([]byte{0x51, 32}, d.Bytes(32)), 2, 3)
		annex := join([]byte{0x50}, d.Bytes(d.Between(0, 300)))
		in(s).Witness = [][]byte{d.Bytes(64), annex}
		hashesTaproot(t, s, tt.typ, annex, "with an annex, a byte 01 says so, and the SHA-256 of its length and bytes follows the input")
		in(s).Witness = [][]byte{annex}
		hashesTaproot(t, s, tt.typ, nil, "one item is never an annex")
		in(s).Witness = [][]byte{annex, d.Bytes(64)}
		in(s).Witness[1][0] = 0x51
		hashesTaproot(t, s, tt.typ, nil, "only the last item can be the annex")
	}
}

func TestTaprootHash_bad(t *testing.T) {
	d := draw.From(t)
	for typ := range 256 {
		if typ <= 3 || typ >= 0x81 && typ <= 0x83 {
			continue
		}
		try := expect.Tried(t, "TaprootHash(s, %#02x)", typ)
		try.Why("seven types are defined; the others are left for later rules, and until then no signature is good that has one")
		_, err := script.TaprootHash(drawSpend(d, d.Bytes(34), 2, 2), byte(typ))
		try.ErrorIs(err, script.ErrType, "ErrType")
	}
	for _, typ := range []byte{0x03, 0x83} {
		for outs := range 3 {
			s := drawSpend(d, d.Bytes(34), 4, outs)
			s.Index = d.Between(outs, 3)
			try := expect.Tried(t, "TaprootHash(s, %#02x), where s is input %d, and the transaction has %s", typ, s.Index, expect.Count(outs, "output"))
			try.Why("BIP 341 left the mistake of the legacy hash behind: SINGLE without an output of that index is an error")
			_, err := script.TaprootHash(s, typ)
			try.ErrorIs(err, script.ErrNoOutput, "ErrNoOutput")
		}
	}
}
