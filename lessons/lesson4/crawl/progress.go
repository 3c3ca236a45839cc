package crawl

import (
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
	return 0
}

// Percent returns how much of the work is done, 0 to 100. If there is no work, it is
// 100.
func (p Progress) Percent() float64 {
	return 0
}

// Left returns how long it will take from now on, if the remaining peers take as
// long as those that are done. Until one is done, this is unknown: ok is false.
func (p Progress) Left() (left time.Duration, ok bool) {
	return 0, false
}

// String returns the progress as a line: the percentage and the minutes left
// with one decimal, or "?" if the minutes are unknown.
//
//	30 received | 10 failures | 60 remaining | 40.0% complete | ~1.5 minutes left
//	0 received | 0 failures | 100 remaining | 0.0% complete | ~? minutes left
func (p Progress) String() string {
	return ""
}
