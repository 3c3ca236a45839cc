package script_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

var (
	inputScript = verdict{script.ErrInputScript, "ErrInputScript"}
	badSchnorr  = verdict{script.ErrSchnorr, "ErrSchnorr"}
	badType     = verdict{script.ErrType, "ErrType"}
	noOutput    = verdict{script.ErrNoOutput, "ErrNoOutput"}
	itemSize    = verdict{script.ErrItemSize, "ErrItemSize"}

	allRules = block.Soft{P2SH: true, StrictDER: true, LockTimes: true, Relative: true, Segwit: true, Taproot: true}
)

// witnessed draws a spend under all rules whose input has no script.
func witnessed(d *draw.Source, output []byte) block.Spend {
	s := spends(d, nil, output)
	s.Soft = allRules
	return s
}

func TestRun_witness_key(t *testing.T) {
	d := draw.From(t)
	k := drawKey(d)
	for _, typ := range []byte{1, 2, 3, 0x81, 0x82, 0x83} {
		s := witnessed(d, join([]byte{0, 20}, hash160(k.short)))
		code := payToHash(k.short)
		sig := k.signs(witnessOf(s, code, uint32(typ)), typ)
		in(s).Witness = append(make([][]byte, 0, 8), sig, k.short) // with room for a stack
		runs(t, s, valid, "the 20 bytes stand for the P2PKH script, which runs over the witness, and is what the signature signs", "the output is P2WPKH, and the witness has a good signature of type %02x and its key", typ)
		s.Spent[s.Index].Value++
		runs(t, s, isFalse, "unlike a signature in a script, one in a witness signs the value that is spent", "the output is P2WPKH, and its value has been changed")
		s.Spent[s.Index].Value--
		in(s).Witness[0] = k.signs(legacyOf(*s.Tx, s.Index, code, uint32(typ)), typ)
		runs(t, s, isFalse, "a signature in a witness signs the hash of BIP 143, not the legacy one", "the output is P2WPKH, and the signature signs the legacy hash")
		other := drawKey(d)
		in(s).Witness = [][]byte{other.signs(witnessOf(s, code, 1), 1), other.short}
		runs(t, s, notEqual, "the output names a key by its hash", "the output is P2WPKH, and signature and key are another's")
		for _, witness := range [][][]byte{nil, {sig}, {nil, sig, k.short}, {sig, k.short, nil}} {
			in(s).Witness = witness
			runs(t, s, badWitness, "the witness of P2WPKH is a signature and a key, nothing else", "the output is P2WPKH, and the witness has %d items", len(witness))
		}
		in(s).Witness, in(s).Script = [][]byte{sig, k.short}, []byte{0x51}
		runs(t, s, inputScript, "if the witness decides, the script has nothing to say, and is empty; otherwise anyone could change it, and the id with it", "the output is P2WPKH, the witness is good, and the input's script pushes 1")
	}
	for _, typ := range []byte{0x00, 0x47, 0xff} {
		s := witnessed(d, join([]byte{0, 20}, hash160(k.short)))
		in(s).Witness = [][]byte{k.signs(witnessOf(s, payToHash(k.short), uint32(typ)), typ), k.short}
		runs(t, s, valid, "the type says what is signed, and any byte is a type, in a witness as in a script", "the output is P2WPKH, and the witness has a good signature of type %02x and its key", typ)
	}
	s := witnessed(d, join([]byte{0, 20}, hash160(k.long)))
	in(s).Witness = [][]byte{k.signs(witnessOf(s, payToHash(k.long), 1), 1), k.long}
	runs(t, s, valid, "the P2PKH script runs over the witness as it would over a script's items: a key of 65 bytes is a key. That nodes do not pass such payments on is no rule for blocks", "the output is P2WPKH, and the witness has a good signature and its key of 65 bytes")
	s = witnessed(d, join([]byte{0, 20}, hash160(k.short)))
	in(s).Witness = [][]byte{d.Bytes(521), k.short}
	runs(t, s, itemSize, "an item of a witness has at most 520 bytes too", "the output is P2WPKH, and the witness starts with an item of 521 bytes")
	in(s).Witness = [][]byte{d.Bytes(520), k.short}
	runs(t, s, badDER, "520 bytes are allowed: the item is read as a signature, which it is not", "the output is P2WPKH, and the witness starts with an item of 520 bytes")
	long := d.Bytes(521)
	s = witnessed(d, join([]byte{0, 20}, hash160(long)))
	in(s).Witness = [][]byte{d.Bytes(70), long}
	runs(t, s, itemSize, "an item of a witness has at most 520 bytes, the key too", "the output is P2WPKH, and the witness ends with an item of 521 bytes that has its hash")
	s = witnessed(d, join([]byte{0, 20}, hash160(k.short)))
	in(s).Witness = [][]byte{d.Bytes(9), k.short}
	runs(t, s, badDER, "the rules of signatures are those of scripts", "the output is P2WPKH, and in place of the signature there are nine other bytes")
}

