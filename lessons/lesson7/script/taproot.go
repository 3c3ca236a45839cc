package script

import (
	"nodebook/lessons/lesson7/block"

	"nodebook/lessons/todo"
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
	return block.Hash{}, todo.Err
}
