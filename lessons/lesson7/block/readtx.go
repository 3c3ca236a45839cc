package block

import (
	"errors"

	"nodebook/lessons/lesson2/version"

	"nodebook/lessons/todo"
)

var (
	// ErrFlag is wrapped if the byte after the marker of a segwit transaction is
	// not 01.
	ErrFlag = errors.New("unknown flag")

	// ErrSuperfluous is wrapped if a transaction has marker and flag, and no
	// witness: its other format is the one to use.
	ErrSuperfluous = errors.New("segwit format without a witness")
)

// ReadTx reads a transaction in either of its formats:
//
//	legacy   version, inputs, outputs, lock time
//	segwit   version, 00, 01, inputs, outputs, witnesses, lock time (BIP 144)
//
// The 00 is where a legacy transaction has the number of its inputs, and none has
// 0. Inputs and outputs have a CompactSize before them, which counts them. There
// is one witness for each input, in their order: the number of its items, and
// each item with its length. Scripts and items may share memory with what c
// reads.
//
// Errors: io.ErrUnexpectedEOF for a transaction cut short, and for a count that
// the bytes left cannot contain, before anything is allocated for it;
// version.ErrCompactSize; [ErrFlag] if the flag is not 01; [ErrSuperfluous] if all
// witnesses are empty.
func ReadTx(c *version.Cursor) (Tx, error) {
	return Tx{}, todo.Err
}

// AppendTx appends t to dst and returns the longer slice: in the segwit format if
// witness is true and t has one, otherwise in the legacy format.
func AppendTx(dst []byte, t Tx, witness bool) []byte {
	return nil
}