// tapped is a spend of P2TR with a good signature of a type, and an annex.
func tapped(d *draw.Source, typ byte, annex []byte) block.Spend {
	k := drawKey(d)
	x := secp.PublicX(k.secret)
	s := witnessed(d, join([]byte{0x51, 32}, x[:]))
	for len(s.Tx.Out) <= s.Index {
		s.Tx.Out = append(s.Tx.Out, drawOut(d))
	}
	sig := secp.SignSchnorr(k.secret, taprootOf(s, typ, annex))
	in(s).Witness = [][]byte{sig[:]}
	if typ != 0 {
		in(s).Witness[0] = append(sig[:], typ)
	}
	if annex != nil {
		in(s).Witness = append(in(s).Witness, annex)
	}
	return s
}

func TestRun_witness_taproot(t *testing.T) {
	d := draw.From(t)
	for _, typ := range []byte{0, 1, 2, 3, 0x81, 0x82, 0x83} {
		runs(t, tapped(d, typ, nil), valid, "the 32 bytes of the output are the key as it is; a signature of 64 bytes has the type 00, one of 65 says its own", "the output is P2TR, and the witness is a good signature of type %02x", typ)
		runs(t, tapped(d, typ, join([]byte{0x50}, d.Bytes(9))), valid, "the annex is taken off before the items are counted", "the output is P2TR, and the witness is a good signature of type %02x, and an annex", typ)
		s := tapped(d, typ, nil)
		s.Tx.Version++
		runs(t, s, badSchnorr, "the signature is for another transaction", "the output is P2TR, and the transaction's version has been changed")
	}
	s := tapped(d, 0, nil)
	sig := in(s).Witness[0]
	for _, tt := range []struct {
		what    string
		witness [][]byte
		want    verdict
		why     string
	}{
		{"64 good bytes and 00", [][]byte{join(sig, []byte{0})}, badType, "the type 00 is not written: otherwise there would be two forms of the same signature"},
		{"64 good bytes and 04", [][]byte{join(sig, []byte{4})}, badType, "seven types are defined"},
		{"63 bytes", [][]byte{sig[:63]}, badSchnorr, "a Schnorr signature has 64 bytes, and at most one for the type"},
		{"66 bytes", [][]byte{join(sig, []byte{1, 1})}, badSchnorr, "a Schnorr signature has 64 bytes, and at most one for the type"},
		{"64 bytes, of which the first is 50,", [][]byte{join([]byte{0x50}, sig[1:])}, badSchnorr, "one item is never an annex: it is the signature, whatever it starts with"},
		{"an empty item", [][]byte{nil}, badSchnorr, "a Schnorr signature has 64 bytes, and at most one for the type"},
		{"no items", nil, badWitness, "without a signature nothing is proved"},
		{"two items", [][]byte{sig, {0x51}}, unknown, "two items are a script and its proof, which is not known here"},
		{"three items and an annex", [][]byte{sig, {0x51}, d.Bytes(33), {0x50}}, unknown, "two items or more, without the annex, are a script and its proof, which is not known here"},
	} {
		in(s).Witness = tt.witness
		runs(t, s, tt.want, tt.why, "the output is P2TR, and the witness has %s", tt.what)
	}
	s = tapped(d, 1, nil)
	in(s).Witness[0] = append(in(s).Witness[0], 1)
	runs(t, s, badSchnorr, "a Schnorr signature has 64 bytes, and at most one for the type", "the output is P2TR, and a byte follows a good signature of 65 bytes")
	s = tapped(d, 3, nil)
	s.Tx.Out = s.Tx.Out[:s.Index]
	runs(t, s, noOutput, "SINGLE asks for the output with the input's index", "the output is P2TR, the type is 03, and there is no output %d", s.Index)
	s = tapped(d, 0, nil)
	in(s).Script = []byte{0x51}
	runs(t, s, inputScript, "if the witness decides, the script is empty", "the output is P2TR, and the input's script pushes 1")
}

