package main

import (
	"bytes"
	"context"
	"net"
	"sync"
	"testing"

	"nodebook/checker/needs"
	"nodebook/fixtures/btcd"
	"nodebook/fixtures/networks"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"

	"github.com/stretchr/testify/require"
)

// on is a node that speaks to a network, and a channel that is closed when a peer
// has joined it.
func on(t *testing.T, network string) (*p2p.Node, <-chan struct{}) {
	magic, _, err := networkNamed(network)
	require.NoError(t, err)
	core := p2p.NewCore("us", consensus.Classroom())
	joined, once := make(chan struct{}), sync.Once{}
	core.Emit = func(e p2p.Event) {
		if e.Kind == p2p.KindPeer {
			once.Do(func() { close(joined) })
		}
	}
	n := p2p.NewNode(core)
	n.Network = magic
	return n, joined
}

// served is a node that listens.
func served(t *testing.T, network string) (string, <-chan struct{}) {
	n, joined := on(t, network)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); n.Serve(ctx, ln) }()
	t.Cleanup(func() { cancel(); <-done })
	return ln.Addr().String(), joined
}

// Nodes of one network shake hands, whichever it is.
func TestNetwork_same(t *testing.T) {
	for _, name := range []string{toy, "mainnet", "testnet3", "testnet4", "signet", "regtest"} {
		addr, joined := served(t, name)
		n, ours := on(t, name)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- n.Dial(ctx, addr) }()
		<-joined
		<-ours
		cancel()
		require.Error(t, <-done)
	}
}

// lines collects what is said, and says when there is something.
type lines struct {
	mu   sync.Mutex
	b    bytes.Buffer
	some chan struct{}
	once sync.Once
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.once.Do(func() { close(l.some) })
	return l.b.Write(p)
}

// A peer that hangs up on our magic is answered with the hint.
func TestRedial_otherNetwork(t *testing.T) {
	addr, _ := served(t, toy)
	said := &lines{some: make(chan struct{})}
	n, _ := on(t, "regtest")
	regtest, err := networks.Find("regtest")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); redial(ctx, n, addr, regtest.Hint(), said) }()
	<-said.some
	cancel()
	<-done
	require.Contains(t, said.b.String(), "lesson6: "+addr+`: "handshake: `)
	require.Contains(t, said.b.String(), "\nhint: a node hangs up on the magic of another network, and ours is regtest's: try -network (mainnet")
}

func TestNetwork_unknown(t *testing.T) {
	require.Equal(t, 1, run([]string{"peer", "-network", "moonnet"}))
	require.Equal(t, 1, run([]string{"network", "-network", "moonnet"}))
	_, hint, err := networkNamed(toy)
	require.NoError(t, err)
	require.Contains(t, hint, "ours is toyc's: try -network (toyc, mainnet, ")
}

// A real node shakes hands with ours, although it would understand none of its
// blocks.
func TestNetwork_btcd(t *testing.T) {
	node, err := btcd.Start(t.Context(), needs.Btcd(t), btcd.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer node.Stop()
	n, joined := on(t, "regtest")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Dial(ctx, node.Addr()) }()
	select {
	case <-joined:
	case err := <-done:
		t.Fatalf("no handshake: %v\n%s", err, node.Log())
	}
	cancel()
	<-done
}
