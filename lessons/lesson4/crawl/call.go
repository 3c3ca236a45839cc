package crawl

import (
	"cmp"
	"context"
	"errors"
	"net"
	"time"

	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson2/version"

	"nodebook/lessons/todo"
)

// Dialer opens connections. A [net.Dialer] is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Caller is how we call a peer.
type Caller struct {
	Dialer  Dialer
	Limit   time.Duration   // for one peer: dial, question and answer together
	Version version.Version // what we say about ourselves, except for the nonce
	Network framing.Magic   // whose messages we speak; 0 is mainnet
}

// magic is the magic of the messages that c sends and reads.
func (c Caller) magic() framing.Magic { return cmp.Or(c.Network, framing.Mainnet) }

// Limit is how long a peer may take by default.
const Limit = time.Second

// MaxBefore is how many messages a peer may send before its version message.
const MaxBefore = 8

// ErrNoVersion is the error of a peer that sends messages other than a version.
var ErrNoVersion = errors.New("no version message")

// Ours returns what we say about ourselves at a time. We are not a node: we
// serve nothing, and want to hear of no transactions.
func Ours(now time.Time) version.Version {
	return version.Version{Protocol: 70016, Timestamp: now, UserAgent: "/nodebook:0.4.0/"}
}

// GetVersion asks one peer for its version: it dials address ("tcp"), sends our
// version message on c.Network, and reads messages until the peer's version
// message has arrived. Up to MaxBefore messages of other kinds may come before
// it; they are ignored.
//
// What it sends is c.Version with a random nonce, a new one for each call. Any
// number of goroutines may call it at the same time.
//
// It ends with ctx, or when c.Limit has passed since it was called, however the
// peer spreads its bytes over that time. When it returns, the connection is
// always closed.
//
// Errors: [context.Canceled] or [context.DeadlineExceeded] if ctx ended, even if
// a deadline that was set on the connection is noticed first; an error that says
// it timed out (a [net.Error] whose Timeout is true) if c.Limit passed;
// otherwise the dialler's, the connection's, those of version.AppendVersion,
// framing.ReadMessage and version.ReadVersion, and [ErrNoVersion]. The text starts
// with the step that failed: "dial", "send" or "read". On an error, the Version is
// zero.
func (c Caller) GetVersion(ctx context.Context, address string) (version.Version, error) {
	return version.Version{}, todo.Err
}
