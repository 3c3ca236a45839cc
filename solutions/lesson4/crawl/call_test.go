package crawl_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"
)

const (
	whyAnswer   = "a peer answers a version message of its network with its own; a Network of 0 stands for mainnet"
	whyOthers   = "a peer may send other messages before its version: they are read and ignored, up to MaxBefore of them"
	whyStep     = "an error that starts with its step shows how far the call came"
	whyTimeout  = "a time-out is an error that says so: a caller can tell a slow peer from a broken one"
	whyCtxEnds  = "a call ends when its context does: the dialler gets it, and a read or a write that waits is cut off"
	whyCtxError = "the caller has ended the call, and the error says so: that the connection was closed is only how it was done"
	whyWrapped  = "an error is passed on, wrapped with %w: by it a caller tells one kind of bad peer from another"
)

func TestCaller_GetVersion_answers(t *testing.T) {
	for _, tt := range []struct {
		character simnet.Character
		why       string
	}{
		{simnet.Healthy, whyAnswer},
		{simnet.Modern, whyAnswer},
		{simnet.Chatty, whyOthers},
		{simnet.Fragmented, "one Read may return a part of a message: io.ReadFull, and so framing.ReadMessage, keeps reading"},
		{simnet.Coalesced, "several messages may arrive together: each is read by its own length"},
		{simnet.PingMid, whyOthers},
		{simnet.VerackFirst, whyOthers},
		{simnet.NeverVerack, "the version is all that was asked for: a verack need not follow"},
		{simnet.OldProtocol, "a peer of an old protocol answers too, with a version that says so"},
	} {
		c := tt.character
		t.Run(string(c), func(t *testing.T) {
			tried := fmt.Sprintf("GetVersion(ctx, address) of a simulated peer of the character %q", c)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				n := newNetwork(t, d, c, 1)
				node := n.Nodes()[0]
				try := expect.Tried(t, "%s", tried).Why("%s", tt.why)
				got, err := caller(d, n).GetVersion(unending(), node.Addr.String())
				try.NoError(err)
				says(try, got, node.Version)
				closed(try, n.Dialer)
				try.Why("one connection is enough, to the address that was given").Equal("dials by address", n.Dials(), map[string]int{node.Addr.String(): 1})
			})
		})
	}
}

func TestCaller_GetVersion_sends(t *testing.T) {
	const tried = "GetVersion(ctx, address) of a peer that notes what it is sent, twice"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		heard := make(chan []byte, 2)
		answer := frame("version", versionPayload(d.Uint64(), "/them:1.0/"))
		dialer := scripted(t, func(conn net.Conn) {
			head := make([]byte, 24)
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			payload := make([]byte, min(1000, binary.LittleEndian.Uint32(head[16:])))
			io.ReadFull(conn, payload)
			heard <- append(head, payload...)
			conn.Write(answer)
		})
		c := caller(d, dialer)
		try := expect.Tried(t, tried)
		var nonces [2]uint64
		for i := range nonces {
			try.Why(whyAnswer)
			_, err := c.GetVersion(unending(), "127.0.0.1:8333")
			try.NoError(err)
			var sent []byte
			select {
			case sent = <-heard:
			default:
				try.Why("the side that dials speaks first: until then the peer waits")
				try.Fail("nothing was sent", "our version message in its envelope")
			}
			try.Input(sent, expect.Field{Name: "magic", Size: 4}, expect.Field{Name: "command", Size: 12}, expect.Field{Name: "length", Size: 4}, expect.Field{Name: "checksum", Size: 4}, expect.Field{Name: "payload"})
			try.Why("a message starts with magic, command, length and checksum; the input shows what was sent")
			try.Bytes("the envelope that was sent", sent[:24], frame("version", sent[24:])[:24])
			try.Why("what we say of ourselves is c.Version, but for the nonce; the input shows what was sent")
			try.True(len(sent) > 24+80, fmt.Sprintf("a payload of %d bytes", len(sent)-24), "the payload of a version message")
			try.True(strings.Contains(string(sent), c.Version.UserAgent), "another user agent", "the user agent of c.Version: "+c.Version.UserAgent)
			nonces[i] = binary.LittleEndian.Uint64(sent[24+72:])
		}
		try.Why("a nonce tells a node that it has dialled itself; one that stays the same also tells strangers that we are the same")
		try.True(nonces[0] != nonces[1], "the same nonce both times", "a new random nonce in each call")
	})
}