// Which rule applies is a matter of the output's script, and of the height.
func TestRun_witness_others(t *testing.T) {
	d := draw.From(t)
	k := drawKey(d)
	later := "what later rules say about this output is not known here"
	for _, tt := range []struct {
		what   string
		output []byte
		want   verdict
		why    string
	}{
		{"P2WSH", join([]byte{0, 32}, d.Bytes(32)), unknown, later},
		{"P2SH", join([]byte{0xa9, 20}, hash160([]byte{0x51}), []byte{0x87}), unknown, later},
		{"a program of version 1 with 20 bytes", join([]byte{0x51, 20}, d.Bytes(20)), unknown, later},
		{"a program of version 1 with 33 bytes", join([]byte{0x51, 33}, d.Bytes(33)), unknown, later},
		{"a program of version 2", join([]byte{0x52, 32}, d.Bytes(32)), unknown, later},
		{"a program of version 16", join([]byte{0x60, 2}, d.Bytes(2)), unknown, later},
		{"a program of version 0 with 21 bytes", join([]byte{0, 21}, d.Bytes(21)), badWitness, "version 0 has programs of 20 and 32 bytes, and others are never good"},
		{"a program of version 0 with 2 bytes", join([]byte{0, 2}, d.Bytes(2)), badWitness, "version 0 has programs of 20 and 32 bytes, and others are never good"},
		{"P2PK, with a witness that nothing asks for", payToKey(k.short), badWitness, "a witness that nobody asks for could be anything, and is refused"},
	} {
		s := witnessed(d, tt.output)
		in(s).Witness = [][]byte{d.Bytes(64)}
		runs(t, s, tt.want, tt.why, "all rules apply, and the output is %s", tt.what)
		if tt.want == unknown && tt.output[0] != 0xa9 {
			in(s).Script = []byte{0x51}
			runs(t, s, inputScript, "with any program the script of the input is empty, also with one whose rules are not known here", "all rules apply, the output is %s, and the input's script pushes 1", tt.what)
		}
	}
	s := witnessed(d, join([]byte{0xa9, 20}, hash160([]byte{0x51}), []byte{0x87}))
	in(s).Script = push([]byte{0x51})
	runs(t, s, unknown, later, "all rules apply, and the output is P2SH")
	s.Soft = block.Soft{}
	runs(t, s, valid, "before BIP 16, the script a9 14 hash 87 asked for something with this hash, and nothing else", "no later rule applies, and the output is a9 14 hash 87; the input pushes what has this hash")
	s = witnessed(d, join([]byte{0x51, 32}, d.Bytes(32)))
	s.Soft.Taproot = false
	in(s).Witness = [][]byte{d.Bytes(64)}
	runs(t, s, unknown, "before taproot anyone could spend such an output, which nobody should count on: the verdict is cannot judge", "all rules but Taproot apply, and the output is P2TR")
	s = witnessed(d, join([]byte{0, 20}, d.Bytes(19), []byte{1}))
	s.Soft.Segwit = false
	runs(t, s, valid, "before segwit, 00 14 and 20 bytes were two pushes", "Segwit is false, and the output is 00 14 and 20 bytes")
	s = spends(d, nil, payToKey(k.short))
	in(s).Script = push(legacySig(s, k, 1))
	in(s).Witness = [][]byte{d.Bytes(9)}
	runs(t, s, valid, "before segwit nobody looks at a witness", "Segwit is false, the output is P2PK with a good signature, and the input has a witness")
}

// softOf returns the rules of a number, one bit for each, and their names.
func softOf(n int) (soft block.Soft, names []string) {
	for i, rule := range []struct {
		name string
		on   *bool
	}{
		{"P2SH", &soft.P2SH}, {"StrictDER", &soft.StrictDER}, {"LockTimes", &soft.LockTimes},
		{"Relative", &soft.Relative}, {"Segwit", &soft.Segwit}, {"Taproot", &soft.Taproot},
	} {
		if *rule.on = n>>i&1 == 1; *rule.on {
			names = append(names, rule.name)
		}
	}
	return soft, names
}

// Each rule has its own height, and so its own flag.
func TestRun_witness_flags(t *testing.T) {
	d := draw.From(t)
	is := func(rule bool, then, otherwise verdict) verdict {
		if rule {
			return then
		}
		return otherwise
	}
	pushed := d.Bytes(9)
	taproot := tapped(d, 0, nil)
	in(taproot).Witness[0] = in(taproot).Witness[0][:63]
	for n := range 64 {
		soft, names := softOf(n)
		for _, tt := range []struct {
			what          string
			input, output []byte
			witness       [][]byte
			want          verdict
		}{
			{"the output is P2SH, and the input pushes what has its hash", push(pushed), join([]byte{0xa9, 20}, hash160(pushed), []byte{0x87}), nil, is(soft.P2SH, unknown, valid)},
			{"the output's script pushes 1, and the input has a witness", nil, []byte{0x51}, [][]byte{{1}}, is(soft.Segwit, badWitness, valid)},
			{"the output is P2WPKH, and there is no witness", nil, join([]byte{0, 20}, d.Bytes(19), []byte{1}), nil, is(soft.Segwit, badWitness, valid)},
			{"the output is P2TR, and its signature has 63 bytes", nil, taproot.Spent[taproot.Index].Script, in(taproot).Witness, is(soft.Segwit, is(soft.Taproot, badSchnorr, unknown), valid)},
			{"the output wants no signature of no key, and the item too many is 07", push([]byte{7}), multi(0, nil), nil, is(soft.Segwit, badDummy, valid)},
			{"the output is P2PK, and in place of a signature there are nine other bytes", push(d.Bytes(9)), payToKey(d.Bytes(33)), nil, is(soft.StrictDER, badDER, isFalse)},
		} {
			s := spends(d, tt.input, tt.output)
			s.Soft = soft
			in(s).Witness = tt.witness
			runs(t, s, tt.want, "each rule has its own flag: they began at different heights, so a block may be under some of them only", "%s; the rules that apply: %s", tt.what, expect.List(names))
		}
	}
}
