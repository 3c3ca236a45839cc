package script_test

import (
	"testing"

	"nodebook/fixtures/draw"
)

func num(n int) []byte {
	if n <= 16 {
		return []byte{byte(0x50 + n)}
	}
	return push([]byte{byte(n)})
}

// multi is the script that asks for m signatures by n keys.
func multi(m int, keys []key) []byte {
	b := num(m)
	if m == 0 {
		b = []byte{0}
	}
	for _, k := range keys {
		b = append(b, push(k.short)...)
	}
	if len(keys) == 0 {
		return append(b, 0, 0xae)
	}
	return join(b, num(len(keys)), []byte{0xae})
}

func drawKeys(d *draw.Source, n int) []key {
	keys := make([]key, n)
	for i := range keys {
		keys[i] = drawKey(d)
	}
	return keys
}

func TestRun_multi(t *testing.T) {
	d := draw.From(t)
	keys := drawKeys(d, 3)
	s := spends(d, nil, multi(2, keys))
	a, b, c := legacySig(s, keys[0], 1), legacySig(s, keys[1], 1), legacySig(s, keys[2], 1)
	order := "signatures come in the order of their keys; a key that was passed over is gone"
	extra := "CHECKMULTISIG takes an item more than it needs, a mistake of the first program, and a rule"
	for _, tt := range []struct {
		what  string
		input []byte
		want  verdict
		why   string
	}{
		{"the signatures of the first two", pushes(nil, a, b), valid, order},
		{"the signatures of the first and third", pushes(nil, a, c), valid, order},
		{"the signatures of the last two", pushes(nil, b, c), valid, order},
		{"the signatures of the first two, the second's first", pushes(nil, b, a), isFalse, order},
		{"the second signature twice", pushes(nil, b, b), isFalse, "each signature needs a key of its own"},
		{"one good signature, and one by another key", pushes(nil, a, legacySig(s, drawKey(d), 1)), isFalse, "all m signatures must be good"},
		{"one good signature and an empty one", pushes(nil, nil, c), isFalse, "all m signatures must be good"},
		{"two good signatures, and no item below them", pushes(a, b), stackEmpty, extra},
		{"one good signature", pushes(nil, a), stackEmpty, "two signatures and an item more are taken"},
		{"two good signatures, and the item too many is 07", pushes([]byte{7}, a, b), valid, "before BIP 147 the extra item could be anything"},
	} {
		in(s).Script = tt.input
		runs(t, s, tt.want, tt.why, "two signatures of three keys are wanted, and the input has %s", tt.what)
	}
	s.Soft.Segwit = true
	in(s).Script = pushes([]byte{7}, a, b)
	runs(t, s, badDummy, "since segwit (BIP 147) the extra item is empty, so that nobody can change it on the way", "Segwit is true, two signatures of three keys are wanted, and the item too many is 07")
	in(s).Script = pushes(nil, a, b)
	runs(t, s, valid, "since segwit (BIP 147) the extra item is empty, so that nobody can change it on the way", "Segwit is true, two signatures of three keys are wanted, and the item too many is empty")
}

// None of several signatures is a part of what any of them signs.
func TestRun_multi_without(t *testing.T) {
	d := draw.From(t)
	keys := drawKeys(d, 2)
	s := spends(d, push(nil), multi(2, keys))
	a, b := legacySig(s, keys[0], 1), legacySig(s, keys[1], 1)
	s.Spent[s.Index].Script = join(pushes(a, b), multi(2, keys))
	runs(t, s, valid, "a signature cannot sign itself, nor one that is checked with it: the pushes of both are left out of the code", "the output's script pushes two good signatures itself, before the two keys and CHECKMULTISIG")
	s = spends(d, nil, multi(2, keys))
	s.Soft.StrictDER = true
	in(s).Script = pushes(nil, legacySig(s, keys[0], 1), nil)
	runs(t, s, isFalse, "an empty signature is how to say: none. It is not good, and it ends no script", "StrictDER is true, two signatures of two keys are wanted, and the last is empty")
}

func TestRun_multi_compared(t *testing.T) {
	d := draw.From(t)
	keys := drawKeys(d, 3)
	s := spends(d, nil, multi(2, keys))
	good, other, junk := legacySig(s, keys[2], 1), legacySig(s, drawKey(d), 1), d.Bytes(9)
	for _, strict := range []bool{false, true} {
		s.Soft.StrictDER = strict
		want := isFalse
		if strict {
			want = badDER
		}
		in(s).Script = pushes(nil, junk, good)
		runs(t, s, want, "the last signature is good, so the other is compared next; since BIP 66 what is no DER ends the script then", "StrictDER is %t, two signatures of three keys are wanted, and the first is nine other bytes", strict)
		in(s).Script = pushes(nil, junk, other)
		runs(t, s, isFalse, "the last signature is compared with the last key first; when it fits neither that nor the next, one key is left for two signatures, and nothing more is compared", "StrictDER is %t, two signatures of three keys are wanted, the last is by another key, and the first is nine other bytes", strict)
	}
}

func TestRun_multi_count(t *testing.T) {
	d := draw.From(t)
	keys := drawKeys(d, 20)
	for _, n := range []int{1, 16, 17, 20} {
		s := spends(d, nil, multi(1, keys[:n]))
		in(s).Script = pushes(nil, legacySig(s, keys[0], 1))
		runs(t, s, valid, "there may be 20 keys", "one signature of %d keys is wanted, and that of the first key is there", n)
	}
	for _, tt := range []struct {
		what   string
		output []byte
		want   verdict
		why    string
	}{
		{"21 keys", multi(1, append(drawKeys(d, 1), keys...)), badCount, "there may be 20 keys"},
		{"-1 keys", []byte{0x51, 0x4f, 0xae}, badCount, "a number on the stack has a sign, the top bit of its last byte"},
		{"-1 signatures", join([]byte{0x4f}, push(keys[0].short), []byte{0x51, 0xae}), badCount, "a number on the stack has a sign, the top bit of its last byte"},
		{"two signatures of one key", multi(2, keys[:1]), badCount, "more signatures than keys can never be good"},
		{"a number of keys in five bytes", join([]byte{0x51}, push(keys[0].short), push([]byte{1, 0, 0, 0, 0}), []byte{0xae}), badCount, "a number has at most four bytes"},
		{"a number of keys in four bytes", join([]byte{0}, push(keys[0].short), push([]byte{1, 0, 0, 0}), []byte{0xae}), valid, "a number has at most four bytes, little endian"},
		{"no keys and no signatures", multi(0, nil), valid, "no signatures are wanted, so none is missing"},
		{"no signatures of two keys", multi(0, keys[:2]), valid, "no signatures are wanted, so none is missing"},
	} {
		runs(t, spends(d, pushes(nil, []byte{1}), tt.output), tt.want, tt.why, "CHECKMULTISIG has %s", tt.what)
	}
	for _, output := range [][]byte{{0xae}, {0x51, 0xae}, {0x00, 0xae}, {0x00, 0x00, 0xae}, {0x52, 0x52, 0xae}} {
		runs(t, spends(d, nil, output), stackEmpty, "each number, each key, each signature and the extra item is taken from the stack, and must be there", "the output's script is %x, and the stack is empty", output)
	}
}
