package crawl

import (
	"context"
	"encoding/binary"
	"math/bits"

	"nodebook/lessons/lesson1/framing"

	"nodebook/lessons/todo"
)

// Search finds the smallest nonce for which good says true, with n workers. The
// workers share the nonces out in ascending order, say worker i tries i, i+n, i+2n
// and so on, or each takes the next number of one counter: none is tried twice. A
// worker stops when what it would try next is greater than a good
// nonce that is known.
//
// The answer is the same for every n. When Search returns, no goroutine is left.
// good is called by n goroutines at once, at most. An n below 1 counts as 1.
//
// Errors: ctx's, where it ends before it is certain which good nonce is the
// smallest, even if one has been found; each worker looks at ctx before each call
// of good.
func Search(ctx context.Context, good func(nonce uint64) bool, n int) (uint64, error) {
	return 0, todo.Err
}

// ZeroBits is work for a processor: it reports of a nonce whether
// framing.Hash256 of data and the nonce's 8 bytes, little endian, begins with
// so many zero bits.
func ZeroBits(data []byte, zeros int) func(nonce uint64) bool {
	return func(nonce uint64) bool {
		sum := framing.Hash256(binary.LittleEndian.AppendUint64(data[:len(data):len(data)], nonce))
		return bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:8])) >= zeros
	}
}
