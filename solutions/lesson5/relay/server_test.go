package relay_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson5/relay"
)

// served is a client of a server that runs Handle. All waiting is in the
// bubble's own time: an hour takes no time.
type served struct {
	net.Conn
	done chan error
	end  *ending
}

// ending is a connection that knows whether it was closed.
type ending struct {
	net.Conn
	closed atomic.Bool
}

func (e *ending) Close() error {
	e.closed.Store(true)
	return e.Conn.Close()
}

func serve(t testing.TB, s *relay.Server) served {
	return serveOver(t, s, func(c net.Conn) net.Conn { return c })
}

// serveOver is serve with a connection that is made of the server's end.
func serveOver(t testing.TB, s *relay.Server, of func(net.Conn) net.Conn) served {
	here, there := net.Pipe()
	t.Cleanup(func() { here.Close() })
	here.SetDeadline(time.Now().Add(time.Hour))
	done, end := make(chan error, 1), &ending{Conn: of(there)}
	go func() {
		defer there.Close() // whatever Handle does: the test goes on
		done <- s.Handle(relay.NewClient(end), there.RemoteAddr())
	}()
	return served{here, done, end}
}

func (c served) send(payloads ...string) error {
	for _, p := range payloads {
		if _, err := c.Write(frame([]byte(p))); err != nil {
			return err
		}
	}
	return nil
}

func (c served) receive() (string, error) {
	var size [4]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return "", err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxFrame {
		return "", fmt.Errorf("a frame of %d bytes", n)
	}
	p := make([]byte, n)
	_, err := io.ReadFull(c, p)
	return string(p), err
}

// ended waits for Handle, in the bubble's time.
func (c served) ended(try *expect.Try, within time.Duration) error {
	select {
	case err := <-c.done:
		if !c.end.closed.Load() {
			try.Why("a client whose connection stays open waits for more; c.Close has to be called on every way out")
			try.Fail("Handle has returned, and the connection is open", "Handle has returned, and the connection is closed")
		}
		return err
	case <-time.After(within):
		try.Fail(fmt.Sprintf("Handle still at work after %v", within), "Handle returns")
	}
	return nil
}

func TestServer_Handle(t *testing.T) {
	bubble.Test(t, "Handle of three clients, which then hang up", func(t *testing.T) {
		d := draw.From(t)
		s := &relay.Server{Hub: relay.NewHub()}
		a, b, c := serve(t, s), serve(t, s), serve(t, s)
		try := expect.Tried(t, "Handle of three clients: two on channel /main, one on /txn that publishes to /main")
		try.Why("the first frame of a client names its channel; after it, a channel and a payload follow each other, again and again")
		try.NoError(a.send("/main"))
		try.NoError(b.send("/main"))
		try.NoError(c.send("/txn"))
		synctest.Wait()
		for range 3 {
			p := d.Word(d.Between(1, 5000))
			try.NoError(c.send("/main", p))
			try.Why("what is published to a channel goes to each of its subscribers, and to no other client")
			for i, x := range []served{a, b} {
				got, err := x.receive()
				try.NoError(err)
				try.Equal(fmt.Sprintf("what client %d of /main receives", i+1), got, p)
			}
		}
		try.Why("a publisher that is subscribed as well receives its own payloads, as toycoin's nodes do")
		try.NoError(a.send("/main", "mine"))
		got, err := a.receive()
		try.NoError(err)
		try.Equal("what it receives", got, "mine")
		_, err = b.receive()
		try.NoError(err)
		for _, x := range []served{a, b, c} {
			x.Close()
			x.ended(try.Why("a client that has hung up is done"), time.Minute)
		}
	})
}

func TestServer_Handle_told(t *testing.T) {
	bubble.Test(t, "Handle of a client that subscribes, publishes and hangs up", func(t *testing.T) {
		var told []string
		s := &relay.Server{Hub: relay.NewHub(),
			Subscribed: func(_ net.Addr, channel string) { told = append(told, "subscribed to "+channel) },
			Sending:    func(channel string, p []byte, n int) { told = append(told, fmt.Sprintf("%s to %s, %d", p, channel, n)) }}
		c := serve(t, s)
		try := expect.Tried(t, "Handle of a client that subscribes to /a and publishes to /a and /b; what it told s.Subscribed and s.Sending").Why("s.Subscribed is called once the subscription has begun, s.Sending after each Publish, with the number that Publish returned")
		try.NoError(c.send("/a", "/a", "one"))
		_, err := c.receive()
		try.NoError(err)
		try.NoError(c.send("/b", "two"))
		synctest.Wait()
		try.Shows("told", strings.Join(told, "; "), "subscribed to /a; one to /a, 1; two to /b, 0")
		c.Close()
		c.ended(try, time.Minute)
	})
}

