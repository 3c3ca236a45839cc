package headers

import (
	"errors"
	"fmt"

	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

// MaxHeaders is how many headers fit in one message.
const MaxHeaders = 2_000

var (
	// ErrTooMany is wrapped if a message claims more than [MaxHeaders].
	ErrTooMany = errors.New("too many headers")

	// ErrTransactions is wrapped if a header claims to have transactions.
	ErrTransactions = errors.New("a header with transactions")

	// ErrTrailing is wrapped if bytes follow the last header.
	ErrTrailing = errors.New("bytes after the last header")
)

// ReadHeaders reads the payload of a headers message: a CompactSize, and that many
// times a header and a CompactSize of 0. The latter is the number of transactions,
// of which a header has none.
//
// Errors: [ErrTooMany] for a count above [MaxHeaders], before a header is read;
// io.ErrUnexpectedEOF for a payload cut short; [ErrTransactions]; [ErrTrailing].
func ReadHeaders(payload []byte) ([]block.Header, error) {
	// BEGIN SOLUTION
	c := version.NewCursor(payload)
	n, err := version.ReadCompactSize(c)
	if err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	if n > MaxHeaders {
		return nil, c.Fail(ErrTooMany, "%d, at most %d", n, MaxHeaders)
	}
	hs := make([]block.Header, 0, n)
	for i := range n {
		h, err := block.ReadHeader(c)
		if err != nil {
			return nil, fmt.Errorf("header %d: %w", i, err)
		}
		txs, err := version.ReadCompactSize(c)
		if err != nil {
			return nil, fmt.Errorf("header %d: %w", i, err)
		}
		if txs != 0 {
			return nil, c.Fail(ErrTransactions, "header %d: %d", i, txs)
		}
		hs = append(hs, h)
	}
	if c.Len() > 0 {
		return nil, c.Fail(ErrTrailing, "%d", c.Len())
	}
	return hs, nil
	// END SOLUTION
}

// AppendHeaders appends the payload of a headers message to dst and returns the
// longer slice.
func AppendHeaders(dst []byte, hs []block.Header) []byte {
	dst = version.AppendCompactSize(dst, uint64(len(hs)))
	for _, h := range hs {
		dst = append(block.AppendHeader(dst, h), 0)
	}
	return dst
}
