package block

import (
	"errors"

	"nodebook/lessons/lesson2/version"

	"nodebook/lessons/todo"
)

// MaxSize is the most bytes that a block may have.
const MaxSize = 4_000_000

var (
	// ErrSize is wrapped if a block has more than [MaxSize] bytes.
	ErrSize = errors.New("too many bytes")

	// ErrEmpty is wrapped if a block has no transaction.
	ErrEmpty = errors.New("no transactions")

	// ErrTrailing is wrapped if bytes follow the last transaction.
	ErrTrailing = errors.New("bytes after the end")
)

// Block is a header and its transactions, of which the first makes new coins.
type Block struct {
	Header Header
	Txs    []Tx
}

// ReadBlock reads a block: the header, a CompactSize, that many transactions, and
// nothing after them. Scripts may share memory with b.
//
// Errors: [ErrSize] for more than [MaxSize] bytes, before any of them is read;
// those of [ReadHeader] and [ReadTx], for a transaction with its place in the
// text, counted from 0 ("transaction 3: ..."); io.ErrUnexpectedEOF for a count
// that the bytes left cannot contain, before anything is allocated for it;
// [ErrEmpty]; [ErrTrailing].
func ReadBlock(b []byte) (Block, error) {
	return Block{}, todo.Err
}

// AppendBlock appends b to dst and returns the longer slice: its transactions in
// the format in which they are sent, or all in the legacy format if witness is
// false.
func AppendBlock(dst []byte, b Block, witness bool) []byte {
	dst = AppendHeader(dst, b.Header)
	dst = version.AppendCompactSize(dst, uint64(len(b.Txs)))
	for _, t := range b.Txs {
		dst = AppendTx(dst, t, witness)
	}
	return dst
}
