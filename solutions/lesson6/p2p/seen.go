package p2p

import "nodebook/solutions/lesson5/chain"

// Seen remembers the last hashes that it was told, up to a number of them.
type Seen struct {
	most  int
	order []chain.Hash // a ring, the oldest at next once it is full
	next  int
	set   map[chain.Hash]bool
}

// NewSeen remembers most hashes, at least one.
func NewSeen(most int) *Seen { return &Seen{most: max(1, most), set: map[chain.Hash]bool{}} }

// Has reports whether h is remembered.
func (s *Seen) Has(h chain.Hash) bool { return s.set[h] }

// Len is how many hashes are remembered.
func (s *Seen) Len() int { return len(s.set) }

// Add remembers h and reports whether it is new. If there are s.most hashes
// already, the one that was added first is forgotten. Adding a remembered hash
// changes nothing, not even its age.
func (s *Seen) Add(h chain.Hash) bool {
	// BEGIN SOLUTION
	if s.set[h] {
		return false
	}
	if len(s.order) < s.most {
		s.order = append(s.order, h)
	} else {
		delete(s.set, s.order[s.next])
		s.order[s.next] = h
		s.next = (s.next + 1) % s.most
	}
	s.set[h] = true
	return true
	// END SOLUTION
}
