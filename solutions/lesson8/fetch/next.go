package fetch

import (
	"time"

	"nodebook/solutions/lesson7/block"
)

// Next returns the blocks to ask a peer for now, and notes that it is asked: in
// the order of the list, those in the window that are missing and that no peer is
// asked for, until the peer owes the most that it may.
//
// If the peer gets nothing although it could owe more, and another peer owes the first
// missing block, the clock of [Window.Stalled] starts, unless it is running already.
func (w *Window) Next(peer int, now time.Time) []block.Hash {
	// BEGIN SOLUTION
	var hashes []block.Hash
	for i := w.first; i < w.end() && w.owes[peer] < w.perPeer; i++ {
		s := w.slot(i)
		if s.state != missing {
			continue
		}
		*s = slot{state: asked, peer: peer, at: now}
		w.index[w.wanted[i]] = i
		w.owes[peer]++
		hashes = append(hashes, w.wanted[i])
	}
	if len(hashes) == 0 && w.owes[peer] < w.perPeer && !w.Done() && w.slot(w.first).peer != peer && w.since.IsZero() {
		w.since = now
	}
	return hashes
	// END SOLUTION
}
