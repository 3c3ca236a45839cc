package crawl

import (
	"context"
	"sync"
)

// Goroutines asks all peers at the same time, each in its own goroutine, and returns
// when all are done: no goroutine is left. Result i is for addresses[i].
func Goroutines(ctx context.Context, ask Ask, addresses []string) []Result {
	// BEGIN SOLUTION
	results := make([]Result, len(addresses))
	var wg sync.WaitGroup
	for i, address := range addresses {
		wg.Go(func() { results[i] = ask.Do(ctx, address) }) // each goroutine has an element of its own
	}
	wg.Wait()
	return results
	// END SOLUTION
}
