// Package sim runs a whole network in one goroutine. Its nodes are the [p2p.Core]s of the
// lesson; what is made up is the wire between them, the clock, and who finds the next block.
// The same seed gives the same network, so that only what is changed makes a difference.
package sim

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"nodebook/fixtures/toycoin"
	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson5/chain"
	"nodebook/lessons/lesson6/consensus"
	"nodebook/lessons/lesson6/p2p"
)

// What a node can have, for [Change.Has].
const (
	Slow    = "is slow"         // its messages, in both directions, take [SlowDelay]
	Lies    = "lies"            // the blocks that it finds pay it a million coins too many
	Attacks = "mines in secret" // it neither sends nor takes in anything, and has [World.Share] of the work
)

const (
	Pace      = 10 * time.Second // between two blocks of the network, on average
	Delay     = time.Second / 2  // of a message, at most
	SlowDelay = 15 * time.Second
)

// Change says what is wrong with a network.
type Change interface {
	Cut(a, b string) bool       // whether the link between two nodes is cut
	Has(node, what string) bool // whether a node is [Slow], say
}

// World is a network and its time.
type World struct {
	Cores  []*p2p.Core
	Events bytes.Buffer  // the event stream, JSON lines
	Change Change        // nil if nothing is wrong; looked at when Run starts
	Share  float64       // of all work, what those who mine in secret do
	Now    time.Duration // since the start

	luck    *rand.Rand // who finds the next block, and when
	ways    *rand.Rand // how long messages take: apart, so that a lost one changes nobody's luck
	links   []link
	waiting []delivery // by time
	next    time.Duration
	seq     []uint64 // of the last event, by node

	reorgs, refused int
	deepest         p2p.Event // the reorganisation that took back the most blocks
}

// link joins two nodes, unless it is cut or one of them has dropped the other.
type link struct {
	a, b          int
	joined, ended bool
}

// delivery is a message on its way.
type delivery struct {
	at time.Duration
	do func()
}

// New is a network of n nodes. Each is linked to the next, and every other one
// to the node opposite.
func New(n int, r consensus.Rules, seed uint64) *World {
	w := &World{luck: rand.New(rand.NewPCG(seed, 6)), ways: rand.New(rand.NewPCG(seed, 7)), seq: make([]uint64, n)}
	for i := range n {
		c := p2p.NewCore(fmt.Sprint("n", i+1), r)
		c.Now = func() time.Time { return time.Unix(r.Genesis, 0).Add(w.Now) }
		c.Emit = func(e p2p.Event) { w.tell(i, e) }
		c.Send = func(to int, m framing.Message) { w.post(i, to, m) }
		w.Cores = append(w.Cores, c)
		w.links = append(w.links, link{a: i, b: (i + 1) % n})
	}
	for i := 0; i < n/2; i += 2 {
		w.links = append(w.links, link{a: i, b: i + n/2})
	}
	w.next = w.wait()
	return w
}

// wait is the time to the next block: that of a lottery with many tickets.
func (w *World) wait() time.Duration { return time.Duration(w.luck.ExpFloat64() * float64(Pace)) }

// Run lets time pass. What has changed since the last Run takes effect at its start: links
// are cut, and those that are whole again are dialled.
func (w *World) Run(d time.Duration) {
	for k := range w.links {
		l := &w.links[k]
		l.ended = false
		w.join(l, !w.apart(l.a, l.b))
	}
	for end := w.Now + d; ; {
		switch {
		case len(w.waiting) > 0 && w.waiting[0].at <= min(w.next, end):
			first := w.waiting[0]
			w.waiting = w.waiting[1:]
			w.Now = first.at
			first.do()
		case w.next <= end:
			w.Now = w.next
			w.next += w.wait()
			w.mine(w.winner())
		default:
			w.Now = end
			return
		}
	}
}

func (w *World) has(i int, what string) bool {
	return w.Change != nil && w.Change.Has(w.Cores[i].Name, what)
}

// apart reports whether two nodes do not hear each other.
func (w *World) apart(a, b int) bool {
	return w.Change != nil && w.Change.Cut(w.Cores[a].Name, w.Cores[b].Name) || w.has(a, Attacks) || w.has(b, Attacks)
}

// join makes a link or ends it.
func (w *World) join(l *link, on bool) {
	if l.joined == on {
		return
	}
	l.joined = on
	if on {
		w.Cores[l.a].Join(l.b, w.Cores[l.b].Name)
		w.Cores[l.b].Join(l.a, w.Cores[l.a].Name)
	} else {
		w.Cores[l.a].Leave(l.b, nil)
		w.Cores[l.b].Leave(l.a, nil)
	}
}

