package block

import (
	"errors"
	"fmt"
	"io"

	"nodebook/solutions/lesson2/version"
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
	// BEGIN SOLUTION
	// UNTESTED "Scripts may share": it is a permission.
	if len(b) > MaxSize {
		return Block{}, fmt.Errorf("block: %w: %d, at most %d", ErrSize, len(b), MaxSize)
	}
	c := version.NewCursor(b)
	h, err := ReadHeader(c)
	if err != nil {
		return Block{}, fmt.Errorf("header: %w", err)
	}
	n, err := version.ReadCompactSize(c)
	if err != nil {
		return Block{}, fmt.Errorf("transactions: %w", err)
	}
	if n == 0 {
		return Block{}, c.Fail(ErrEmpty, "got 0")
	}
	const least = 60 // version, one input, one output, lock time, and two counts
	if n > uint64(c.Len()/least) {
		return Block{}, c.Fail(io.ErrUnexpectedEOF, "%d transactions of at least %d bytes, %d are left", n, least, c.Len())
	}
	txs := make([]Tx, n)
	for i := range txs {
		if txs[i], err = ReadTx(c); err != nil {
			return Block{}, fmt.Errorf("transaction %d: %w", i, err)
		}
	}
	if c.Len() > 0 {
		return Block{}, fmt.Errorf("block: %w: %d", ErrTrailing, c.Len())
	}
	return Block{Header: h, Txs: txs}, nil
	// END SOLUTION
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
