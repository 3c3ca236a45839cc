package version_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson2/version"
)

// later is what goes over a connection once Handshake has returned.
type later struct {
	said     []byte // by the peer
	got      []byte // by the caller
	readErr  error
	writeErr error
}

// exchange lets the peer say something, some time later, and the caller read and
// answer it.
func (l *later) exchange(near net.Conn, f *far, _ context.CancelFunc) {
	pass(2 * handshakeTimeout)
	guard := time.AfterFunc(time.Minute, func() { f.conn.Close() })
	defer guard.Stop()
	wrote := make(chan struct{})
	go func() { defer close(wrote); f.conn.Write(l.said) }()
	b := make([]byte, len(l.said))
	for len(l.got) < len(b) && l.readErr == nil {
		var n int
		n, l.readErr = near.Read(b)
		l.got = append(l.got, b[:n]...)
	}
	if l.readErr == nil {
		_, l.writeErr = near.Write([]byte("x"))
		<-wrote
	}
}

// usable wants the caller to have read and written undisturbed.
func (l *later) usable(try *expect.Try) {
	try.Why("conn is the caller's again, after an error too: still open, no deadline left on it (SetDeadline(time.Time{}) takes one off), and nobody else reads from it")
	if l.readErr != nil {
		end := "gets the " + expect.Error(l.readErr)
		if errors.Is(l.readErr, io.EOF) { // by the guard
			end = "waits for the rest in vain"
		}
		try.Fail(fmt.Sprintf("two minutes later the peer sends %d bytes; the caller reads %d of them and %s", len(l.said), len(l.got), end),
			"the caller can read what the peer sends later")
	}
	try.Bytes("what the caller reads afterwards", l.got, l.said)
	if l.writeErr != nil {
		try.Fail("the caller writes afterwards and gets the "+expect.Error(l.writeErr), "the caller can write")
	}
}

func TestHandshake_leavesConn(t *testing.T) {
	d := draw.From(t)
	limit := time.Duration(d.Between(2, 50)) * time.Second
	bad := drawVersion(d)
	bad.relay = []byte{byte(d.Between(2, 255))}
	for _, tt := range []struct {
		how    string
		ctx    func() (context.Context, context.CancelFunc)
		script func(*far, ours)
		fails  bool
	}{
		{"sends version and verack", within(limit), func(f *far, _ ours) { f.say("version", drawVersion(d).bytes()); f.say("verack", nil) }, false},
		{"sends a version whose relay byte is neither 0 nor 1", within(limit), func(f *far, _ ours) { f.say("version", bad.bytes()) }, true},
		{"sends our own nonce", within(limit), func(f *far, mine ours) { f.say("version", mine.bytes()) }, true},
		{"says nothing until ctx ends", within(limit), func(*far, ours) {}, true},
		{"sends its version and no more until ctx is cancelled", cancelled(limit), func(f *far, _ ours) { f.say("version", drawVersion(d).bytes()) }, true},
	} {
		cfg, mine := drawConfig(d)
		l := &later{said: d.Bytes(d.Between(30, 60))}
		r := talk{magic: mainnet, cfg: cfg, ctx: tt.ctx, script: func(f *far) { tt.script(f, mine) }, then: l.exchange, whole: true}.run(t)
		try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a peer that %s", tt.how)
		r.ends(try)
		try.True(tt.fails == (r.err != nil), expect.Error(r.err), map[bool]string{false: "no error", true: "an error"}[tt.fails])
		l.usable(try)
	}
}

func TestHandshake_leavesNobody(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct{ how, nonce string }{{"sends version and verack", "theirs"}, {"sends our own nonce", "ours"}} {
		cfg, mine := drawConfig(d)
		theirs := drawVersion(d)
		if tt.nonce == "ours" {
			theirs = mine
		}
		b := join(mainnet.frame("version", theirs.bytes()), mainnet.frame("verack", nil))
		tried := fmt.Sprintf("Handshake(ctx, conn, cfg) with a peer that %s, where ctx never ends, and then conn.Close()", tt.how)
		var err error
		bubble.Test(t, tried, func(t *testing.T) {
			near, end := net.Pipe()
			go io.Copy(io.Discard, end)
			go end.Write(b)
			_, err = version.Handshake(context.Background(), near, cfg)
			near.Close()
			end.Close()
		})
		expect.Tried(t, "%s", tried).True((err != nil) == (tt.nonce == "ours"), expect.Error(err), map[string]string{"theirs": "no error", "ours": "an error"}[tt.nonce])
	}
}

// cancelled is a context without a deadline that is cancelled after d.
func cancelled(d time.Duration) func() (context.Context, context.CancelFunc) {
	return func() (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(d, cancel)
		return ctx, cancel
	}
}

// lastByte is a connection on which something happens as a certain byte is read.
type lastByte struct {
	net.Conn
	left int // bytes until then
	then func()
}

func (c *lastByte) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.left -= n; c.left <= 0 && c.then != nil {
		c.then()
		c.then = nil
	}
	return n, err
}

func TestHandshake_cancelledAtTheEnd(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	b := join(mainnet.frame("version", drawVersion(d).bytes()), mainnet.frame("verack", nil))
	l := &later{said: d.Bytes(d.Between(30, 60))}
	r := talk{magic: mainnet, cfg: cfg, script: func(f *far) { f.conn.Write(b) }, then: l.exchange, whole: true,
		wrap: func(near net.Conn, cancel context.CancelFunc) net.Conn {
			return &lastByte{Conn: near, left: len(b), then: cancel}
		}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg), where ctx is cancelled in the moment in which the last byte of the peer's verack is read")
	r.ends(try)
	l.usable(try)
}
