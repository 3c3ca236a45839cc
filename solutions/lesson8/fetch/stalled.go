package fetch

import (
	"slices"
	"time"
)

const (
	MinStall = 2 * time.Second  // how long others have to wait before anyone is dropped
	MaxStall = 64 * time.Second // and the most that it grows to

	// Timeout is how long a peer may owe a block in any case. Core adds half of it for
	// each other peer that it downloads from.
	Timeout = 10 * time.Minute
)

// Stalled returns the peers that are to be dropped, in the order of their numbers:
// the one that owes the first missing block, if the clock has run for the limit or
// longer, and all that have owed a block for [Timeout] or longer.
//
// The clock starts in [Window.Next] and stops when the first missing block arrives
// or its peer is lost. A peer that is slow elsewhere keeps no one waiting, and stays.
//
// The limit is [MinStall] at first. If all peers are slow, the connection is to blame
// and not they: each time the clock has run out, the limit doubles, up to [MaxStall],
// and the clock stops. With each block that is passed on, it shrinks to 85%, down to [MinStall].
func (w *Window) Stalled(now time.Time) []int {
	// BEGIN SOLUTION
	var peers []int
	for i := w.first; i < w.last(); i++ {
		if s := w.slot(i); s.state == asked && now.Sub(s.at) >= Timeout {
			peers = append(peers, s.peer)
		}
	}
	if !w.since.IsZero() && now.Sub(w.since) >= w.limit {
		peers = append(peers, w.slot(w.first).peer)
		w.limit = min(MaxStall, 2*w.limit)
		w.since = time.Time{}
	}
	slices.Sort(peers)
	return slices.Compact(peers)
	// END SOLUTION
}
