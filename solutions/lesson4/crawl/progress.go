package crawl

import (
	"fmt"
	"time"
)

// Progress is how far the asking has come.
type Progress struct {
	Total    int // peers
	Received int // versions
	Failures int
	Elapsed  time.Duration
}

// Remaining returns how many peers have not been asked yet.
func (p Progress) Remaining() int {
	// BEGIN SOLUTION of Progress.String
	return p.Total - p.Received - p.Failures
	// END SOLUTION
}

// Percent returns how much of the work is done, 0 to 100. If there is no work, it is
// 100.
func (p Progress) Percent() float64 {
	// BEGIN SOLUTION of Progress.String
	if p.Total == 0 {
		return 100
	}
	return 100 * float64(p.Received+p.Failures) / float64(p.Total)
	// END SOLUTION
}

// Left returns how long it will take from now on, if the remaining peers take as
// long as those that are done. Until one is done, this is unknown: ok is false.
func (p Progress) Left() (left time.Duration, ok bool) {
	// BEGIN SOLUTION of Progress.String
	done := p.Received + p.Failures
	if done == 0 {
		return 0, false
	}
	return time.Duration(float64(p.Elapsed) / float64(done) * float64(p.Remaining())), true
	// END SOLUTION
}

// String returns the progress as a line: the percentage and the minutes left
// with one decimal, or "?" if the minutes are unknown.
//
//	30 received | 10 failures | 60 remaining | 40.0% complete | ~1.5 minutes left
//	0 received | 0 failures | 100 remaining | 0.0% complete | ~? minutes left
func (p Progress) String() string {
	// BEGIN SOLUTION
	minutes := "?"
	if left, ok := p.Left(); ok {
		minutes = fmt.Sprintf("%.1f", left.Minutes())
	}
	return fmt.Sprintf("%d received | %d failures | %d remaining | %.1f%% complete | ~%s minutes left",
		p.Received, p.Failures, p.Remaining(), p.Percent(), minutes)
	// END SOLUTION
}