func TestServer_Handle_empty(t *testing.T) {
	bubble.Test(t, "Handle of a client that publishes an empty payload and then another, and hangs up", func(t *testing.T) {
		s := &relay.Server{Hub: relay.NewHub()}
		c := serve(t, s)
		try := expect.Tried(t, "Handle of a client that publishes an empty payload and then another").Why("an empty frame says that a client is done only if it comes instead of a channel")
		try.NoError(c.send("/a", "/a", ""))
		got, err := c.receive()
		try.NoError(err)
		try.Equal("what it receives first", got, "")
		try.NoError(c.send("/a", "more"))
		got, err = c.receive()
		try.NoError(err)
		try.Equal("what it receives then", got, "more")
		c.Close()
		c.ended(try, time.Minute)
	})
}

// lingering is a connection whose writes go on for a minute when it is closed.
type lingering struct {
	net.Conn
	writing atomic.Int32
}

func (l *lingering) Write(b []byte) (int, error) {
	l.writing.Add(1)
	defer l.writing.Add(-1)
	n, err := l.Conn.Write(b)
	if err != nil {
		<-time.After(time.Minute)
	}
	return n, err
}

func TestServer_Handle_waits(t *testing.T) {
	bubble.Test(t, "Handle of a client that is done while a payload is being written to it", func(t *testing.T) {
		s := &relay.Server{Hub: relay.NewHub()}
		conn := &lingering{}
		c := serveOver(t, s, func(there net.Conn) net.Conn {
			conn.Conn = there
			return conn
		})
		try := expect.Tried(t, "Handle of a client that is done while a payload is being written to it")
		try.Why("when Handle returns, none of its goroutines is left: it waits for the one that writes")
		try.NoError(c.send("/a", "/a", "p"))
		synctest.Wait() // now it is being written, and nobody reads it
		try.NoError(c.send(""))
		c.ended(try, time.Hour)
		writing := conn.writing.Load()
		<-time.After(time.Hour) // whoever writes is done then
		try.True(writing == 0, "Handle returned in the middle of c.Write", "Handle returns after it")
	})
}

func TestServer_Handle_ends(t *testing.T) {
	for _, tt := range []struct {
		name string
		send []string
		raw  []byte
		why  string
	}{
		{"sends an empty frame instead of a channel", []string{"/a", ""}, nil, "an empty channel name says that the client is done: its connection is closed"},
		{"subscribes to a channel without a name", []string{""}, nil, "Hub.Subscribe refuses this name, and its error ends the connection"},
		{"publishes to a channel with a name of 300 bytes", []string{"/a", strings.Repeat("x", 300), "p"}, nil, "Hub.Publish refuses this name, and its error ends the connection"},
		{"announces a frame of 4 GiB", []string{"/a"}, []byte{0xff, 0xff, 0xff, 0xff}, "c.Read refuses such a frame, and its error ends the connection"},
		{"announces a frame of 4 GiB for a payload", []string{"/a", "/a"}, []byte{0xff, 0xff, 0xff, 0xff}, "c.Read refuses such a frame, for a payload too, and its error ends the connection"},
	} {
		bubble.Test(t, "Handle of a client that "+tt.name, func(t *testing.T) {
			try := expect.Tried(t, "Handle of a client that %s", tt.name).Why("%s", tt.why)
			started, published := 0, 0
			s := &relay.Server{Hub: relay.NewHub(),
				Subscribed: func(net.Addr, string) { started++ },
				Sending:    func(string, []byte, int) { published++ }}
			c := serve(t, s)
			try.NoError(c.send(tt.send...))
			c.Write(tt.raw)
			_, err := c.receive()
			try.True(err != nil, "a frame", "a closed connection")
			c.ended(try.Why("Handle is not done before the goroutine that writes is: end its subscription and close the connection"), time.Minute)
			try.Why("a client that has gone must not stay a subscriber: the hub would keep its queue")
			n, err := s.Hub.Publish("/a", []byte("x"))
			try.NoError(err)
			try.Equal("subscribers of /a afterwards", n, 0)
			try.Why("s.Subscribed is called when there is a subscription, s.Sending when something was published: what the hub has refused did not happen")
			try.Equal("calls of s.Subscribed", started, min(1, len(tt.send[0])))
			try.Equal("calls of s.Sending", published, 0)
			c.Close()
		})
	}
}

