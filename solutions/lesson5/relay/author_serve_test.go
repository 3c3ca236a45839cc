package relay_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/solutions/lesson5/relay"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// full is a connection that always has more.
type full struct{ net.Conn }

func (full) Read(b []byte) (int, error) { return len(b), nil }

func TestServer_Handle_pace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := relay.Pace(full{})
		read := func(n int) (took time.Duration) {
			start := time.Now()
			for b := make([]byte, 1<<16); n > 0; {
				k, err := p.Read(b[:min(n, len(b))])
				require.NoError(t, err)
				n -= k
			}
			return time.Since(start)
		}
		require.Zero(t, read(relay.Burst), "a burst")
		took := read(10 * relay.Rate)
		require.InDelta(t, 10, took.Seconds(), 0.2)
		<-time.After(time.Second / 2)
		require.Less(t, read(relay.Rate/2).Seconds(), 0.1, "half a second of rest is half a second's bytes")
		<-time.After(time.Hour)
		require.Less(t, read(relay.Burst).Seconds(), 0.1)
		require.InDelta(t, 10, read(10*relay.Rate).Seconds(), 0.2, "rest does not pile up beyond a burst")
		n, err := p.Read(make([]byte, 10<<20))
		require.NoError(t, err)
		require.Equal(t, 64<<10, n)
	})
}

func TestHub_Publish_names(t *testing.T) {
	h := relay.NewHub()
	_, err := h.Subscribe(strings.Repeat("x", relay.MaxName))
	require.NoError(t, err)
	_, err = h.Subscribe(strings.Repeat("x", relay.MaxName+1))
	require.ErrorIs(t, err, relay.ErrName)
	a, err := h.Subscribe("/a")
	require.NoError(t, err)
	for i := range relay.MaxChannels - 2 {
		_, err := h.Publish(fmt.Sprint("/", i), nil)
		require.NoError(t, err)
	}
	_, err = h.Subscribe("/late")
	require.ErrorIs(t, err, relay.ErrChannels)
	h.Unsubscribe(a) // a channel that nobody uses makes room
	late, err := h.Subscribe("/late")
	require.NoError(t, err)
	second, err := h.Subscribe("/late")
	require.NoError(t, err)
	h.Unsubscribe(late)
	n, err := h.Publish("/late", []byte("x"))
	require.NoError(t, err)
	require.Equal(t, 1, n, "the other subscriber stays")
	h.Unsubscribe(second)
}

func TestServer_Handle_served(t *testing.T) {
	before := goleak.IgnoreCurrent()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	subscribed, closed := make(chan string, 10), make(chan struct{}, 10)
	s := &relay.Server{Hub: relay.NewHub(), Subscribed: func(_ net.Addr, c string) { subscribed <- c }, Closed: func(net.Addr) { closed <- struct{}{} }}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	dial := func(channel string) net.Conn {
		conn, err := net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		conn.SetDeadline(time.Now().Add(time.Minute))
		require.NoError(t, relay.Subscribe(conn, channel))
		require.Equal(t, channel, <-subscribed)
		return conn
	}
	a, b := dial("/main"), dial("/txn")
	for _, p := range []string{"one", "two", strings.Repeat("x", 100_000)} {
		require.NoError(t, relay.Publish(b, "/main", []byte(p)))
		got, err := relay.ReadFrame(a)
		require.NoError(t, err)
		require.Equal(t, p, string(got))
	}
	require.ErrorIs(t, relay.Publish(b, "/main", make([]byte, relay.MaxFrame+1)), relay.ErrFrameSize)
	require.ErrorIs(t, relay.Publish(b, strings.Repeat("x", relay.MaxFrame+1), nil), relay.ErrFrameSize)
	require.ErrorIs(t, relay.Subscribe(b, strings.Repeat("x", relay.MaxFrame+1)), relay.ErrFrameSize)
	b.Close()
	<-closed
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	a.Close()
	require.NoError(t, goleak.Find(before))
	broken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	broken.Close()
	require.ErrorIs(t, s.Serve(t.Context(), broken), net.ErrClosed)
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte{0, 0, 0, 2, 'h', 'i'})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := relay.ReadFrame(strings.NewReader(string(b)))
		if err != nil {
			return
		}
		again, err := relay.AppendFrame(nil, p)
		require.NoError(t, err)
		require.Equal(t, string(b[:len(again)]), string(again))
	})
}
