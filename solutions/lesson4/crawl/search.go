package crawl

import (
	"context"
	"encoding/binary"
	"math/bits"
	"sync"
	"sync/atomic"

	"nodebook/solutions/lesson1/framing"
)

// Search finds the smallest nonce for which good returns true, with n workers. The
// workers share the nonces in ascending order: say worker i tries i, i+n, i+2n and
// so on, or each takes the next number of a common counter; none is tried twice. A
// worker stops when the next nonce that it would try is greater than a good one
// that is known.
//
// The answer is the same for every n. When Search returns, no goroutine is left.
// good is called by at most n goroutines at the same time. An n below 1 counts
// as 1.
//
// Errors: ctx's, if it ends before it is certain which good nonce is the
// smallest, even if one has been found; each worker looks at ctx before each call
// of good.
func Search(ctx context.Context, good func(nonce uint64) bool, n int) (uint64, error) {
	// BEGIN SOLUTION
	n = max(n, 1)
	var best atomic.Uint64
	best.Store(^uint64(0))
	var workers sync.WaitGroup
	for i := range n {
		workers.Go(func() {
			for nonce := uint64(i); nonce < best.Load() && ctx.Err() == nil; nonce += uint64(n) {
				if good(nonce) {
					for old := best.Load(); nonce < old && !best.CompareAndSwap(old, nonce); {
						old = best.Load()
					}
					return
				}
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return best.Load(), nil
	// END SOLUTION
}

// ZeroBits returns work for a processor: a function that reports whether
// framing.Hash256 of data and the nonce's 8 bytes, little endian, starts with
// that many zero bits.
func ZeroBits(data []byte, zeros int) func(nonce uint64) bool {
	return func(nonce uint64) bool {
		sum := framing.Hash256(binary.LittleEndian.AppendUint64(data[:len(data):len(data)], nonce))
		return bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:8])) >= zeros
	}
}
