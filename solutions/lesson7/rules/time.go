package rules

import (
	"fmt"
	"slices"

	"nodebook/solutions/lesson7/block"
)

const (
	medianOf = 11    // blocks
	MaxAhead = 7_200 // seconds that a header may be ahead of our clock
)

// MedianTime returns the median of the times of the last 11 headers of before: the
// one in the middle after sorting. Of fewer headers it is the one at index n/2, and
// of none it is 0.
func MedianTime(before []block.Header) int64 {
	// BEGIN SOLUTION of CheckTime
	if len(before) == 0 {
		return 0
	}
	times := make([]int64, 0, medianOf)
	for _, h := range before[max(0, len(before)-medianOf):] {
		times = append(times, int64(h.Time))
	}
	slices.Sort(times)
	return times[len(times)/2]
	// END SOLUTION
}

// CheckTime checks the time of h against the headers before it, of which the last
// is its parent, and against now, in seconds since 1970. It must be above
// [MedianTime] of before, unless there are none, and at most [MaxAhead] seconds
// above now. It may be below that of its parent. The caller's slice stays
// unchanged.
//
// Errors: [ErrTooOld], [ErrFuture].
func CheckTime(h block.Header, before []block.Header, now int64) error {
	// BEGIN SOLUTION
	if median := MedianTime(before); len(before) > 0 && int64(h.Time) <= median {
		return fmt.Errorf("time %d: %w: %d", h.Time, ErrTooOld, median)
	}
	if int64(h.Time) > now+MaxAhead {
		return fmt.Errorf("time %d: %w: now is %d", h.Time, ErrFuture, now)
	}
	return nil
	// END SOLUTION
}
