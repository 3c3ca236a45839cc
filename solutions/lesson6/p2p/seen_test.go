package p2p_test

//nodebook:limits timeout=45s

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson6/p2p"
)

func TestSeen_Add(t *testing.T) {
	d := draw.From(t)
	for _, most := range []int{1, 3, 10} {
		s := p2p.NewSeen(most)
		h := hashes(d, 3*most)
		for i := range h {
			try := expect.Tried(t, "Add of hash %d to a set that remembers %d", i+1, most)
			try.Why("a hash is new the first time: that is how a node knows that it has not seen a message yet")
			try.Equal("new", s.Add(h[i]), true)
			try.Why("a hash that the set remembers is not new, or a message would go round the network forever")
			try.Equal("new, added again", s.Add(h[i]), false)
			try.Why("the set is bounded: once it is full, a new hash takes the oldest one's place, and that one's alone")
			try.Equal("hashes remembered", s.Len(), min(i+1, most))
			for j := range i + 1 {
				try.Why("the set is bounded: the hash that was added first is forgotten first")
				try.Equal(fmt.Sprintf("remembers hash %d", j+1), s.Has(h[j]), j > i-most)
			}
		}
	}
}

func TestSeen_Add_apart(t *testing.T) {
	h := hashes(draw.From(t), 1)[0]
	a, b := p2p.NewSeen(3), p2p.NewSeen(3)
	try := expect.Tried(t, "Add of one hash to two sets")
	try.Why("a node has a set for each of its peers: a hash that one peer has is new to another")
	try.Equal("new to the first", a.Add(h), true)
	try.Equal("new to the second", b.Add(h), true)
}

func TestSeen_Add_age(t *testing.T) {
	h := hashes(draw.From(t), 4)
	s := p2p.NewSeen(3)
	for _, i := range []int{0, 1, 2, 0, 3} {
		s.Add(h[i])
	}
	try := expect.Tried(t, "Add of hashes 1, 2, 3, 1 again and 4 to a set that remembers 3").Why("adding again does not make a hash younger")
	try.Equal("remembers hash 1", s.Has(h[0]), false)
	try.Equal("remembers hash 2", s.Has(h[1]), true)
	try.Equal("new, hash 1 added again", s.Add(h[0]), true)
}

func TestSeen_Add_memory(t *testing.T) {
	d := draw.From(t)
	s := p2p.NewSeen(4)
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	h := hashes(d, 1)[0]
	before := heap()
	const n = 10_000 // of 64 bytes: 640 kB and more
	for i := range n {
		binary.BigEndian.PutUint32(h[:], uint32(i))
		s.Add(h)
	}
	more := heap() - before
	try := expect.Tried(t, "Add of %d hashes to a set that remembers 4, and then the memory in use", n)
	try.Why("what is forgotten is forgotten by map and by ring: whatever strangers can make us remember has a bound")
	try.True(more < 1<<18, fmt.Sprintf("%d bytes more than before", more), "no more than a few hashes take")
	try.Equal("hashes remembered", s.Len(), 4)
}

func TestSeen_Add_alike(t *testing.T) {
	d := draw.From(t)
	a := hashes(d, 1)[0]
	b := a
	b[63] ^= 1
	s := p2p.NewSeen(3)
	try := expect.Tried(t, "Add of two hashes that differ in their last byte alone")
	try.Why("a hash is all of its 64 bytes: a peer can find a message whose hash has the same first bytes as another one")
	try.Equal("the first is new", s.Add(a), true)
	try.Equal("the second is new", s.Add(b), true)
}

func TestSeen_Add_random(t *testing.T) {
	d := draw.From(t)
	h := hashes(d, 6)
	most := d.Between(2, 4)
	s := p2p.NewSeen(most)
	var have []int
	for i := range 60 {
		k := d.IntN(len(h))
		try := expect.Tried(t, "Add number %d of 60, each of one of %d hashes, to a set that remembers %d", i+1, len(h), most)
		try.Why("a hash is new unless it is one of those that the set remembers, and a new one takes the oldest one's place")
		try.Equal("new", s.Add(h[k]), !slices.Contains(have, k))
		if !slices.Contains(have, k) {
			have = append(have, k)
			have = have[max(0, len(have)-most):]
		}
		try.Equal("hashes remembered", s.Len(), len(have))
	}
}
