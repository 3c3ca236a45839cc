package ibd

import (
	"sync"

	"nodebook/solutions/lesson7/block"
)

// VerifyAll calls run for each of the jobs, with as many at the same time as there
// are workers, and returns the lowest index of a job for which it returned an error,
// and that error; or -1 and nil. Nodes that find the same block invalid must agree
// why, so it does not matter which worker is faster.
//
// Jobs are started in their order. Once one has failed, none after it is started.
// VerifyAll returns when no job is running, and no goroutine is left. Fewer than
// one worker counts as one.
func VerifyAll(jobs []block.Spend, workers int, run func(block.Spend) error) (int, error) {
	// BEGIN SOLUTION
	// UNTESTED "Nodes that find": it is the reason of the sentence before.
	var (
		mu     sync.Mutex
		next   int
		lowest = -1
		failed error
		ends   sync.WaitGroup
	)
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		if next == len(jobs) || failed != nil {
			return 0, false
		}
		next++
		return next - 1, true
	}
	for range max(1, workers) {
		ends.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				err := run(jobs[i])
				mu.Lock()
				if err != nil && (failed == nil || i < lowest) {
					lowest, failed = i, err
				}
				mu.Unlock()
			}
		})
	}
	ends.Wait()
	return lowest, failed
	// END SOLUTION
}