// What one call uses must not be what another uses at the same time.
func TestCaller_GetVersion_together(t *testing.T) {
	const tried = "GetVersion(ctx, address), called by 50 goroutines at once"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		n := newNetwork(t, d, simnet.Healthy, 50)
		c := caller(d, n)
		errs := make([]error, 50)
		var wg sync.WaitGroup
		for i, node := range n.Nodes() {
			wg.Go(func() { _, errs[i] = c.GetVersion(unending(), node.Addr.String()) })
		}
		wg.Wait()
		try := expect.Tried(t, tried).Why("calls at the same time share nothing that one of them changes: each has its own connection and its own nonce")
		for _, err := range errs {
			try.NoError(err)
		}
		closed(try, n.Dialer)
	})
}

func TestCaller_GetVersion_fails(t *testing.T) {
	sentinels := []struct {
		character simnet.Character
		is        error
		name      string
		step      string
	}{
		{simnet.Refusing, nil, "", "dial"},
		{simnet.EarlyClose, io.EOF, "io.EOF", "read"},
		{simnet.CutOff, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF", "read"},
		{simnet.BadMagic, framing.ErrMagic, "framing.ErrMagic", "read"},
		{simnet.BadChecksum, framing.ErrChecksum, "framing.ErrChecksum", "read"},
		{simnet.OverLong, framing.ErrTooLarge, "framing.ErrTooLarge", "read"},
		{simnet.Garbage, nil, "", "read"},
	}
	for _, tt := range sentinels {
		t.Run(string(tt.character), func(t *testing.T) {
			tried := fmt.Sprintf("GetVersion(ctx, address) of a simulated peer of the character %q", tt.character)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				n := newNetwork(t, d, tt.character, 1)
				try := expect.Tried(t, "%s", tried)
				got, err := caller(d, n).GetVersion(unending(), n.Nodes()[0].Addr.String())
				try.Why("only a version message that can be read is a version")
				try.True(err != nil, "no error", "an error: such a peer has no version for us")
				if tt.is != nil {
					try.Why("%s", whyWrapped)
					try.ErrorIs(err, tt.is, tt.name)
				}
				try.Why(whyStep)
				try.True(strings.HasPrefix(err.Error(), tt.step), expect.Error(err), fmt.Sprintf("an error whose text begins with the step that failed, %q", tt.step))
				try.Why(whyZero)
				try.True(got == version.Version{}, "a Version with something in it, beside the error", "the zero Version")
				closed(try, n.Dialer)
			})
		})
	}
}

func TestCaller_GetVersion_limit(t *testing.T) {
	for _, c := range []simnet.Character{simnet.Dead, simnet.Silent, simnet.SlowDrip} {
		t.Run(string(c), func(t *testing.T) {
			what := map[simnet.Character]string{
				simnet.Dead:     "a peer that does not answer the dial",
				simnet.Silent:   "a peer that takes the connection and says nothing",
				simnet.SlowDrip: "a peer that sends a byte every 50 ms, and so is never long without a sign of life",
			}[c]
			tried := fmt.Sprintf("GetVersion(ctx, address) of %s", what)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				n := newNetwork(t, d, c, 1)
				dialer, address := n.Dialer, n.Nodes()[0].Addr.String()
				if c == simnet.SlowDrip {
					dialer = simnet.Count(dialFunc(func(context.Context, string, string) (net.Conn, error) {
						conn, peer := simnet.Pipe(c, simnet.WithSeed(d.Uint64()), simnet.WithGap(50*time.Millisecond))
						t.Cleanup(func() { peer.Close() })
						return conn, nil
					}))
				}
				caller := caller(d, dialer)
				try := expect.Tried(t, "%s, with a limit of %v", tried, caller.Limit)
				start := time.Now()
				_, err := caller.GetVersion(unending(), address)
				took := time.Since(start)
				try.Why("one limit is for dial, question and answer together: with a new one for each read, a peer that sends a byte now and then holds you up forever")
				try.True(err != nil, "no error", "an error that says that the time is up")
				try.True(took <= caller.Limit+50*time.Millisecond, fmt.Sprintf("it returned after %v", took), fmt.Sprintf("it returns after %v", caller.Limit))
				try.Why("a peer far away is slow and still answers: it has the whole limit for that")
				try.True(took >= caller.Limit, fmt.Sprintf("it gave up after %v already: %v", took, expect.Error(err)), fmt.Sprintf("it waits for %v", caller.Limit))
				var timeout net.Error
				try.Why(whyTimeout)
				try.True(errors.As(err, &timeout) && timeout.Timeout(), expect.Error(err), "an error that wraps a net.Error whose Timeout() is true; context.DeadlineExceeded is one")
				closed(try, dialer)
			})
		})
	}
}

