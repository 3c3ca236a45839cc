package crawl

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// Announce asks all peers at the same time, as [Goroutines] does, and writes a
// line to w for each, Result.String and a newline, as soon as its result is
// known. Only one goroutine writes, and the others send it their lines: two may
// not use a writer at the same time, and a line is never in the middle of
// another. No lock is held during a wait for a peer, a line or w, not even an
// io.Pipe's.
//
// It returns the results, result i for addresses[i], when the last line is
// written. If w fails, the first error is returned with the results and nothing
// more is written; every peer is still asked. There is no other error: if ctx
// ends, the results say so. No goroutine is left.
func Announce(ctx context.Context, ask Ask, addresses []string, w io.Writer) ([]Result, error) {
	// BEGIN SOLUTION
	results := make([]Result, len(addresses))
	lines := make(chan string)
	var wg sync.WaitGroup
	for i, address := range addresses {
		wg.Go(func() {
			results[i] = ask.Do(ctx, address)
			lines <- results[i].String()
		})
	}
	go func() {
		wg.Wait()
		close(lines)
	}()
	var failed error
	for line := range lines { // to the end, or the others would wait forever
		if failed == nil {
			_, failed = fmt.Fprintln(w, line)
		}
	}
	return results, failed
	// END SOLUTION
}

// Fuzz is a writer that makes a race worse: it passes on one byte at a time, and
// now and then lets others go first. Two goroutines that print through it at the
// same time will be seen.
type Fuzz struct{ W io.Writer }

// Write writes p to f.W, slowly.
func (f Fuzz) Write(p []byte) (int, error) {
	for i := range p {
		if rand.IntN(8) == 0 {
			time.Sleep(time.Duration(rand.IntN(100)) * time.Microsecond)
		}
		if _, err := f.W.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}
