package script_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

// verdict is what Run should say: valid if err is nil, otherwise this error.
type verdict struct {
	err  error
	name string
}

var (
	valid      = verdict{}
	isFalse    = verdict{script.ErrFalse, "ErrFalse"}
	notEqual   = verdict{script.ErrNotEqual, "ErrNotEqual"}
	stackEmpty = verdict{script.ErrStackEmpty, "ErrStackEmpty"}
	badPush    = verdict{script.ErrPush, "ErrPush"}
	badDER     = verdict{script.ErrDER, "ErrDER"}
	badCount   = verdict{script.ErrCount, "ErrCount"}
	badDummy   = verdict{script.ErrDummy, "ErrDummy"}
	tooMany    = verdict{script.ErrOps, "ErrOps"}
	badWitness = verdict{script.ErrWitness, "ErrWitness"}
	unknown    = verdict{block.ErrCannotJudge, "block.ErrCannotJudge"}
)

// runs wants a verdict about a spend.
func runs(t *testing.T, s block.Spend, want verdict, why, format string, args ...any) {
	t.Helper()
	try := expect.Tried(t, "Run(s), where "+format, args...)
	sIn, sOut := in(s).Script, s.Spent[s.Index].Script
	layout := []expect.Field{{Name: "input's script", Size: len(sIn)}}
	if len(sIn) == 0 {
		layout = nil
	}
	if len(sIn)+len(sOut) < 300 {
		try.Input(join(sIn, sOut), append(layout, expect.Field{Name: "output's script"})...)
	}
	witness := slices.Clone(in(s).Witness)
	tx, spent := allOf(*s.Tx), spentBytes(s)
	err := script.Run(s)
	try.Why("a stack is written to: it needs its own array, and not the caller's")
	try.True(slices.EqualFunc(in(s).Witness, witness, bytes.Equal), "another witness afterwards", "the witness as it was")
	try.Why("an item that was pushed may be a part of the script, in the caller's memory: a result needs its own")
	try.True(bytes.Equal(allOf(*s.Tx), tx), "another transaction in s.Tx afterwards", "s.Tx as it was")
	try.True(bytes.Equal(spentBytes(s), spent), "other outputs in s.Spent afterwards", "s.Spent as it was")
	try.Why("%s", why)
	if want.err == nil {
		try.NoError(err)
		return
	}
	try.ErrorIs(err, want.err, want.name)
	if want.err != block.ErrCannotJudge {
		try.NotErrorIs(err, block.ErrCannotJudge, "block.ErrCannotJudge")
	}
}

// spentBytes are the outputs that the inputs spend.
func spentBytes(s block.Spend) (b []byte) {
	for _, o := range s.Spent {
		b = append(b, outBytes(o)...)
	}
	return b
}

// spends draws a spend of an output, by an input with a script.
func spends(d *draw.Source, input, output []byte) block.Spend {
	s := drawSpend(d, output, d.Between(1, 3), d.Between(1, 3))
	in(s).Script = input
	return s
}

// legacySig is a signature of type typ for a spend, whose code is the output's script.
func legacySig(s block.Spend, k key, typ byte) []byte {
	return k.signs(legacyOf(*s.Tx, s.Index, s.Spent[s.Index].Script, uint32(typ)), typ)
}

func payToKey(k []byte) []byte  { return join(push(k), []byte{0xac}) }
func payToHash(k []byte) []byte { return join([]byte{0x76, 0xa9, 20}, hash160(k), []byte{0x88, 0xac}) }

func TestRun_1key(t *testing.T) {
	d := draw.From(t)
	k := drawKey(d)
	hybrid := join(k.long)
	hybrid[0] = 6 | k.long[64]&1
	for _, public := range [][]byte{k.long, k.short, hybrid} {
		what := fmt.Sprintf("%d bytes that start with %02x", len(public), public[0])
		s := spends(d, nil, payToKey(public))
		in(s).Script = push(legacySig(s, k, 1))
		runs(t, s, valid, "the input pushes a signature, the output a key; CHECKSIG takes both and pushes 01", "the output is P2PK with a key of %s, and the signature is good", what)
		s.Tx.LockTime++
		runs(t, s, isFalse, "the signature is for another transaction: CHECKSIG pushes an empty item, which is false", "the output is P2PK with a key of %s, and the transaction's lock time has been changed", what)
	}
	s := spends(d, nil, payToKey(k.long))
	in(s).Script = push(legacySig(s, drawKey(d), 1))
	runs(t, s, isFalse, "anyone can sign with a key of their own; it has to be the output's", "the output is P2PK, and the signature is by another key")
	in(s).Script = nil
	runs(t, s, stackEmpty, "CHECKSIG takes two items, and there is only the key", "the output is P2PK, and the input's script is empty")
	s = spends(d, nil, payToKey(d.Bytes(33)))
	s.Spent[s.Index].Script[1] = 9
	in(s).Script = push(legacySig(s, k, 1))
	runs(t, s, isFalse, "a key that is none has signed nothing", "the output has 33 bytes that are not a key")
}

