package ibd_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
)

var (
	errHangUp = errors.New("hung up")
	errSilent = errors.New("no answer")
)

// answer is a message that arrives at some time, or the end of a connection.
type answer struct {
	due time.Time
	m   framing.Message
	err error
}

// peer serves a chain.
type peer struct {
	latency time.Duration
	serve   func(b block.Block) (framing.Message, error) // the answer for a block that it has; nil: the block
	head    func(hs []block.Header) []block.Header       // what it makes of its headers; nil: nothing
	served  int                                          // blocks
	heads   int                                          // how many times it was asked for headers

	mu      sync.Mutex
	chain   []block.Block // its best
	at      map[block.Hash]int
	store   map[block.Hash]block.Block // also blocks of other branches
	asked   map[block.Hash]int
	next    *answer
	answers chan answer
}

func newPeer(chain []block.Block, latency time.Duration) *peer {
	p := &peer{latency: latency, store: map[block.Hash]block.Block{}, asked: map[block.Hash]int{}, answers: make(chan answer, 10_000)}
	p.have(chain)
	return p
}

// have makes a chain the peer's best.
func (p *peer) have(chain []block.Block) {
	p.chain, p.at = chain, map[block.Hash]int{}
	for i, b := range chain {
		h := hashOf(b)
		p.at[h], p.store[h] = i, b
	}
}

func blockMessage(b block.Block) framing.Message {
	return framing.Message{Command: "block", Payload: block.AppendBlock(nil, b, true)}
}

func (p *peer) Send(ctx context.Context, m framing.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch m.Command {
	case "getheaders":
		p.heads++
		p.push(p.headers(m.Payload), nil)
	case "getdata":
		hashes, err := fetch.ReadInventory(m.Payload)
		if err != nil {
			return err
		}
		for _, h := range hashes {
			p.asked[h]++
			p.served++
			b, ok := p.store[h]
			switch {
			case !ok:
				p.push(framing.Message{Command: "notfound", Payload: m.Payload}, nil)
			case p.serve == nil:
				p.push(blockMessage(b), nil)
			default:
				p.push(p.serve(b))
			}
		}
	}
	return ctx.Err()
}

func (p *peer) push(m framing.Message, err error) {
	if err != errSilent {
		p.answers <- answer{due: time.Now().Add(p.latency), m: m, err: err}
	}
}

// headers answers getheaders: what follows the first hash that it has.
func (p *peer) headers(payload []byte) framing.Message {
	from := 0
	c := version.NewCursor(payload)
	c.Take("version", 4)
	n, _ := version.ReadCompactSize(c)
	for range n {
		b, err := c.Take("hash", block.HashSize)
		if err != nil {
			break
		}
		if i, ok := p.at[block.Hash(b)]; ok {
			from = i
			break
		}
	}
	var hs []block.Header
	for _, b := range p.chain[from+1 : min(len(p.chain), from+2001)] {
		hs = append(hs, b.Header)
	}
	if p.head != nil {
		hs = p.head(slices.Clone(hs))
	}
	return framing.Message{Command: "headers", Payload: headers.AppendHeaders(nil, hs)}
}

// Receive keeps an answer that is not due when ctx ends.
func (p *peer) Receive(ctx context.Context) (framing.Message, error) {
	if p.next == nil {
		select {
		case a := <-p.answers:
			p.next = &a
		case <-ctx.Done():
			return framing.Message{}, ctx.Err()
		}
	}
	timer := time.NewTimer(time.Until(p.next.due))
	defer timer.Stop()
	select {
	case <-timer.C:
		a := *p.next
		p.next = nil
		return a.m, a.err
	case <-ctx.Done():
		return framing.Message{}, ctx.Err()
	}
}

func ofType(ps []*peer) []headers.Peer {
	var list []headers.Peer
	for _, p := range ps {
		list = append(list, p)
	}
	return list
}

// askedFor is how many times peers were asked for blocks.
func askedFor(ps []*peer) (n int) {
	for _, p := range ps {
		for _, k := range p.asked {
			n += k
		}
	}
	return n
}
