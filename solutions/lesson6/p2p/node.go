package p2p

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/relay"
	"nodebook/solutions/lesson6/consensus"
)

// Limits on a peer.
const (
	MaxPeers     = 64               // connections at once
	QueueSize    = 1_000            // messages that wait for one peer; one too many, and it is dropped
	QueueBytes   = 8 << 20          // bytes of those messages; the same
	IdleTimeout  = 90 * time.Second // without a whole message, a peer is dropped
	PingInterval = 30 * time.Second // we say something at least this often
	AskInterval  = 10 * time.Second // between two questions for blocks
	Protocol     = 70016            // our version in lesson 2's handshake
)

// ErrHandshake is wrapped if the handshake with a peer failed.
var ErrHandshake = errors.New("handshake")

// Node runs a core on TCP connections.
type Node struct {
	Network framing.Magic // whose messages it speaks; 0 is this lesson's, [Magic]

	mu    sync.Mutex
	core  *Core
	links map[int]*link
	next  int
	nonce uint64
	tip   chan struct{} // closed when the main chain or the pool changes, and replaced
}

// link is one connection.
type link struct {
	conn   net.Conn
	out    chan framing.Message
	queued atomic.Int64 // bytes in out
	once   sync.Once
}

func (l *link) close() { l.once.Do(func() { l.conn.Close() }) }

// magic is the magic of the messages that n sends and reads.
func (n *Node) magic() framing.Magic { return cmp.Or(n.Network, Magic) }

// NewNode runs a core; it takes over the core's Send.
func NewNode(c *Core) *Node {
	n := &Node{core: c, links: map[int]*link{}, nonce: rand.Uint64(), tip: make(chan struct{})}
	c.Send = func(peer int, m framing.Message) {
		l := n.links[peer]
		if l == nil {
			return
		}
		if l.queued.Add(int64(len(m.Payload))) > QueueBytes {
			l.close() // it does not read what it asks for
			return
		}
		select {
		case l.out <- m:
		default:
			l.close()
		}
	}
	return n
}

// Do calls f with the core, which nobody else touches meanwhile.
func (n *Node) Do(f func(c *Core)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	before, pool := n.core.Index.Tip(), len(n.core.Pool.txns)
	f(n.core)
	if n.core.Index.Tip() != before || len(n.core.Pool.txns) != pool {
		close(n.tip)
		n.tip = make(chan struct{})
	}
}

// Serve accepts peers until ctx ends, and returns when all of them are gone. Whoever
// comes while [MaxPeers] are there, those who still shake hands included, is sent away.
func (n *Node) Serve(ctx context.Context, ln net.Listener) error {
	var peers sync.WaitGroup
	defer peers.Wait()
	defer context.AfterFunc(ctx, func() { ln.Close() })()
	places := make(chan struct{}, MaxPeers)
	for {
		conn, err := ln.Accept()
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, net.ErrClosed):
			return err
		default: // out of file descriptors, say: it passes
			wait(ctx, 50*time.Millisecond)
			continue
		}
		select {
		case places <- struct{}{}:
			peers.Go(func() { n.Talk(ctx, conn, true); <-places })
		default:
			conn.Close()
		}
	}
}

// wait waits, but no longer than ctx.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// Dial connects to a peer and stays with it until it goes or ctx ends.
func (n *Node) Dial(ctx context.Context, address string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return n.Talk(ctx, conn, false)
}

// Talk shakes hands, with lesson 2's handshake on n.Network, and then speaks with
// a peer until one of them ends it. It closes conn.
//
// Errors: [ErrHandshake], with the reason.
func (n *Node) Talk(ctx context.Context, conn net.Conn, inbound bool) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l := &link{conn: conn, out: make(chan framing.Message, QueueSize)}
	defer l.close()
	defer context.AfterFunc(ctx, l.close)()
	var cfg version.Config
	n.Do(func(c *Core) {
		cfg = version.Config{Magic: n.magic(), Inbound: inbound, Version: version.Version{
			Protocol: Protocol, Timestamp: c.Now(), Nonce: n.nonce, UserAgent: "/" + c.Name + "/",
			StartHeight: int32(c.Index.Height()), Relay: true}}
	})
	peer, err := version.Handshake(ctx, conn, cfg)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrHandshake, err)
	}
	id, err := n.join(l, strings.Trim(peer.Version.UserAgent, "/"))
	if err != nil {
		return err
	}
	var writer sync.WaitGroup
	writer.Go(func() { n.write(ctx, id, l) })
	err = n.read(id, l)
	l.close()
	cancel()
	writer.Wait()
	n.Do(func(c *Core) {
		delete(n.links, id)
		c.Leave(id, err)
	})
	return err
}

// join enters a link under a number of its own.
func (n *Node) join(l *link, name string) (id int, err error) {
	n.Do(func(c *Core) {
		if len(n.links) >= MaxPeers {
			err = fmt.Errorf("%w: %d peers are enough", ErrPeer, MaxPeers)
			return
		}
		n.next++
		id = n.next
		n.links[id] = l
		c.Join(id, name)
	})
	return id, err
}

// read hands messages to the core until the peer goes or breaks the protocol.
func (n *Node) read(id int, l *link) error {
	in := bufio.NewReader(relay.Pace(l.conn))
	for {
		l.conn.SetReadDeadline(time.Now().Add(IdleTimeout))
		m, err := framing.ReadMessage(in, n.magic())
		if errors.Is(err, framing.ErrChecksum) {
			continue // the message was read whole; the next one is where it should be
		}
		if err != nil {
			return err
		}
		n.Do(func(c *Core) { err = c.Receive(id, m) })
		if errors.Is(err, ErrPeer) {
			return err
		}
	}
}

// write sends what waits for a peer, and something from time to time.
func (n *Node) write(ctx context.Context, id int, l *link) {
	defer l.close()
	ping, ask := time.NewTicker(PingInterval), time.NewTicker(AskInterval)
	defer ping.Stop()
	defer ask.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ping.C:
			n.Do(func(c *Core) { c.send(id, "ping", make([]byte, 8)) })
		case <-ask.C:
			n.Do(func(c *Core) { c.Ask(id, nil); c.Remind(id) })
		case m := <-l.out:
			l.queued.Add(-int64(len(m.Payload)))
			b, err := framing.AppendMessage(nil, n.magic(), m)
			if err != nil {
				return
			}
			l.conn.SetWriteDeadline(time.Now().Add(relay.WriteTimeout))
			if _, err := l.conn.Write(b); err != nil {
				return
			}
		}
	}
}

// Mine mines one block after another for receiver until ctx ends. It starts again
// whenever there is another tip or something new to include.
func (n *Node) Mine(ctx context.Context, receiver chain.Address, workers int) error {
	for ctx.Err() == nil {
		var b chain.Block
		var changed chan struct{}
		n.Do(func(c *Core) { b, changed = c.Template(receiver), n.tip })
		target, err := consensus.TargetOf(b.Header.Bits)
		if err != nil {
			return err
		}
		mining, cancel := context.WithTimeout(ctx, time.Second) // then the time in the header is stale
		var watch sync.WaitGroup
		watch.Go(func() {
			select {
			case <-changed:
				cancel()
			case <-mining.Done():
			}
		})
		h, err := chain.Mine(mining, b.Header, target, workers)
		ended := mining.Err() != nil
		cancel()
		watch.Wait()
		switch {
		case err == nil:
			b.Header = h
			n.Do(func(c *Core) { c.Mined(b) })
		case !ended:
			return err
		}
	}
	return ctx.Err()
}
