package script

import (
	"encoding/binary"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
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
	// BEGIN SOLUTION
	in, spent := Input(s)
	none, single, anyone := typ&0x1f == TypeNone, typ&0x1f == TypeSingle, typ&TypeAnyone != 0
	var outpoints, sequences, outputs block.Hash
	if !anyone {
		outpoints = framing.Hash256(outpointsOf(s.Tx))
	}
	if !anyone && !none && !single {
		sequences = framing.Hash256(sequencesOf(s.Tx))
	}
	switch {
	case single && s.Index < len(s.Tx.Out):
		outputs = framing.Hash256(appendOut(nil, s.Tx.Out[s.Index]))
	case !single && !none:
		outputs = framing.Hash256(outputsOf(s.Tx.Out))
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(s.Tx.Version))
	b = append(b, outpoints[:]...)
	b = append(b, sequences[:]...)
	b = appendOutPoint(b, in.Previous)
	b = version.AppendCompactSize(b, uint64(len(code)))
	b = append(b, code...)
	b = binary.LittleEndian.AppendUint64(b, uint64(spent.Value))
	b = binary.LittleEndian.AppendUint32(b, in.Sequence)
	b = append(b, outputs[:]...)
	b = binary.LittleEndian.AppendUint32(b, s.Tx.LockTime)
	return framing.Hash256(binary.LittleEndian.AppendUint32(b, typ))
	// END SOLUTION
}
