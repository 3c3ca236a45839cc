package headers

import (
	"errors"

	"nodebook/lessons/lesson2/version"
	"nodebook/lessons/lesson7/block"

	"nodebook/lessons/todo"
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
	return nil, todo.Err
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