func TestCaller_GetVersion_cancelled(t *testing.T) {
	for _, c := range []simnet.Character{simnet.Dead, simnet.Silent} {
		t.Run(string(c), func(t *testing.T) {
			tried := fmt.Sprintf("GetVersion(ctx, address) of a peer of the character %q, and ctx is cancelled meanwhile", c)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				n := newNetwork(t, d, c, 1)
				after := time.Duration(d.Between(250, 700)) * time.Millisecond
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				time.AfterFunc(after, cancel)
				try := expect.Tried(t, "%s, after %v", tried, after)
				start := time.Now()
				_, err := caller(d, n).GetVersion(ctx, n.Nodes()[0].Addr.String())
				took := time.Since(start)
				try.Why(whyCtxEnds)
				try.True(took <= after+100*time.Millisecond, fmt.Sprintf("it returned after %v, %v", took, expect.Error(err)), fmt.Sprintf("it returns when ctx ends, after %v", after))
				try.Why(whyCtxError)
				try.ErrorIs(err, context.Canceled, "context.Canceled")
				closed(try, n.Dialer)
			})
		})
	}
}

func TestCaller_GetVersion_otherMessages(t *testing.T) {
	for _, before := range []int{1, crawl.MaxBefore, crawl.MaxBefore + 1} {
		tried := fmt.Sprintf("GetVersion(ctx, address) of a peer that sends %d other messages before its version message", before)
		t.Run(fmt.Sprint(before), func(t *testing.T) {
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				nonce := d.Uint64()
				var said []byte
				for range before {
					said = append(said, frame(d.Word(8), d.Bytes(d.Between(0, 30)))...)
				}
				said = append(said, frame("version", versionPayload(nonce, "/them:1.0/"))...)
				dialer := scripted(t, func(conn net.Conn) {
					io.ReadFull(conn, make([]byte, 24+80))
					go io.Copy(io.Discard, conn)
					conn.Write(said)
				})
				try := expect.Tried(t, "%s", tried)
				got, err := caller(d, dialer).GetVersion(unending(), "127.0.0.1:8333")
				if before > crawl.MaxBefore {
					try.Why("a peer that never stops talking must not hold a caller up: %d messages before its version are enough", crawl.MaxBefore)
					try.ErrorIs(err, crawl.ErrNoVersion, "ErrNoVersion")
				} else {
					try.Why(whyOthers)
					try.NoError(err)
					try.Equal("Version.Nonce", got.Nonce, nonce)
				}
				closed(try, dialer)
			})
		})
	}
}

func TestCaller_GetVersion_tcp(t *testing.T) {
	defer noneLeft(t, "GetVersion(ctx, address) of a simulated peer on loopback, with a net.Dialer")()
	d := draw.From(t)
	peer, err := simnet.StartPeer(simnet.Modern, simnet.WithSeed(d.Uint64()))
	expect.Broken(t, err)
	defer peer.Close()
	c := caller(d, simnet.Count(&net.Dialer{}))
	c.Limit = time.Minute
	try := expect.Tried(t, "GetVersion(ctx, address) of a simulated peer on loopback, with a net.Dialer").Why(whyAnswer)
	got, err := c.GetVersion(unending(), peer.Addr())
	try.NoError(err)
	says(try, got, peer.Version())
	closed(try, c.Dialer.(*simnet.Dialer))
}
