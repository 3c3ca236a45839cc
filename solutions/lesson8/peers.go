package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
)

// dialTime is how long a connection and its handshake may take.
const dialTime = 10 * time.Second

// link is a peer, and what went over its connection.
type link struct {
	*headers.Conn
	address string
	manner  simnet.Manner
	start   time.Time

	mu     sync.Mutex
	asked  map[block.Hash]time.Duration // since start, of blocks that have not come
	served []served
}

// served is a block that a peer sent.
type served struct {
	hash        block.Hash
	asked, came time.Duration
	bytes       int
}

// Send notes which blocks the peer is asked for.
func (l *link) Send(ctx context.Context, m framing.Message) error {
	if m.Command == "getdata" {
		if hashes, err := fetch.ReadInventory(m.Payload); err == nil {
			l.mu.Lock()
			for _, h := range hashes {
				l.asked[h] = time.Since(l.start)
			}
			l.mu.Unlock()
		}
	}
	return l.Conn.Send(ctx, m)
}

// Receive notes which blocks the peer sends.
func (l *link) Receive(ctx context.Context) (framing.Message, error) {
	m, err := l.Conn.Receive(ctx)
	if err == nil && m.Command == "block" && len(m.Payload) >= block.HeaderSize {
		l.mu.Lock()
		defer l.mu.Unlock()
		hash := block.Hash(framing.Hash256(m.Payload[:block.HeaderSize]))
		if at, ok := l.asked[hash]; ok {
			l.served = append(l.served, served{hash: hash, asked: at, came: time.Since(l.start), bytes: len(m.Payload)})
			delete(l.asked, hash)
		}
	}
	return m, err
}

// seen returns what the peer has sent.
func (l *link) seen() []served {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.served
}

// network is the peers of a run.
type network struct {
	links []*link
	close func()
}

// kept returns, for each peer, the blocks that it sent, without copies that were
// refused: such a block has come again, and the last copy is the one that was kept.
func (n *network) kept() [][]served {
	all := make([][]served, len(n.links))
	last := map[block.Hash]time.Duration{}
	for i, l := range n.links {
		all[i] = l.seen()
		for _, b := range all[i] {
			last[b.hash] = max(last[b.hash], b.came)
		}
	}
	for i, seen := range all {
		all[i] = slices.DeleteFunc(slices.Clone(seen), func(b served) bool { return b.came < last[b.hash] })
	}
	return all
}

// meet starts the peers, or only calls them, and shakes hands with each. One that
// does not answer is left out.
func meet(ctx context.Context, o options, s source, errs io.Writer) (*network, error) {
	var closers []func() error
	n := &network{close: func() {
		for _, c := range closers {
			c()
		}
	}}
	addresses, of := o.connect, []simnet.Manner(nil)
	for i, a := range addresses {
		var err error
		if addresses[i], err = o.network.Address(a); err != nil {
			return n, err
		}
	}
	if len(addresses) == 0 {
		of = append(make([]simnet.Manner, o.peers), o.bad...)
		for i, m := range of {
			p, err := simnet.StartPeer(simnet.Healthy, simnet.WithMagic(s.wire), simnet.WithSeed(o.seed+uint64(i)), simnet.WithLatency(o.latency),
				simnet.WithRate(o.rate), simnet.WithTime(time.Now()), simnet.WithChain(s.chain), simnet.WithManner(m))
			if err != nil {
				return n, err
			}
			closers = append(closers, p.Close)
			addresses = append(addresses, p.Addr())
		}
	}
	start := time.Now()
	for i, address := range addresses {
		conn, err := dial(ctx, address, s.magic)
		if err != nil {
			fmt.Fprintf(errs, "lesson8: %s: %v\n", address, err)
			continue
		}
		l := &link{Conn: conn, address: address, start: start, asked: map[block.Hash]time.Duration{}}
		if of != nil {
			l.manner = of[i]
		}
		closers = append([]func() error{conn.Close}, closers...)
		n.links = append(n.links, l)
	}
	return n, ctx.Err()
}

// dial calls a peer and shakes hands.
func dial(ctx context.Context, address string, magic framing.Magic) (*headers.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	var nonce [8]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		conn.Close()
		return nil, err
	}
	us := version.Version{
		Protocol: headers.Protocol, Timestamp: time.Now(), UserAgent: "/nodebook:8/",
		Nonce: binary.LittleEndian.Uint64(nonce[:]),
	}
	if _, err := version.Handshake(ctx, conn, version.Config{Magic: magic, Version: us}); err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	return headers.NewConn(conn, magic), nil
}
