package fetch

import (
	"time"

	"nodebook/lessons/lesson7/block"
)

// Next returns the blocks to ask a peer for now, and notes that it is asked: in
// the order of the list, those in the window that are missing and that no peer is
// asked for, until the peer owes the most that it may.
//
// If the peer gets nothing although it could owe more, and another peer owes the first
// missing block, the clock of [Window.Stalled] starts, unless it is running already.
func (w *Window) Next(peer int, now time.Time) []block.Hash {
	return nil
}
