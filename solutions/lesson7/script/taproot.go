package script

import (
	"encoding/binary"
	"fmt"

	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
)

// TaprootHash returns the hash that a Schnorr signature by the key of an output
// signs (BIP 341): secp.TaggedHash("TapSighash", ...) of these, numbers little
// endian, hashes one SHA-256 each,
//
//	00             1 byte
//	typ            1 byte
//	version        4 bytes
//	lock time      4 bytes
//	outpoints      32 bytes: hash of the outpoints of all inputs  [not with TypeAnyone]
//	values         32 bytes: of the values that they spend        [not with TypeAnyone]
//	scripts        32 bytes: of the scripts that they spend, each [not with TypeAnyone]
//	               with its CompactSize
//	sequences      32 bytes: of their sequences                   [not with TypeAnyone]
//	outputs        32 bytes: of all outputs                       [TypeDefault and TypeAll]
//	has annex      1 byte: 01 if the input has an Annex, or 00
//	index          4 bytes: of the input                          [not with TypeAnyone]
//	outpoint, value, script with CompactSize, sequence            [with TypeAnyone]
//	annex          32 bytes: of its CompactSize and bytes         [if there is one]
//	output         32 bytes: of the output with the input's index [TypeSingle]
//
// Errors: [ErrType] if typ is not 00 to 03, or 81 to 83; [ErrNoOutput] if it asks for
// an output that is not there.
func TaprootHash(s block.Spend, typ byte) (block.Hash, error) {
	// BEGIN SOLUTION
	anyone, outputs := typ&TypeAnyone != 0, typ&^TypeAnyone
	if outputs > TypeSingle || typ == TypeAnyone {
		return block.Hash{}, fmt.Errorf("%w: %02x", ErrType, typ)
	}
	if outputs == TypeSingle && s.Index >= len(s.Tx.Out) {
		return block.Hash{}, fmt.Errorf("%w: %d", ErrNoOutput, s.Index)
	}
	in, spent := Input(s)
	b := []byte{0, typ}
	b = binary.LittleEndian.AppendUint32(b, uint32(s.Tx.Version))
	b = binary.LittleEndian.AppendUint32(b, s.Tx.LockTime)
	if !anyone {
		var values, scripts []byte
		for _, o := range s.Spent {
			values = binary.LittleEndian.AppendUint64(values, uint64(o.Value))
			scripts = appendScript(scripts, o.Script)
		}
		for _, part := range [][]byte{outpointsOf(s.Tx), values, scripts, sequencesOf(s.Tx)} {
			b = appendHash(b, part)
		}
	}
	if outputs <= TypeAll {
		b = appendHash(b, outputsOf(s.Tx.Out))
	}
	annex := Annex(in.Witness)
	if annex != nil {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	if anyone {
		b = appendOut(appendOutPoint(b, in.Previous), spent)
		b = binary.LittleEndian.AppendUint32(b, in.Sequence)
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(s.Index))
	}
	if annex != nil {
		b = appendHash(b, appendScript(nil, annex))
	}
	if outputs == TypeSingle {
		b = appendHash(b, appendOut(nil, s.Tx.Out[s.Index]))
	}
	return secp.TaggedHash("TapSighash", b), nil
	// END SOLUTION
}
