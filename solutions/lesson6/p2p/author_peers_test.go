package p2p_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson6/p2p"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// talk runs a node's end of a connection in a bubble, and gives the other end.
func talk(ctx context.Context, n *p2p.Node) (net.Conn, chan error) {
	here, there := net.Pipe()
	done := make(chan error, 1)
	go func() { done <- n.Talk(ctx, there, true) }()
	b := &buffered{here, make(chan []byte, 4), make(chan struct{}), sync.Once{}}
	go b.run()
	return b, done
}

// buffered is a pipe's end to which a few writes go without waiting, as with TCP.
type buffered struct {
	net.Conn
	out    chan []byte
	closed chan struct{}
	once   sync.Once
}

func (b *buffered) run() {
	for {
		select {
		case p := <-b.out:
			if _, err := b.Conn.Write(p); err != nil {
				b.Close()
				return
			}
		case <-b.closed:
			return
		}
	}
}

func (b *buffered) Write(p []byte) (int, error) {
	select {
	case b.out <- bytes.Clone(p):
		return len(p), nil
	case <-b.closed:
		return 0, net.ErrClosed
	}
}

func (b *buffered) Close() error {
	b.once.Do(func() { close(b.closed) })
	return b.Conn.Close()
}

func greet(t testing.TB, conn net.Conn, nonce uint64) {
	_, err := version.Handshake(t.Context(), conn, version.Config{Magic: p2p.Magic, Version: version.Version{
		Protocol: p2p.Protocol, Timestamp: time.Now(), Nonce: nonce, UserAgent: "/test/", Relay: true}})
	require.NoError(t, err)
}

func TestNode_silent_peer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := p2p.NewNode(p2p.NewCore("me", rules))
		conn, done := talk(t.Context(), n)
		greet(t, conn, 1)
		go func() { // it reads and never says a word; one byte a minute is no word
			for b := make([]byte, 4096); ; {
				if _, err := conn.Read(b); err != nil {
					return
				}
			}
		}()
		start := time.Now()
		go func() {
			for range 60 {
				if _, err := conn.Write([]byte{0x74}); err != nil {
					return
				}
				<-time.After(time.Minute)
			}
		}()
		require.Error(t, <-done)
		require.LessOrEqual(t, time.Since(start), 2*p2p.IdleTimeout)
		conn.Close()
		<-time.After(2 * time.Hour)
	})
}

func TestNode_deaf_peer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := p2p.NewCore("me", rules)
		n := p2p.NewNode(c)
		conn, done := talk(t.Context(), n)
		greet(t, conn, 1)
		start := time.Now()
		require.Error(t, <-done) // it never reads: the first message to it does not leave
		require.LessOrEqual(t, time.Since(start), p2p.IdleTimeout)
		conn.Close()
	})
}

// A peer that asks for blocks and does not read them is dropped before they fill
// the memory.
func TestNode_greedy_peer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := long(t, 500)
		n := p2p.NewNode(old)
		conn, done := talk(t.Context(), n)
		greet(t, conn, 1)
		start := time.Now()
		genesis := old.Index.At(0).Block.Header.ThisHash
		ask, err := framing.AppendMessage(nil, p2p.Magic, framing.Message{Command: "getblocks", Payload: genesis[:]})
		require.NoError(t, err)
		for range 40 { // half a megabyte each
			if _, err := conn.Write(ask); err != nil {
				break
			}
		}
		require.Error(t, <-done)
		require.Less(t, time.Since(start), time.Second)
		conn.Close()
	})
}

// pipes is a listener to which one connects by hand. Its first Accept fails, as one does
// when there are too many files.
type pipes struct {
	net.Listener
	failed bool
	conns  chan net.Conn
}

func (p *pipes) Accept() (net.Conn, error) {
	if !p.failed {
		p.failed = true
		return nil, errors.New("too many open files")
	}
	conn, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p *pipes) Close() error { close(p.conns); return nil }

// Connections that never shake hands take places too, and no more than there are.
func TestNode_crowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := p2p.NewNode(p2p.NewCore("me", rules))
		ctx, cancel := context.WithCancel(t.Context())
		ln := &pipes{conns: make(chan net.Conn)}
		ended := make(chan error, 1)
		go func() { ended <- n.Serve(ctx, ln) }()
		start := time.Now()
		for range p2p.MaxPeers {
			_, there := net.Pipe()
			ln.conns <- there
		}
		here, there := net.Pipe()
		ln.conns <- there
		_, err := here.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		require.Less(t, time.Since(start), time.Second)
		<-time.After(2 * version.HandshakeTimeout) // now there is room again
		here, there = net.Pipe()
		ln.conns <- there
		b := &buffered{here, make(chan []byte, 4), make(chan struct{}), sync.Once{}}
		go b.run()
		greet(t, b, 1)
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
		b.Close()
	})
}

// A peer that floods is read no faster than others are served.
func TestNode_flood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := p2p.NewNode(p2p.NewCore("me", rules))
		ctx, cancel := context.WithCancel(t.Context())
		flooder, one := talk(ctx, n)
		greet(t, flooder, 1)
		quiet, two := talk(ctx, n)
		greet(t, quiet, 2)
		drain := func(conn net.Conn, pongs chan<- struct{}) {
			for {
				m, err := framing.ReadMessage(conn, p2p.Magic)
				if err != nil {
					return
				}
				if m.Command == "pong" && pongs != nil {
					pongs <- struct{}{}
				}
			}
		}
		pongs := make(chan struct{}, 10)
		go drain(flooder, nil)
		go drain(quiet, pongs)
		junk, err := framing.AppendMessage(nil, p2p.Magic, framing.Message{Command: "junk", Payload: make([]byte, 1<<20)})
		require.NoError(t, err)
		flooded := make(chan int, 1)
		go func() {
			sent := 0
			for {
				if _, err := flooder.Write(junk); err != nil {
					flooded <- sent
					return
				}
				sent += len(junk)
			}
		}()
		start := time.Now()
		for range 10 {
			ping, err := framing.AppendMessage(nil, p2p.Magic, framing.Message{Command: "ping", Payload: make([]byte, 8)})
			require.NoError(t, err)
			_, err = quiet.Write(ping)
			require.NoError(t, err)
			asked := time.Now()
			<-pongs
			require.Less(t, time.Since(asked), time.Second)
			<-time.After(6 * time.Second)
		}
		passed := time.Since(start)
		cancel()
		<-one
		<-two
		flooder.Close()
		quiet.Close()
		require.Less(t, float64(<-flooded), (passed.Seconds()+10)*(1<<20), "bytes read from a flooder in %v", passed)
	})
}

func TestNode_network(t *testing.T) {
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(t.Context())
	old, young := p2p.NewNode(long(t, 30)), p2p.NewNode(p2p.NewCore("young", rulesRich))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 2)
	reached := make(chan struct{}, 100)
	young.Do(func(c *p2p.Core) {
		c.Now = func() time.Time { return time.Unix(1_000_000, 0) }
		c.Emit = func(e p2p.Event) {
			if e.Kind == p2p.KindTip && e.Height == 30 {
				reached <- struct{}{}
			}
		}
	})
	go func() { ended <- old.Serve(ctx, ln) }()
	go func() { ended <- young.Dial(ctx, ln.Addr().String()) }()
	select {
	case <-reached:
	case <-time.After(30 * time.Second):
		t.Fatal("30 blocks did not come over")
	}
	cancel()
	<-ended
	<-ended
	require.NoError(t, goleak.Find(before))
}
