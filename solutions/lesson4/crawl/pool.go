package crawl

import (
	"context"
	"sync"
)

// Pool asks all peers with n workers: n goroutines and one or two more, however
// many peers there are. No more than n are asked at the same time. A worker that
// is done with one peer takes the next: a slow peer holds up its own worker and
// no other. An n below 1 counts as 1.
//
// Everything else is as with [Stream]: Pool returns immediately; each result
// arrives as soon as it is known; the channel has room for all of them and is
// closed after the last. Once ctx has ended, the peers that are left are not
// asked: they get ctx's error.
func Pool(ctx context.Context, ask Ask, addresses []string, n int) <-chan Result {
	// BEGIN SOLUTION
	jobs := make(chan string)
	results := make(chan Result, len(addresses))
	var workers sync.WaitGroup
	for range max(n, 1) {
		workers.Go(func() {
			for address := range jobs {
				results <- ask.Do(ctx, address)
			}
		})
	}
	go func() {
		for _, address := range addresses {
			jobs <- address
		}
		close(jobs)
		workers.Wait()
		close(results)
	}()
	return results
	// END SOLUTION
}
