package script

import (
	"nodebook/lessons/lesson7/block"
)

// WitnessHash returns the hash that an ECDSA signature in a witness signs (BIP
// 143): the SHA-256 of the SHA-256 of these, numbers little endian,
//
//	version        4 bytes
//	outpoints      32 bytes: hash of the outpoints of all inputs
//	sequences      32 bytes: hash of their sequences
//	outpoint       36 bytes: of the input
//	code           CompactSize and that many bytes
//	value          8 bytes: of the output that the input spends
//	sequence       4 bytes: of the input
//	outputs        32 bytes: hash of all outputs, as a transaction has them
//	lock time      4 bytes
//	typ            4 bytes
//
// Each of the three hashes is the SHA-256 of the SHA-256 of its parts, one after
// another without their number. It is 32 zeros instead
//
//   - for outpoints if typ has [TypeAnyone].
//   - for sequences if typ has TypeAnyone, or typ & 1f is [TypeNone] or [TypeSingle].
//   - for outputs if typ & 1f is TypeNone.
//
// If typ & 1f is TypeSingle, outputs is the hash of the output with the input's
// index alone, or 32 zeros if there is none.
func WitnessHash(s block.Spend, code []byte, typ uint32) block.Hash {
	return block.Hash{}
}
