package crawl

import (
	"context"
	"sync"
)

// Stream asks all peers at the same time, as [Goroutines] does, but does not
// wait: it immediately returns a channel, on which each result arrives as soon
// as it is known. After the last one the channel is closed.
//
// The channel has room for all results, so that nobody has to read them: every
// goroutine ends as soon as it has its result.
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
