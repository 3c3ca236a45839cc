package crawl_test

import (
	"hash/maphash"
	"sync/atomic"
	"time"

	"nodebook/fixtures/simnet/bubble"
)

// tally counts calls of a fake. Its callers are put in no order by it, not even
// in the race detector's eyes ([bubble.Unseen]): what they share is for them to
// guard.
type tally struct {
	now, peak, late, calls atomic.Int64
	last                   atomic.Int64 // when the last call began, in nanoseconds
	rows                   [8192]row    // by address: an open hash table
}

// row counts the calls for one address.
type row struct {
	hash  atomic.Uint64 // of the address; 0 if there is none yet
	calls atomic.Int64
}

var seed = maphash.MakeSeed()

// begin counts a call.
func (t *tally) begin(address string, late bool) {
	when := time.Now().UnixNano()
	bubble.Unseen(func() {
		t.calls.Add(1)
		now := t.now.Add(1)
		for old := t.peak.Load(); now > old && !t.peak.CompareAndSwap(old, now); {
			old = t.peak.Load()
		}
		if late {
			t.late.Add(1)
		}
		t.last.Store(when)
		if r := t.row(address); r != nil {
			r.calls.Add(1)
		}
	})
}

// end counts the end of a call.
func (t *tally) end() { bubble.Unseen(func() { t.now.Add(-1) }) }

// row finds an address's row, or takes a free one; nil where all are taken.
func (t *tally) row(address string) *row {
	hash := max(maphash.String(seed, address), 1)
	for i := range uint64(len(t.rows)) {
		r := &t.rows[(hash+i)%uint64(len(t.rows))]
		if r.hash.CompareAndSwap(0, hash) || r.hash.Load() == hash {
			return r
		}
	}
	return nil
}

// seen is a tally so far. (The code under test may still be at work.)
type seen struct {
	now   int       // under way
	peak  int       // most at a time
	calls int       // all of them
	late  int       // those after their context had ended
	last  time.Time // when the last one began
}

func (t *tally) seen() seen {
	return seen{
		now: int(t.now.Load()), peak: int(t.peak.Load()), calls: int(t.calls.Load()), late: int(t.late.Load()),
		last: time.Unix(0, t.last.Load()),
	}
}

// of is how often an address was asked.
func (t *tally) of(address string) int { return int(t.row(address).calls.Load()) }

// different is how many addresses were asked.
func (t *tally) different() int {
	n := 0
	for i := range t.rows {
		if t.rows[i].calls.Load() > 0 {
			n++
		}
	}
	return n
}
