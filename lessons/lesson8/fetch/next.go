package fetch

import (
	"time"

	"nodebook/lessons/lesson7/block"
)

// Next returns the blocks that a peer is to be asked for now, and notes that they
// are: in the order of the list, those in the window that are missing and asked of
// nobody, as many as bring what the peer owes to the most that it may.
//
// If the peer gets nothing although it could owe more, and another peer owes the first
// missing block, the clock of [Window.Stalled] starts, unless it is running already.
func (w *Window) Next(peer int, now time.Time) []block.Hash {
	return nil
}