func TestRun_2hash(t *testing.T) {
	d := draw.From(t)
	k := drawKey(d)
	for _, public := range [][]byte{k.long, k.short} {
		s := spends(d, nil, payToHash(public))
		sig := legacySig(s, k, 1)
		in(s).Script = pushes(sig, public)
		runs(t, s, valid, "DUP HASH160 hash EQUALVERIFY checks the key, and then CHECKSIG the signature", "the output is P2PKH, and signature and key of %d bytes are good", len(public))
		other := drawKey(d)
		in(s).Script = pushes(legacySig(s, other, 1), other.short)
		runs(t, s, notEqual, "the output names a key by its hash", "the output is P2PKH, and the input has a good signature by another key")
		in(s).Script = pushes(public, sig)
		runs(t, s, notEqual, "the last item pushed is the first taken", "the output is P2PKH, and the input pushes the key first")
		in(s).Script = push(public)
		runs(t, s, stackEmpty, "after the key has been checked, CHECKSIG needs a signature below it", "the output is P2PKH, and the input pushes only the key")
	}
}

// Scripts run one after the other and are never joined.
func TestRun_3apart(t *testing.T) {
	d := draw.From(t)
	k := drawKey(d)
	output := payToKey(k.short)
	runs(t, spends(d, []byte{0x51, byte(len(output))}, output), badPush, "the scripts are run one after the other: if they are joined, the end of the first can swallow the second as data", "the input's script pushes 1 and ends with a push of as many bytes as the output's script has")
	runs(t, spends(d, []byte{0x51, 0x4c, byte(len(output))}, output), badPush, "the scripts are run one after the other: if they are joined, the end of the first can swallow the second as data", "the input's script pushes 1 and ends with a push (4c) of as many bytes as the output's script has")
	s := spends(d, nil, output)
	sig := legacySig(s, k, 1)
	in(s).Script = join(push(d.Bytes(9)), push(sig))
	runs(t, s, valid, "what a signature signs of the scripts is the one that is running, the output's; and items below the last do not matter", "the output is P2PK, and the input pushes another item below a good signature")
	s.Spent[s.Index].Script = nil
	runs(t, s, valid, "an empty script leaves the stack as it is, and its last item is true", "the output's script is empty")
	in(s).Script = nil
	runs(t, s, isFalse, "an empty stack has no item that is true", "both scripts are empty")
}

func TestRun_4false(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		what string
		item []byte
		want verdict
	}{
		{"empty", nil, isFalse},
		{"00", []byte{0}, isFalse},
		{"three zeros", []byte{0, 0, 0}, isFalse},
		{"80, which is -0,", []byte{0x80}, isFalse},
		{"00 80, which is -0,", []byte{0, 0x80}, isFalse},
		{"80 00", []byte{0x80, 0}, valid},
		{"01", []byte{1}, valid},
		{"of zeros and a one", []byte{0, 0, 1}, valid},
	} {
		why := "an item is false if all its bytes are 00, or the last of them 80"
		runs(t, spends(d, push([]byte{1}), push(tt.item)), tt.want, why, "the output's script pushes an item %s", tt.what)
		runs(t, spends(d, push(tt.item), nil), tt.want, why, "the input's script pushes an item %s", tt.what)
	}
	for code := 0x4f; code <= 0x60; code++ {
		if code != 0x50 {
			item := []byte{byte(code - 0x50)}
			if code == 0x4f {
				item[0] = 0x81
			}
			runs(t, spends(d, []byte{byte(code)}, join(push(item), []byte{0x87})), valid, "opcodes 4f and 51 to 60 push one byte, and EQUAL compares", "the input's script is %02x, and the output's compares with the number that it pushes", code)
		}
	}
}

func TestRun_5equal(t *testing.T) {
	d := draw.From(t)
	a, b := d.Bytes(9), d.Bytes(9)
	runs(t, spends(d, pushes(a, a), []byte{0x87}), valid, "EQUAL takes two items and pushes 01 if they are equal", "the output's script is EQUAL, and the items are equal")
	runs(t, spends(d, pushes(a, a), []byte{0x87, 0x51, 0x87}), valid, "EQUAL pushes one byte, 01", "the output's script is EQUAL 1 EQUAL, and the items are equal")
	runs(t, spends(d, pushes(a, b), []byte{0x87}), isFalse, "EQUAL pushes an empty item if they are not equal, and only EQUALVERIFY ends the script", "the output's script is EQUAL, and the items differ")
	runs(t, spends(d, pushes(a, b), []byte{0x87, 0x00, 0x87}), valid, "EQUAL pushes an empty item if they are not equal", "the output's script is EQUAL 0 EQUAL, and the items differ")
	runs(t, spends(d, pushes(a), []byte{0x87}), stackEmpty, "EQUAL takes two items", "the output's script is EQUAL, and there is one item")
	runs(t, spends(d, pushes(a, b, b), []byte{0x88}), valid, "EQUALVERIFY pushes nothing, and what was below is the last item", "the output's script is EQUALVERIFY, over three items of which the last two are equal")
	runs(t, spends(d, pushes(a, a), []byte{0x88}), isFalse, "EQUALVERIFY pushes nothing, so that nothing is left", "the output's script is EQUALVERIFY, over two equal items")
	runs(t, spends(d, pushes(a, b), []byte{0x88, 0x51}), notEqual, "EQUALVERIFY ends the script if the items differ", "the output's script is EQUALVERIFY 1, over two items that differ")
	runs(t, spends(d, pushes(a), []byte{0x88}), stackEmpty, "EQUALVERIFY takes two items", "the output's script is EQUALVERIFY, and there is one item")
	h := secp.Ripemd160(sha1(a))
	runs(t, spends(d, pushes(a), join([]byte{0xa9}, push(h[:]), []byte{0x87})), valid, "HASH160 is the RIPEMD-160 of the SHA-256", "the output's script compares the HASH160 of an item with its hash")
	for _, op := range []byte{0x76, 0xa9} {
		runs(t, spends(d, nil, []byte{op}), stackEmpty, "an operation that takes an item needs one", "the output's script is %02x, and there is no item", op)
	}
}

