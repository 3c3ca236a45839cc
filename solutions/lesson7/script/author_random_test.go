package script_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"
)

// drawScript draws a script of known operations, now and then of an unknown one.
func drawScript(d *draw.Source, items [][]byte, ops int) []byte {
	var b []byte
	for range ops {
		switch n := d.IntN(12); {
		case n < 5:
			b = append(b, push(items[d.IntN(len(items))])...)
		case n < 7:
			b = append(b, []byte{0x00, 0x51, 0x52, 0x53, 0x4f}[d.IntN(5)])
		case n < 11:
			b = append(b, []byte{0x76, 0x87, 0x88, 0xa9, 0xac, 0xae}[d.IntN(6)])
		default:
			b = append(b, byte(d.Between(0x61, 0xff)))
		}
	}
	return b
}

// drawTemplate draws an output that a wallet makes, and an input with a signature
// that is good, or nearly.
func drawTemplate(d *draw.Source, keys []key) block.Spend {
	k, n := keys[d.IntN(len(keys))], d.Between(1, len(keys))
	m := d.Between(1, n)
	x := secp.PublicX(k.secret)
	kind := d.IntN(5)
	output := [][]byte{payToKey(k.long), payToHash(k.short), multi(m, keys[:n]), join([]byte{0, 20}, hash160(k.short)), join([]byte{0x51, 32}, x[:])}[kind]
	s := spends(d, nil, output)
	typ := []byte{1, 1, 2, 3, 0x81, 0x82, 0x83}[d.IntN(7)]
	switch kind {
	case 0:
		in(s).Script = push(legacySig(s, k, typ))
	case 1:
		in(s).Script = pushes(legacySig(s, k, typ), k.short)
	case 2:
		in(s).Script = []byte{0}
		for _, k := range keys[n-m : n] {
			in(s).Script = append(in(s).Script, push(legacySig(s, k, typ))...)
		}
	case 3:
		in(s).Witness = [][]byte{k.signs(witnessOf(s, payToHash(k.short), uint32(typ)), typ), k.short}
	case 4:
		if typ&3 != 3 || s.Index < len(s.Tx.Out) {
			sig := secp.SignSchnorr(k.secret, taprootOf(s, typ, nil))
			in(s).Witness = [][]byte{append(sig[:], typ)}
		}
	}
	switch d.IntN(4) {
	case 0:
		if len(in(s).Script) > 0 {
			in(s).Script = changed(d, in(s).Script)
		}
	case 1:
		s.Tx.Out = append(s.Tx.Out, drawOut(d))
	}
	return s
}

// Drawn scripts and drawn rules get btcd's verdict, or none.
func TestRun_btcd(t *testing.T) {
	d := draw.From(t)
	keys := drawKeys(d, 3)
	var count tally
	for range 6_000 {
		var s block.Spend
		if d.IntN(2) == 0 {
			s = drawTemplate(d, keys)
		} else {
			s = spends(d, nil, nil)
			k := keys[d.IntN(3)]
			sig := legacySig(s, k, 1)
			items := [][]byte{nil, {1}, {0x80}, {2}, k.short, k.long, sig, hash160(k.short), d.Bytes(3)}
			in(s).Script = drawScript(d, items, d.Between(1, 5))
			s.Spent[s.Index].Script = drawScript(d, items, d.Between(0, 5))
		}
		s.Soft = block.Soft{StrictDER: true, P2SH: d.IntN(4) > 0, LockTimes: d.IntN(2) == 0, Relative: d.IntN(2) == 0}
		if s.Soft.P2SH {
			s.Soft.Segwit = d.IntN(3) > 0
			s.Soft.Taproot = s.Soft.Segwit && d.IntN(3) > 0
		}
		count.add(t, "drawn", script.Run(s), theirRun(t, s, theirFlags(s.Soft)))
	}
	t.Logf("drawn: %v", &count)
	if count.valid < 500 || count.invalid < 500 {
		t.Fatalf("too few are judged: %v", &count)
	}
}