func (w *World) between(a, b int) *link {
	k := slices.IndexFunc(w.links, func(l link) bool { return l.a == a && l.b == b || l.a == b && l.b == a })
	return &w.links[k]
}

// post carries a message. One that is on its way when its link ends is lost. A peer that breaks
// the protocol is dropped, and stays away until the next Run.
func (w *World) post(from, to int, m framing.Message) {
	delay := Delay/10 + time.Duration(w.ways.Float64()*float64(Delay-Delay/10))
	if w.has(from, Slow) || w.has(to, Slow) {
		delay = SlowDelay
	}
	w.later(delay, func() {
		l := w.between(from, to)
		if !l.joined || l.ended {
			return
		}
		if err := w.Cores[to].Receive(from, m); errors.Is(err, p2p.ErrPeer) {
			w.join(l, false)
			l.ended = true
		}
	})
}

func (w *World) later(d time.Duration, do func()) {
	at := w.Now + d
	k, _ := slices.BinarySearchFunc(w.waiting, at, func(x delivery, at time.Duration) int {
		return cmp.Or(cmp.Compare(x.at, at), -1) // after those of the same time
	})
	w.waiting = slices.Insert(w.waiting, k, delivery{at, do})
}

// winner draws who finds the next block, by share of the work.
func (w *World) winner() int {
	var secret, open []int
	for i := range w.Cores {
		if w.has(i, Attacks) {
			secret = append(secret, i)
		} else {
			open = append(open, i)
		}
	}
	from := open
	if draw := w.luck.Float64(); len(secret) > 0 && (draw < w.Share || len(open) == 0) {
		from = secret
	}
	return from[w.luck.IntN(len(from))]
}

// mine has a node find a block.
func (w *World) mine(i int) {
	c := w.Cores[i]
	b := c.Template(chain.AddressOf(toycoin.Key(i % toycoin.Keys)))
	lie := w.has(i, Lies)
	if lie {
		b.Transactions[0].ReceiverValue += 1_000_000
		b.Header.MerkleRoot = chain.MerkleRoot(b.Transactions)
	}
	target, err := consensus.TargetOf(b.Header.Bits)
	if err != nil {
		return
	}
	if b.Header, err = chain.Mine(context.Background(), b.Header, target, 1); err != nil {
		return
	}
	if !lie {
		c.Mined(b)
		return
	}
	// Its own core would refuse the block as well, so it goes out past it.
	for _, to := range c.Peers() {
		m := framing.Message{Command: "block", Payload: chain.EncodeBlock(b)}
		w.tell(i, p2p.Event{Ms: c.Now().UnixMilli(), Node: c.Name, Kind: p2p.KindSent, Peer: w.Cores[to].Name, Command: m.Command, Bytes: len(m.Payload)})
		w.post(i, to, m)
	}
}

// tell writes an event of node i, and counts.
func (w *World) tell(i int, e p2p.Event) {
	w.seq[i]++
	e.Seq = w.seq[i]
	switch {
	case e.Kind == p2p.KindTip && e.Removed > 0:
		w.reorgs++
		if e.Removed > w.deepest.Removed {
			w.deepest = e
		}
	case e.Kind == p2p.KindWrong:
		w.refused++
	}
	json.NewEncoder(&w.Events).Encode(e)
}

// Report says which nodes are of one opinion, and what it took.
func (w *World) Report() string {
	var tips []*consensus.Entry // in the order of the nodes
	names := map[chain.Hash][]string{}
	for _, c := range w.Cores {
		tip := c.Index.Tip()
		h := tip.Block.Header.ThisHash
		if names[h] == nil {
			tips = append(tips, tip)
		}
		names[h] = append(names[h], c.Name)
	}
	var s strings.Builder
	fmt.Fprintf(&s, "after %.0f s, %s, %d refused\n", w.Now.Seconds(), counted(w.reorgs, "reorganisation"), w.refused)
	for _, tip := range tips {
		h := tip.Block.Header.ThisHash
		fmt.Fprintf(&s, "  height %-3d %s  %s\n", tip.Height, p2p.Short(h), strings.Join(names[h], " "))
	}
	if e := w.deepest; e.Removed > 1 {
		fmt.Fprintf(&s, "  the deepest reorganisation took back %d blocks, at %s\n", e.Removed, e.Node)
	}
	return s.String()
}

// counted is a number and what it counts, in the plural unless there is one.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
