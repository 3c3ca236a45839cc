package version_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

func TestHandshake_outbound(t *testing.T) {
	d := draw.From(t)
	cfg, mine := drawConfig(d)
	theirs := drawVersion(d)
	r := talk{magic: mainnet, cfg: cfg, script: func(f *far) {
		if _, ok := f.await("version"); ok {
			f.say("version", theirs.bytes())
			f.say("verack", nil)
		}
	}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a peer that waits for our version and answers with version and verack")
	r.succeeds(try)
	sameVersion(try, r.peer.Version, theirs)
	try.Equal("Peer.Protocol", r.peer.Protocol, min(theirs.protocol, mine.protocol))
	sends(try, r.sent, "version", "verack")
	try.Bytes("payload of our version message", r.sent[0].payload, mine.bytes(), mine.layout()...)
}

func TestHandshake_inbound(t *testing.T) {
	d := draw.From(t)
	cfg, mine := drawConfig(d)
	cfg.Inbound, cfg.Offer = true, version.Features{WtxidRelay: true, AddrV2: true}
	theirs := drawVersion(d)
	theirs.protocol = 70_016
	var early atomic.Int64
	r := talk{magic: mainnet, cfg: cfg, script: func(f *far) {
		pass(time.Duration(d.Between(1, 9)) * time.Second)
		synctest.Wait()
		early.Store(int64(len(f.heard)))
		f.say("version", theirs.bytes())
		if _, ok := f.await("verack"); ok {
			f.say("verack", nil)
		}
	}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with cfg.Inbound, and a peer that is quiet for some seconds before its version")
	r.succeeds(try)
	try.Why("a node that was called does not speak before the caller has said who it is")
	try.Equal("messages sent before the peer's version", early.Load(), int64(0))
	sameVersion(try, r.peer.Version, theirs)
	sends(try, r.sent, "version", "wtxidrelay", "sendaddrv2", "verack")
	try.Bytes("payload of our version message", r.sent[0].payload, mine.bytes(), mine.layout()...)
}

func TestHandshake_pingAndWait(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	theirs, nonce := drawVersion(d), d.Bytes(8)
	r := talk{magic: mainnet, cfg: cfg, script: func(f *far) {
		f.await("version")
		f.say("version", theirs.bytes())
		f.say("ping", nonce)
		if s, ok := f.await("pong"); ok && string(s.payload) == string(nonce) {
			f.say("verack", nil)
		}
	}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a peer that sends version and ping, and its verack only after our pong")
	try.Why("a ping may come at any time, and waiting for its answer is the peer's right")
	r.succeeds(try)
}

func TestHandshake_neverVerack(t *testing.T) {
	d := draw.From(t)
	limit := time.Duration(d.Between(2, 50)) * time.Second
	for _, tt := range []struct {
		how    string
		ctx    func() (context.Context, context.CancelFunc)
		script func(*far)
		limit  time.Duration
	}{
		{"sends its version and no more", within(limit), func(f *far) { f.say("version", drawVersion(d).bytes()) }, limit},
		{"says nothing at all", within(limit), func(*far) {}, limit},
		{"sends pings forever, and no version", within(limit), func(f *far) { pings(f, d.Bytes(8)) }, limit},
		{"sends its version and no more, and ctx has no deadline", nil, func(f *far) { f.say("version", drawVersion(d).bytes()) }, handshakeTimeout},
		{"sends its version and no more, and ctx ends in an hour", within(time.Hour), func(f *far) { f.say("version", drawVersion(d).bytes()) }, handshakeTimeout},
	} {
		for _, inbound := range []bool{false, true} {
			cfg, _ := drawConfig(d)
			cfg.Inbound = inbound
			r := talk{magic: mainnet, cfg: cfg, ctx: tt.ctx, script: tt.script}.run(t)
			try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a peer that %s; time is up after %v, cfg.Inbound is %t", tt.how, tt.limit, inbound)
			try.Why("a read that nobody ends waits forever; the time is that of ctx, and at most HandshakeTimeout")
			r.ends(try)
			try.ErrorIs(r.err, context.DeadlineExceeded, "context.DeadlineExceeded")
			try.True(r.after >= tt.limit && r.after <= tt.limit+time.Second, fmt.Sprintf("an end after %v", r.after), fmt.Sprintf("an end after %v", tt.limit))
		}
	}
}

// within is a context that ends after d.
func within(d time.Duration) func() (context.Context, context.CancelFunc) {
	return func() (context.Context, context.CancelFunc) { return context.WithTimeout(context.Background(), d) }
}

// pings sends a ping each second until the connection ends.
func pings(f *far, nonce []byte) {
	for {
		if _, err := f.conn.Write(f.magic.frame("ping", nonce)); err != nil {
			return
		}
		pass(time.Second)
	}
}

func TestHandshake_drip(t *testing.T) {
	d := draw.From(t)
	pause, limit := time.Duration(d.Between(2, 9))*time.Second, time.Duration(d.Between(20, 50))*time.Second
	cfg, _ := drawConfig(d)
	b := mainnet.frame("version", drawVersion(d).bytes())
	r := talk{magic: mainnet, cfg: cfg, ctx: within(limit), script: func(f *far) {
		for i := range b {
			if _, err := f.conn.Write(b[i : i+1]); err != nil {
				return
			}
			pass(pause)
		}
	}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a peer that sends a byte every %v; ctx ends after %v", pause, limit)
	try.Why("a deadline that is set again before each read never comes for a peer that drips; the time is for the whole handshake")
	r.ends(try)
	try.ErrorIs(r.err, context.DeadlineExceeded, "context.DeadlineExceeded")
	try.True(r.after >= limit && r.after <= limit+time.Second, fmt.Sprintf("an end after %v", r.after), fmt.Sprintf("an end after %v", limit))
}

func TestHandshake_deaf(t *testing.T) {
	d := draw.From(t)
	limit := time.Duration(d.Between(2, 50)) * time.Second
	cfg, _ := drawConfig(d)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := within(limit)()
		defer cancel()
		near, end := net.Pipe() // nobody reads its end: every write waits
		defer end.Close()
		start, over := time.Now(), make(chan error, 1)
		go func() {
			_, err := version.Handshake(ctx, near, cfg)
			over <- err
		}()
		try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a peer that does not take our bytes; ctx ends after %v", limit)
		try.Why("a write can wait forever, as a read can: the deadline is for both")
		select {
		case err := <-over:
			try.ErrorIs(err, context.DeadlineExceeded, "context.DeadlineExceeded")
			try.Equal("ended after", time.Since(start).Round(time.Second), limit)
		case <-time.After(time.Hour):
			near.Close()
			<-over
			pass(time.Hour)
			try.Fail("Handshake still waits after an hour", "an end of the handshake")
		}
	})
}

func TestHandshake_cancelled(t *testing.T) {
	d := draw.From(t)
	after := time.Duration(d.Between(2, 50)) * time.Second
	cfg, _ := drawConfig(d)
	r := talk{magic: mainnet, cfg: cfg, script: func(*far) {}, ctx: cancelled(after)}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a silent peer, where ctx is cancelled after %v", after)
	try.Why("a context can end without a deadline: somebody has pressed Ctrl-C")
	r.ends(try)
	try.ErrorIs(r.err, context.Canceled, "context.Canceled")
	try.True(r.after <= after+time.Second, fmt.Sprintf("an end after %v", r.after), "an end as soon as ctx is cancelled")
}

func TestHandshake_cancelledBefore(t *testing.T) {
	cfg, _ := drawConfig(draw.From(t))
	r := talk{magic: mainnet, cfg: cfg, script: func(*far) {}, ctx: func() (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return ctx, cancel
	}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a silent peer, where ctx was cancelled before the call")
	try.Why("a ctx that has ended already ends the handshake too: a deadline that is set on conn after that takes the place of the one that should wake the read")
	r.ends(try)
	try.ErrorIs(r.err, context.Canceled, "context.Canceled")
	try.True(r.after <= time.Second, fmt.Sprintf("an end after %v", r.after), "an end at once")
}

func TestHandshake_afterwards(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	theirs, nonce := drawVersion(d), d.Bytes(8)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg), and then, ctx cancelled and ten minutes gone, a read from conn")
	var got []byte
	var readErr, writeErr error
	r := talk{magic: mainnet, cfg: cfg, ctx: within(30 * time.Second),
		script: func(f *far) {
			f.await("version")
			f.say("version", theirs.bytes())
			f.conn.Write(join(f.magic.frame("verack", nil), f.magic.frame("ping", nonce))) // in a single write
		},
		then: func(near net.Conn, f *far, cancel context.CancelFunc) {
			cancel()
			pass(10 * time.Minute)
			guard := time.AfterFunc(time.Minute, func() { f.conn.Close() })
			defer guard.Stop()
			got = make([]byte, 32)
			for n := 0; n < len(got) && readErr == nil; {
				var m int
				m, readErr = near.Read(got[n:])
				n += m
			}
			_, writeErr = near.Write([]byte("x"))
		}}.run(t)
	r.succeeds(try)
	try.Why("the handshake leaves no deadline behind, ctx has no more to do with the connection, and nothing after the verack has been read")
	try.NoError(readErr)
	try.NoError(writeErr)
	try.Bytes("the ping after the verack", got, mainnet.frame("ping", nonce))
}

func TestHandshake_hungUp(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	r := talk{magic: mainnet, cfg: cfg, script: func(f *far) {
		f.await("version")
		f.say("version", drawVersion(d).bytes())
		f.conn.Close()
	}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a peer that hangs up after its version")
	try.Why("nobody will send a verack any more: there is nothing to wait for")
	r.ends(try)
	try.True(r.err != nil, "no error", "an error")
	try.True(r.after < time.Second, fmt.Sprintf("an end after %v", r.after), "an end at once")
}

func TestHandshake_cause(t *testing.T) {
	cfg, _ := drawConfig(draw.From(t))
	cause := errors.New("the user has closed the window")
	r := talk{magic: mainnet, cfg: cfg, script: func(*far) {}, ctx: func() (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(cause)
		return ctx, func() { cancel(nil) }
	}}.run(t)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a silent peer, where ctx was cancelled with the cause %q", cause)
	try.Why("the error is ctx.Err(): context.Cause is what somebody else gave as a reason, and a caller who asks for context.Canceled does not know it")
	r.ends(try)
	try.ErrorIs(r.err, context.Canceled, "context.Canceled")
}
