package crawl

import (
	"context"
	"sync"
)

// Stream asks all peers at once, as [Goroutines] does, but does not wait: it
// returns a channel at once, on which each result arrives as soon as it is
// there. After the last one the channel is closed.
//
// The channel has room for all results, so that nobody has to read them: every
// goroutine ends as soon as its peer is asked.
func Stream(ctx context.Context, ask Ask, addresses []string) <-chan Result {
	// BEGIN SOLUTION
	results := make(chan Result, len(addresses))
	var wg sync.WaitGroup
	for _, address := range addresses {
		wg.Go(func() { results <- ask.Do(ctx, address) })
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	return results
	// END SOLUTION
}
