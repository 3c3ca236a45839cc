package crawl

import (
	"context"
	"net"
	"time"

	"nodebook/solutions/lesson2/version"
)

// Spent is where the time of asking a peer went.
type Spent struct {
	Dial time.Duration // until the connection was there
	Send time.Duration // until the system had taken what we wrote
	Wait time.Duration // for bytes of the peer
}

// Stopwatch is a [Dialer] that measures what goes through another one. It is for
// one call at a time.
type Stopwatch struct {
	Dialer Dialer
	Spent  Spent
}

// timedConn is a connection whose reads and writes are measured.
type timedConn struct {
	net.Conn
	spent *Spent
}

// DialContext dials through s.Dialer. The time that the dial takes is added to
// s.Spent.Dial, that of each Write to the connection to s.Spent.Send, that of
// each Read from it to s.Spent.Wait, even of those that fail.
func (s *Stopwatch) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	// BEGIN SOLUTION
	start := time.Now()
	conn, err := s.Dialer.DialContext(ctx, network, address)
	s.Spent.Dial += time.Since(start)
	if err != nil {
		return nil, err
	}
	return timedConn{conn, &s.Spent}, nil
	// END SOLUTION
}

// Write writes to the connection and adds the time to Send.
func (c timedConn) Write(p []byte) (int, error) {
	// BEGIN SOLUTION of Stopwatch.DialContext
	start := time.Now()
	n, err := c.Conn.Write(p)
	c.spent.Send += time.Since(start)
	return n, err
	// END SOLUTION
}

// Read reads from the connection and adds the time to Wait.
func (c timedConn) Read(p []byte) (int, error) {
	// BEGIN SOLUTION of Stopwatch.DialContext
	start := time.Now()
	n, err := c.Conn.Read(p)
	c.spent.Wait += time.Since(start)
	return n, err
	// END SOLUTION
}

// Profile asks one peer as [Caller.GetVersion] does, with a stopwatch.
func (c Caller) Profile(ctx context.Context, address string) (version.Version, Spent, error) {
	s := Stopwatch{Dialer: c.Dialer}
	c.Dialer = &s
	v, err := c.GetVersion(ctx, address)
	return v, s.Spent, err
}
