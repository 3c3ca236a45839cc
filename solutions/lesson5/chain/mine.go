package chain

import (
	"context"
	"crypto/sha512"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
)

// ErrNoWorkers is the error of mining with no workers.
var ErrNoWorkers = errors.New("mining needs at least one worker")

// CheckEvery is how many hashes a miner tries between two looks at its context:
// often enough to stop within a millisecond, seldom enough to cost nothing.
const CheckEvery = 512

// Mine searches for a nonce with which the header's hash solves the target, with
// workers goroutines at the same time, and returns the header with Nonce and
// ThisHash set. No nonce is tried twice. It returns ctx.Err() soon after ctx
// ends; when it returns, none of its goroutines is left.
//
// Errors: [ErrNoWorkers] for workers below 1; ctx.Err().
func Mine(ctx context.Context, h Header, t Target, workers int) (Header, error) {
	// BEGIN SOLUTION
	// UNTESTED "No nonce is tried twice": a nonce that was tried in vain leaves no trace.
	if workers < 1 {
		return Header{}, ErrNoWorkers
	}
	before, after := h.around()
	var found atomic.Bool
	var nonce atomic.Uint64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			buf := make([]byte, 0, len(before)+20+len(after))
			for n, tries := uint64(w+1), 0; ; n, tries = n+uint64(workers), tries+1 {
				if tries%CheckEvery == 0 && (found.Load() || ctx.Err() != nil) {
					return
				}
				buf = append(buf[:0], before...)
				buf = strconv.AppendUint(buf, n, 10)
				buf = append(buf, after...)
				if Hash(sha512.Sum512(buf)).Solves(t) {
					if found.CompareAndSwap(false, true) {
						nonce.Store(n)
					}
					return
				}
			}
		})
	}
	wg.Wait()
	if !found.Load() {
		return Header{}, ctx.Err()
	}
	h.Nonce = nonce.Load()
	h.ThisHash = h.Hash()
	return h, nil
	// END SOLUTION
}
