package script_test

import (
	"bytes"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

// hashesLegacy wants the hash of a drawn spend, and the transaction untouched.
func hashesLegacy(t *testing.T, s block.Spend, code, clean []byte, typ uint32, why string) {
	t.Helper()
	before, codeBefore := copyOf(*s.Tx), bytes.Clone(code)
	try := expect.Tried(t, "LegacyHash(t, %d, code, %#x), where t has %s and %s", s.Index, typ, expect.Count(len(s.Tx.In), "input"), expect.Count(len(s.Tx.Out), "output"))
	try.Input(code, expect.Field{Name: "code"})
	try.Why("%s", why)
	got, want := script.LegacyHash(*s.Tx, s.Index, code, typ), legacyOf(before, s.Index, clean, typ)
	try.Bytes("", got[:], want[:])
	try.Why("the hash is that of a changed copy; slices in t share their memory with the caller's")
	try.True(bytes.Equal(allOf(*s.Tx), allOf(before)), "another transaction in t afterwards", "t as it was")
	try.Why("code may be a part of the caller's script: the script without separators needs its own array")
	try.Bytes("code afterwards", code, codeBefore)
}

// copyOf is a copy of a transaction that shares nothing with it.
func copyOf(t block.Tx) block.Tx {
	t.In, t.Out = slices.Clone(t.In), slices.Clone(t.Out)
	for i := range t.In {
		t.In[i].Script = bytes.Clone(t.In[i].Script)
	}
	for i := range t.Out {
		t.Out[i].Script = bytes.Clone(t.Out[i].Script)
	}
	return t
}

// allOf is everything in a transaction.
func allOf(t block.Tx) []byte {
	b := join(le32(uint32(t.Version)), le32(t.LockTime))
	for _, in := range t.In {
		b = join(b, pointBytes(in.Previous), sized(in.Script), le32(in.Sequence))
	}
	for _, o := range t.Out {
		b = append(b, outBytes(o)...)
	}
	return b
}

func drawCode(d *draw.Source) []byte {
	return join([]byte{0x76, 0xa9, 20}, d.Bytes(20), []byte{0x88, 0xac})
}

func TestLegacyHash(t *testing.T) {
	d := draw.From(t)
	for _, size := range [][2]int{{1, 1}, {2, 2}, {4, 6}, {3, 0}} {
		for _, tt := range []struct {
			typ uint32
			why string
		}{
			{0x01, "ALL: every input and every output, with the code in place of the own script, empty scripts in the others, and the type in four bytes at the end"},
			{0x02, "NONE: no outputs, and the other inputs have the sequence 0"},
			{0x81, "ANYONECANPAY: the own input is the only one"},
			{0x82, "NONE and ANYONECANPAY: the own input alone, and no outputs"},
			{0x00, "a type other than NONE and SINGLE counts as ALL"},
			{0x45, "only the lowest five bits are compared with NONE and SINGLE; all four bytes are hashed"},
			{0x62, "only the lowest five bits are compared with NONE and SINGLE; all four bytes are hashed"},
			{d.Uint32()&^0x9f | 0x01, "the type has four bytes in the hash, little endian, although a signature has one"},
		} {
			code := drawCode(d)
			hashesLegacy(t, drawSpend(d, nil, size[0], size[1]), code, code, tt.typ, tt.why)
		}
	}
}

func TestLegacyHash_single(t *testing.T) {
	d := draw.From(t)
	for _, typ := range []uint32{0x03, 0x83, 0x43} {
		for i := range 4 {
			s := drawSpend(d, nil, 5, 5)
			in(s).Script = d.Bytes(3)
			s.Index = i
			code := drawCode(d)
			hashesLegacy(t, s, code, code, typ, "SINGLE: the outputs end with the one that has the input's index; those before it have the value -1 and no script, and the other inputs' sequences are 0")
		}
	}
}

func TestLegacyHash_bug(t *testing.T) {
	d := draw.From(t)
	for _, typ := range []uint32{0x03, 0x83, 0xe3, d.Uint32()&^0x1f | 3} {
		for outs := range 3 {
			s := drawSpend(d, nil, 4, outs)
			s.Index = d.Between(outs, 3)
			code := drawCode(d)
			hashesLegacy(t, s, code, code, typ, "SINGLE without an output of that index: the first program returned the number 1 as the hash instead of an error, a byte 01 and 31 zeros, and so must all others")
		}
	}
}

func TestLegacyHash_code(t *testing.T) {
	d := draw.From(t)
	code := drawCode(d)
	for _, tt := range []struct {
		code, clean []byte
		why         string
	}{
		{nil, nil, "the code may be empty"},
		{join([]byte{0xab}, code, []byte{0xab, 0xab}), code, "code separators (ab) are not signed"},
		{join(push([]byte{0xab, 0xab, 1}), code), join(push([]byte{0xab, 0xab, 1}), code), "a byte ab inside a push is no instruction, and stays"},
		{join(push(bytes.Repeat([]byte{0xab}, 200)), []byte{0xab}), push(bytes.Repeat([]byte{0xab}, 200)), "a byte ab inside a push is no instruction, and stays"},
		{join(push(bytes.Repeat([]byte{0xab}, 300)), []byte{0xab}), push(bytes.Repeat([]byte{0xab}, 300)), "a byte ab inside a push is no instruction, and stays; NextOp knows all kinds of pushes"},
		{bytes.Repeat([]byte{0x61}, 400), bytes.Repeat([]byte{0x61}, 400), "the length of the code is a CompactSize"},
	} {
		hashesLegacy(t, drawSpend(d, nil, 2, 2), tt.code, tt.clean, 1, tt.why)
	}
	s := drawSpend(d, nil, 3, 2)
	s.Tx.In[0].Witness = [][]byte{d.Bytes(9)}
	hashesLegacy(t, s, code, code, 1, "the legacy format has no witness, and so no marker and no flag")
}
