package script

import (
	"encoding/binary"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
)

// LegacyHash returns the hash that a signature of input i signs if it is in a
// script: the SHA-256 of the SHA-256 of a changed copy of t in its legacy format,
// and typ in 4 bytes, little endian. The caller's t and code stay as they
// are. In the copy
//
//   - the script of input i is code without its instructions ab (code separators);
//     those of the others are empty.
//   - if typ & 1f is [TypeNone], there are no outputs.
//   - if typ & 1f is [TypeSingle], there are i+1 outputs: those before i have the
//     value -1 and an empty script.
//   - in both cases the other inputs have the sequence 0.
//   - if typ has [TypeAnyone], there is no input but i.
//
// If typ & 1f is TypeSingle and t has no output i, the hash is the number 1: a byte
// 01 and 31 zeros. That was a mistake, and is a rule.
//
// code consists of whole instructions.
func LegacyHash(t block.Tx, i int, code []byte, typ uint32) block.Hash {
	// BEGIN SOLUTION
	// UNTESTED "code consists": it is a promise of the caller.
	none, single, anyone := typ&0x1f == TypeNone, typ&0x1f == TypeSingle, typ&TypeAnyone != 0
	if single && i >= len(t.Out) {
		return block.Hash{1}
	}
	copied := block.Tx{Version: t.Version, LockTime: t.LockTime, In: make([]block.In, 0, len(t.In)), Out: t.Out}
	for k, in := range t.In {
		switch {
		case k == i:
			in.Script = withoutSeparators(code)
		case anyone:
			continue
		default:
			in.Script = nil
			if none || single {
				in.Sequence = 0
			}
		}
		copied.In = append(copied.In, in)
	}
	switch {
	case none:
		copied.Out = nil
	case single:
		copied.Out = make([]block.Out, i+1)
		for k := range i {
			copied.Out[k].Value = -1
		}
		copied.Out[i] = t.Out[i]
	}
	b := block.AppendTx(make([]byte, 0, 512), copied, false)
	return framing.Hash256(binary.LittleEndian.AppendUint32(b, typ))
	// END SOLUTION
}
