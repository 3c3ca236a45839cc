package crawl_test

import (
	"context"
	"net"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

// slow is a connection whose reads and writes take drawn times.
type slow struct {
	net.Conn    // nil
	read, write time.Duration
	bytes       []byte // that Read gives; then err
	err         error
	wrote       []byte
	isClosed    bool
}

func (s *slow) Read(p []byte) (int, error) {
	pass(s.read)
	if len(s.bytes) == 0 {
		return 0, s.err
	}
	n := copy(p, s.bytes)
	s.bytes = s.bytes[n:]
	return n, nil
}

func (s *slow) Write(p []byte) (int, error) {
	pass(s.write)
	s.wrote = append(s.wrote, p...)
	return len(p), s.err
}

func (s *slow) Close() error { s.isClosed = true; return nil }

const whyThrough = "a wrapper passes everything on as it is: context and address to the dialler, bytes and errors from the connection"

func TestStopwatch_DialContext(t *testing.T) {
	const tried = "a Stopwatch before a dialler that takes its time, as do reads and writes"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		ms := func() time.Duration { return time.Duration(d.Between(1, 5000)) * time.Millisecond }
		conn := &slow{read: ms(), write: ms(), bytes: d.Bytes(100), err: errFake}
		dial, asked := ms(), ""
		type key struct{}
		ctx := context.WithValue(t.Context(), key{}, "the caller's")
		s := &crawl.Stopwatch{Dialer: dialFunc(func(given context.Context, network, address string) (net.Conn, error) {
			pass(dial)
			if given.Value(key{}) == nil {
				network = "without the caller's ctx, " + network
			}
			asked = network + " " + address
			return conn, nil
		})}
		address := addresses(d, 1)[0]
		try := expect.Tried(t, tried)
		c, err := s.DialContext(ctx, "tcp4", address)
		try.Why(whyThrough).NoError(err)
		try.Equal("dialled", asked, "tcp4 "+address)
		try.True(c != nil, "no connection", "a connection")
		try.Why("time is that of the call that takes it: a dial is Dial").Equal("Spent after the dial", s.Spent, crawl.Spent{Dial: dial})
		want, got := string(conn.bytes), make([]byte, 60)
		writes, reads := d.Between(2, 5), 0
		for range writes {
			n, err := c.Write([]byte("abc"))
			try.Why(whyThrough).Equal("bytes written", n, 3)
			try.True(expect.Is(err, errFake), expect.Error(err), "the connection's error")
		}
		try.Equal("written to the connection", len(conn.wrote), 3*writes)
		try.Why("each Write adds its time to Send, one that fails too").Equal("Spent after some writes", s.Spent, crawl.Spent{Dial: dial, Send: time.Duration(writes) * conn.write})
		pass(time.Hour) // neither reading nor writing
		all := ""
		for {
			n, err := c.Read(got)
			reads++
			all += string(got[:n])
			if err != nil {
				try.Why(whyThrough).True(expect.Is(err, errFake), expect.Error(err), "the connection's error")
				break
			}
		}
		try.Why(whyThrough).Equal("read from the connection", all, want)
		try.Why("each Read adds its time to Wait, one that fails too, and the time between two calls belongs to neither")
		try.Equal("Spent after some reads", s.Spent, crawl.Spent{Dial: dial, Send: time.Duration(writes) * conn.write, Wait: time.Duration(reads) * conn.read})
		c.Close()
		try.Why(whyThrough).Equal("the connection is closed", conn.isClosed, true)
	})
}

// A read may bring bytes and an error at once, and a write may take less than all.
func TestStopwatch_DialContext_half(t *testing.T) {
	const tried = "a Stopwatch before a connection that gives 3 bytes with an error, and takes 3 with another, each in a second"
	bubble.Test(t, tried, func(t *testing.T) {
		s := &crawl.Stopwatch{Dialer: dialFunc(func(context.Context, string, string) (net.Conn, error) { return half{}, nil })}
		try := expect.Tried(t, tried).Why(whyThrough)
		c, err := s.DialContext(unending(), "tcp", "127.0.0.1:8333")
		try.NoError(err)
		try.True(c != nil, "no connection", "a connection")
		n, err := c.Read(make([]byte, 10))
		try.Equal("bytes read", n, 3)
		try.True(expect.Is(err, errFake), expect.Error(err), "the connection's error")
		n, err = c.Write(make([]byte, 10))
		try.Equal("bytes written", n, 3)
		try.True(expect.Is(err, errFake), expect.Error(err), "the connection's error")
		try.Why("a call that fails, or that does a part of its work, has taken its time too").Equal("Spent", s.Spent, crawl.Spent{Send: time.Second, Wait: time.Second})
	})
}

// half is a connection that does its work by halves.
type half struct{ net.Conn }

func (half) Read([]byte) (int, error)  { pass(time.Second); return 3, errFake }
func (half) Write([]byte) (int, error) { pass(time.Second); return 3, errFake }

func TestStopwatch_DialContext_fails(t *testing.T) {
	const tried = "a Stopwatch before a dialler that fails, twice"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		dial := time.Duration(d.Between(1, 5000)) * time.Millisecond
		s := &crawl.Stopwatch{Dialer: dialFunc(func(context.Context, string, string) (net.Conn, error) {
			pass(dial)
			return nil, errFake
		})}
		try := expect.Tried(t, tried)
		for range 2 {
			c, err := s.DialContext(unending(), "tcp", "127.0.0.1:8333")
			try.Why(whyThrough).True(expect.Is(err, errFake), expect.Error(err), "the dialler's error")
			try.Why("a connection that is not there must not look like one").True(c == nil, "a connection beside the error", "no connection")
		}
		try.Why("a dial that fails has taken its time too, and both are added up").Equal("Spent", s.Spent, crawl.Spent{Dial: 2 * dial})
	})
}

func TestStopwatch_DialContext_profile(t *testing.T) {
	const tried = "Profile(ctx, address) of a simulated peer"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		n := newNetwork(t, d, simnet.Healthy, 1)
		node := n.Nodes()[0]
		try := expect.Tried(t, tried)
		v, spent, err := caller(d, n).Profile(unending(), node.Addr.String())
		try.Why(whyAnswer).NoError(err)
		says(try, v, node.Version)
		try.Why("a dial takes one round trip, and another one passes until the answer is there").Equal("Spent", spent, crawl.Spent{Dial: node.Latency, Wait: node.Latency})
		closed(try, n.Dialer)
	})
}
