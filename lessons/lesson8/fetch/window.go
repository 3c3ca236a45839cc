package fetch

import (
	"time"

	"nodebook/lessons/lesson7/block"
)

// How Bitcoin Core downloads.
const (
	Ahead   = 1024 // blocks from the first missing one on that may be asked for
	PerPeer = 16   // blocks that one peer may owe
)

// Room is how many bytes of blocks a window may have. Core writes blocks to the disk
// as they come, and needs no such bound.
const Room = 128 << 20

// Window says which blocks are asked of which peers. It is about a list of blocks
// that are wanted in this order, and it moves along that list: it starts at the first
// missing block. Peers are numbers.
type Window struct {
	wanted  []block.Hash
	index   map[block.Hash]int // of the blocks that were asked for
	slots   []slot             // of the blocks in the window: i is in slots[i % len(slots)]
	first   int                // the first missing block; those before it have been passed on
	perPeer int
	owes    map[int]int // how many blocks a peer owes
	room    int         // bytes
	largest int         // bytes of the largest block that has arrived

	limit time.Duration // how long the owner of the first missing block may keep others waiting
	since time.Time     // from when on it has; zero if it does not
}

// slot is what is known about a block in the window.
type slot struct {
	state state
	peer  int       // of whom it is asked
	at    time.Time // when it was
	block block.Block
}

type state int

const (
	missing state = iota // and asked of nobody
	asked
	arrived
)

// NewWindow returns a window of ahead blocks over those that are wanted, of which one
// peer may owe perPeer. Both numbers are at least 1.
func NewWindow(wanted []block.Hash, ahead, perPeer int) *Window {
	return &Window{
		wanted: wanted, index: map[block.Hash]int{}, slots: make([]slot, ahead), perPeer: perPeer,
		owes: map[int]int{}, room: Room, limit: MinStall,
	}
}

// SetRoom sets how many bytes of blocks the window may have, instead of [Room].
func (w *Window) SetRoom(bytes int) { w.room = bytes }

// slot returns the slot of the block at index i of wanted, which is in the window.
func (w *Window) slot(i int) *slot { return &w.slots[i%len(w.slots)] }

// length returns how many blocks long the window is: as many as there is room for if
// all are as large as the largest that has arrived.
func (w *Window) length() int {
	if w.largest == 0 {
		return len(w.slots)
	}
	return min(len(w.slots), max(1, w.room/w.largest))
}

// end returns the index after the last block in the window.
func (w *Window) end() int { return min(len(w.wanted), w.first+w.length()) }

// last returns the index after the last block that may have been asked for, when the
// window was longer.
func (w *Window) last() int { return min(len(w.wanted), w.first+len(w.slots)) }

// Done reports whether all wanted blocks have been passed on.
func (w *Window) Done() bool { return w.first == len(w.wanted) }

// Owes returns how many blocks a peer owes.
func (w *Window) Owes(peer int) int { return w.owes[peer] }

// Lost says that a peer is gone: what it owes can be asked of others.
func (w *Window) Lost(peer int) {
	for i := w.first; i < w.last(); i++ {
		if s := w.slot(i); s.state == asked && s.peer == peer {
			delete(w.index, w.wanted[i])
			*s = slot{}
			if i == w.first {
				w.since = time.Time{}
			}
		}
	}
	delete(w.owes, peer)
}
