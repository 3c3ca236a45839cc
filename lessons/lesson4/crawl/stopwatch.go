package crawl

import (
	"context"
	"net"
	"time"

	"nodebook/lessons/lesson2/version"

	"nodebook/lessons/todo"
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
	return nil, todo.Err
}

// Write writes to the connection and adds the time to Send.
func (c timedConn) Write(p []byte) (int, error) {
	return 0, todo.Err
}

// Read reads from the connection and adds the time to Wait.
func (c timedConn) Read(p []byte) (int, error) {
	return 0, todo.Err
}

// Profile asks one peer as [Caller.GetVersion] does, with a stopwatch.
func (c Caller) Profile(ctx context.Context, address string) (version.Version, Spent, error) {
	s := Stopwatch{Dialer: c.Dialer}
	c.Dialer = &s
	v, err := c.GetVersion(ctx, address)
	return v, s.Spent, err
}