// What the signature of an output can look like.
func TestRun_6signature(t *testing.T) {
	d := draw.From(t)
	k := drawKey(d)
	output := payToKey(k.short)
	for _, strict := range []bool{false, true} {
		soft := block.Soft{StrictDER: strict}
		after := func(lenient, strictly verdict) verdict {
			if strict {
				return strictly
			}
			return lenient
		}
		for _, typ := range []byte{0x02, 0x03, 0x81, 0x82, 0x83, 0x00, 0x47, 0xff} {
			s := drawSpend(d, output, 3, 2)
			s.Soft = soft
			in(s).Script = push(legacySig(s, k, typ))
			runs(t, s, valid, "the type says what is signed, and any byte is a type", "StrictDER is %t, the output is P2PK, and input %d has a good signature of type %02x; there are 2 outputs", strict, s.Index, typ)
		}
		s := spends(d, nil, output)
		s.Soft = soft
		hash := legacyOf(*s.Tx, s.Index, output, 1)
		r, low := secp.SignECDSA(k.secret, hash)
		high := secp.Negated(low)
		in(s).Script = push(der(derNumber(r[:]), derNumber(high[:]), 1))
		runs(t, s, valid, "a high s is as good as a low one", "StrictDER is %t, the output is P2PK, and the signature has a high s", strict)
		in(s).Script = push(der(derNumber(r[:]), high[:], 1))
		runs(t, s, after(valid, badDER), "high as it is, s is negative in DER: before BIP 66 that did not matter, since then it ends the script", "StrictDER is %t, the output is P2PK, and the signature's s has a top bit and no 00 before it", strict)
		in(s).Script = push(der(derNumber(r[:]), derNumber(drawNumber(d, 33, 1, 0x7f)), 1))
		runs(t, s, isFalse, "a number of 33 bytes is DER, so the script goes on; but the signature is not good", "StrictDER is %t, the output is P2PK, and the signature's s has 33 bytes", strict)
		in(s).Script = []byte{0}
		runs(t, s, isFalse, "an empty signature is how to say: none. It is not good, and it ends no script", "StrictDER is %t, the output is P2PK, and the signature is empty", strict)
		in(s).Script = push(d.Bytes(9))
		runs(t, s, after(isFalse, badDER), "what is no signature is not good; since BIP 66 it ends the script", "StrictDER is %t, the output is P2PK, and in place of a signature there are nine other bytes", strict)
	}
}

// A signature is not part of what it signs.
func TestRun_7without(t *testing.T) {
	d := draw.From(t)
	k := drawKey(d)
	s := spends(d, nil, payToKey(k.short))
	sig := legacySig(s, k, 1)
	s.Spent[s.Index].Script = join(push(sig), payToKey(k.short))
	runs(t, s, valid, "a signature cannot sign itself: its push is left out of the code", "the output's script pushes a good signature itself, before key and CHECKSIG")
}

func TestRun_mixed(t *testing.T) {
	d := draw.From(t)
	for range 16 {
		k, other := drawKey(d), drawKey(d)
		output, what := payToHash(k.short), "P2PKH"
		if d.IntN(2) == 0 {
			output, what = payToKey(k.short), "P2PK"
		}
		s := spends(d, nil, output)
		name, why, want := "good", "the key is the output's, and the signature is by it and for this transaction", valid
		signer, change := k, uint32(0)
		switch d.IntN(4) {
		case 0:
			name, why, want = "by another key", "anyone can sign with a key of their own; it has to be the output's", isFalse
			signer = other
		case 1:
			name, why, want = "for another lock time", "the signature is for another transaction", isFalse
			change = uint32(d.Between(1, 1000))
		}
		in(s).Script = push(legacySig(s, signer, 1))
		if what == "P2PKH" {
			in(s).Script = join(in(s).Script, push(k.short))
		}
		s.Tx.LockTime += change
		runs(t, s, want, why, "the output is %s, and the signature is %s", what, name)
	}
}
