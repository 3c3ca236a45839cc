package script

import (
	"nodebook/lessons/lesson7/block"
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
	return block.Hash{}
}