func TestServer_Handle_silent(t *testing.T) {
	bubble.Test(t, "Handle of a client that says nothing", func(t *testing.T) {
		s := &relay.Server{Hub: relay.NewHub()}
		c := serve(t, s)
		start := time.Now()
		try := expect.Tried(t, "Handle of a client that never says which channel it wants").Why("c.Hello waits no longer than %v", helloTimeout)
		_, err := c.receive()
		try.True(err != nil, "a frame", "a closed connection")
		c.ended(try, time.Minute)
		try.True(time.Since(start) < time.Minute, "closed after "+time.Since(start).Round(time.Second).String(), "closed within a minute")
		c.Close()

		try = expect.Tried(t, "Handle of a listener that says nothing for half an hour once it has subscribed").Why("a client may listen and say nothing for as long as it likes")
		c = serve(t, s)
		try.NoError(c.send("/main"))
		<-time.After(30 * time.Minute)
		_, err = s.Hub.Publish("/main", []byte("news"))
		try.NoError(err)
		got, err := c.receive()
		try.NoError(err)
		try.Equal("what it receives then", got, "news")

		try = expect.Tried(t, "Handle of a client that sends half a frame and then nothing").Why("c.Read waits no longer than %v for the rest of a frame", frameTimeout)
		_, err = c.Write(binary.BigEndian.AppendUint32(nil, 100))
		try.NoError(err)
		c.ended(try, time.Hour/3)
		c.Close()
	})
}

func TestServer_Handle_dropped(t *testing.T) {
	bubble.Test(t, "Handle of a subscriber that takes nothing while many payloads are published", func(t *testing.T) {
		s := &relay.Server{Hub: relay.NewHub()}
		c := serve(t, s)
		try := expect.Tried(t, "Handle of a subscriber that takes nothing while %d payloads are published, and then takes all that comes", queueSize+9)
		try.Why("a subscription that has ended says nothing more: the connection is closed, so that the client sees it")
		try.NoError(c.send("/main"))
		synctest.Wait()
		for range queueSize + 9 {
			_, err := s.Hub.Publish("/main", []byte("news"))
			try.NoError(err)
		}
		got := 0
		for ; got < queueSize+9; got++ {
			if _, err := c.receive(); err != nil {
				break
			}
		}
		try.True(got <= queueSize+1, fmt.Sprintf("%d payloads received", got), fmt.Sprintf("%d at most, and then a closed connection", queueSize+1))
		c.ended(try, time.Minute)
		c.Close()
	})
}

func TestServer_Handle_slow(t *testing.T) {
	bubble.Test(t, "Handle of a subscriber that never reads", func(t *testing.T) {
		s := &relay.Server{Hub: relay.NewHub()}
		slow, quick, loud := serve(t, s), serve(t, s), serve(t, s)
		try := expect.Tried(t, "Handle of a subscriber that never reads, of one that does, and of a client that publishes 3 x %d payloads", queueSize)
		try.Why("a client that does not read is dropped: neither the publisher nor the others wait for it")
		try.NoError(slow.send("/main"))
		try.NoError(quick.send("/main"))
		try.NoError(loud.send("/loud"))
		synctest.Wait()
		start := time.Now()
		for i := range 3 * queueSize {
			try.NoError(loud.send("/main", fmt.Sprint(i)))
			got, err := quick.receive()
			try.NoError(err)
			try.Equal("payload", got, fmt.Sprint(i))
		}
		try.True(time.Since(start) < time.Second, "it took "+time.Since(start).String(), "no waiting for the slow one")
		slow.ended(try.Why("a write that fails closes the connection: c.Write waits no longer than %v", writeTimeout), time.Minute)
		for _, c := range []served{slow, quick, loud} {
			c.Close()
		}
		quick.ended(try, time.Minute)
		loud.ended(try, time.Minute)
	})
}

func TestServer_Handle_names(t *testing.T) {
	for _, name := range []string{" /a ", "/A", "\xff/é", "/a\n"} {
		bubble.Test(t, "Handle of two clients, one of which publishes to the other's channel", func(t *testing.T) {
			var told []string
			s := &relay.Server{Hub: relay.NewHub(), Subscribed: func(_ net.Addr, channel string) { told = append(told, channel) },
				Sending: func(channel string, _ []byte, _ int) { told = append(told, channel) }}
			a, b := serve(t, s), serve(t, s)
			try := expect.Tried(t, "Handle of two clients: one on channel %q, to which the other publishes; and one on /a", name)
			try.Why("a channel is named by bytes, and two names that differ in one of them are two channels")
			try.NoError(a.send(name))
			synctest.Wait()
			try.NoError(b.send("/a"))
			synctest.Wait()
			try.NoError(b.send("/a", "hers"))
			got, err := b.receive()
			try.NoError(err)
			try.Equal("what the client on /a receives", got, "hers")
			try.NoError(b.send(name, "his"))
			got, err = a.receive()
			try.NoError(err)
			try.Equal("what the client on the channel receives", got, "his")
			synctest.Wait()
			try.Shows("channels told of", fmt.Sprintf("%q", told), fmt.Sprintf("%q", []string{name, "/a", "/a", name}))
			for _, x := range []served{a, b} {
				x.Close()
				x.ended(try.Why("a client that has hung up is done"), time.Minute)
			}
		})
	}
}
