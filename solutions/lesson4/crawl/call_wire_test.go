package crawl_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
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

// netAddr is an address as a version message has it.
func netAddr(a version.NetAddr) []byte {
	ip := a.IP.As16()
	b := binary.LittleEndian.AppendUint64(nil, uint64(a.Services))
	return binary.BigEndian.AppendUint16(append(b, ip[:]...), a.Port)
}

// wholePayload is the payload of a version message, all of its fields.
func wholePayload(v version.Version) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(v.Protocol))
	b = binary.LittleEndian.AppendUint64(b, uint64(v.Services))
	b = binary.LittleEndian.AppendUint64(b, uint64(v.Timestamp.Unix()))
	b = append(append(b, netAddr(v.Receiver)...), netAddr(v.Sender)...)
	b = binary.LittleEndian.AppendUint64(b, v.Nonce)
	b = append(append(b, byte(len(v.UserAgent))), v.UserAgent...)
	b = binary.LittleEndian.AppendUint32(b, uint32(v.StartHeight))
	if v.Relay {
		return append(b, 1)
	}
	return append(b, 0)
}

// What goes out is ours to say, all of it; what comes after the version is not
// waited for.
func TestCaller_GetVersion_words(t *testing.T) {
	const tried = "GetVersion(ctx, address) of a peer that notes what it is sent, answers, says no more and does not hang up"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		heard := make(chan []byte, 8)
		answer := frame("version", versionPayload(d.Uint64(), "/them:1.0/"))
		scripts := scripted(t, func(conn net.Conn) {
			head := make([]byte, 24)
			io.ReadFull(conn, head)
			payload := make([]byte, min(1000, binary.LittleEndian.Uint32(head[16:])))
			io.ReadFull(conn, payload)
			conn.Write(answer)
			rest, _ := io.ReadAll(conn) // until the caller hangs up
			heard <- payload
			heard <- rest
		})
		asked := ""
		dialer := simnet.Count(dialFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			asked = network + " " + address
			return scripts.DialContext(ctx, network, address)
		}))
		c := caller(d, dialer)
		c.Version.Relay = d.IntN(2) == 0
		for _, a := range []*version.NetAddr{&c.Version.Receiver, &c.Version.Sender} {
			*a = version.NetAddr{Services: version.Services(d.Uint64()), IP: netip.AddrFrom16([16]byte(d.Bytes(16))), Port: uint16(d.Between(1, 65535))}
		}
		small, upper := 0, map[uint64]bool{} // the upper 32 bits of the nonces
		for range 3 {
			address := addresses(d, 1)[0]
			try := expect.Tried(t, tried)
			start := time.Now()
			_, err := c.GetVersion(unending(), address)
			took := time.Since(start)
			try.Why(whyAnswer).NoError(err)
			try.Why("a dialler is told the network, tcp, and the address as given").Equal("dialled", asked, "tcp "+address)
			try.Why("the version is all that was asked for: a peer need not say anything after it")
			try.True(took == 0, fmt.Sprintf("it returned %v after the peer had sent its version", took), "it returns as soon as the version is there")
			payload, rest := <-heard, <-heard
			try.Why("our version message is the whole question: nothing else is sent")
			try.True(len(rest) == 0, fmt.Sprintf("%d bytes were sent behind our version message", len(rest)), "our version message alone")
			want := c.Version
			if len(payload) > 80 {
				want.Nonce = binary.LittleEndian.Uint64(payload[72:])
			}
			try.Why("what we say of ourselves is c.Version: only the nonce is a new random one in each call")
			try.Bytes("payload that was sent", payload, wholePayload(want), expect.Field{Name: "protocol", Size: 4}, expect.Field{Name: "services", Size: 8},
				expect.Field{Name: "timestamp", Size: 8}, expect.Field{Name: "receiver", Size: 26}, expect.Field{Name: "sender", Size: 26},
				expect.Field{Name: "nonce", Size: 8}, expect.Field{Name: "user agent", Size: 1 + len(want.UserAgent)}, expect.Field{Name: "height", Size: 4}, expect.Field{Name: "relay"})
			if want.Nonce>>32 == 0 {
				small++
			}
			upper[want.Nonce>>32] = true
		}
		try := expect.Tried(t, tried).Why("all 64 bits of a nonce are random: with fewer, two nodes would sooner have the same one")
		try.True(small < 3, "three nonces in a row that are less than 2^32", "nonces of 64 bits")
		try.Why("a nonce that is counted up tells strangers which connections are ours, and how many there are: each is random")
		try.True(len(upper) > 1, "three nonces in a row that differ in their lower 32 bits only", "a new random nonce in each call")
	})
}

// Only "version" is the version message, and what goes wrong behind others is no
// lack of one.
func TestCaller_GetVersion_behindOthers(t *testing.T) {
	for _, tt := range []struct {
		name, says string
		last       func(b []byte) []byte
		is         error
		isName     string
	}{
		{"hangs up", "hangs up", func([]byte) []byte { return nil }, io.EOF, "io.EOF"},
		{"checksum", "sends a version message with a wrong checksum", func(b []byte) []byte { b[20] ^= 1; return b }, framing.ErrChecksum, "framing.ErrChecksum"},
		{"fine", "sends its version message", func(b []byte) []byte { return b }, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tried := fmt.Sprintf("GetVersion(ctx, address) of a peer that sends verack, VERSION, version2 and versio, and then %s", tt.says)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				nonce := d.Uint64()
				var said []byte
				for _, command := range []string{"verack", "VERSION", "version2", "versio"} {
					said = append(said, frame(command, versionPayload(nonce+1, "/no:1.0/"))...)
				}
				said = append(said, tt.last(frame("version", versionPayload(nonce, "/them:1.0/")))...)
				dialer := scripted(t, func(conn net.Conn) {
					heard(conn)
					conn.Write(said)
				})
				try := expect.Tried(t, "%s", tried).Why("commands are compared as a whole: only \"version\" is the version message")
				v, err := caller(d, dialer).GetVersion(unending(), "127.0.0.1:8333")
				if tt.is == nil {
					try.NoError(err)
					try.Equal("Version.Nonce", v.Nonce, nonce)
				} else {
					if expect.Is(err, crawl.ErrNoVersion) {
						try.Why("ErrNoVersion is for a peer that sends too many other messages: what goes wrong while reading keeps its own error")
					}
					try.ErrorIs(err, tt.is, tt.isName)
				}
				closed(try, dialer)
			})
		})
	}
}

// The steps that fail without a peer's doing, and the one that fails last.
func TestCaller_GetVersion_steps(t *testing.T) {
	const tried = "GetVersion(ctx, address), where %s"
	fails := func(t *testing.T, what, step string, is error, isName string, dialer *simnet.Dialer) {
		tried := fmt.Sprintf(tried, what)
		bubble.Test(t, tried, func(t *testing.T) {
			try := expect.Tried(t, "%s", tried)
			v, err := caller(draw.From(t), dialer).GetVersion(unending(), "127.0.0.1:8333")
			try.Why("%s", whyWrapped).ErrorIs(err, is, isName)
			try.Why(whyStep).True(strings.HasPrefix(err.Error(), step), expect.Error(err), fmt.Sprintf("an error whose text begins with the step that failed, %q", step))
			try.Why(whyZero).True(v == version.Version{}, "a Version with something in it, beside the error", "the zero Version")
			closed(try, dialer)
		})
	}
	fails(t, "the dialler fails", "dial", errFake, "the dialler's error", simnet.Count(dialFunc(func(context.Context, string, string) (net.Conn, error) {
		return nil, errFake
	})))
	fails(t, "the connection is there and writing to it fails", "send", errFake, "the connection's error", simnet.Count(dialFunc(func(context.Context, string, string) (net.Conn, error) {
		ours, _ := net.Pipe()
		return mute{ours}, nil
	})))
	for _, bad := range []struct {
		what    string
		payload []byte
		is      error
		isName  string
	}{
		{"the version message has bytes behind its end", append(versionPayload(1, "/them:1.0/"), 0), version.ErrTrailing, "version.ErrTrailing"},
		{"the version message is cut short", versionPayload(1, "/them:1.0/")[:60], io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF"},
	} {
		fails(t, bad.what, "read", bad.is, bad.isName, scripted(t, func(conn net.Conn) {
			heard(conn)
			conn.Write(frame("version", bad.payload))
		}))
	}
}

// What we say of ourselves may be more than a message can hold.
func TestCaller_GetVersion_longAgent(t *testing.T) {
	const tried = "GetVersion(ctx, address), where c.Version has a user agent of 257 bytes"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		dialer := scripted(t, func(conn net.Conn) {
			heard(conn)
			conn.Write(frame("version", versionPayload(1, "/them:1.0/")))
		})
		c := caller(d, dialer)
		c.Version.UserAgent = d.Word(257)
		try := expect.Tried(t, tried)
		_, err := c.GetVersion(unending(), "127.0.0.1:8333")
		try.Why("what version.AppendVersion refuses cannot be sent: a message with half of it, or with nothing, is no version message")
		try.ErrorIs(err, version.ErrTooLong, "version.ErrTooLong")
		try.Why(whyStep).True(strings.HasPrefix(err.Error(), "send"), expect.Error(err), `an error whose text begins with the step that failed, "send"`)
		closed(try, dialer)
	})
}

// A dialler has its own words for the end of ctx, and they need not be ctx's.
func TestCaller_GetVersion_dialCancelled(t *testing.T) {
	dialCancelled(t, "GetVersion", func(c crawl.Caller, ctx context.Context) error {
		_, err := c.GetVersion(ctx, "127.0.0.1:8333")
		return err
	})
}

func TestCrawl_getPeersDialCancelled(t *testing.T) {
	dialCancelled(t, "GetPeers", func(c crawl.Caller, ctx context.Context) error {
		_, _, err := c.GetPeers(ctx, "127.0.0.1:8333")
		return err
	})
}

func dialCancelled(t *testing.T, name string, call func(crawl.Caller, context.Context) error) {
	tried := name + "(ctx, address), where ctx is cancelled during the dial, and the dialler says \"nobody at home\" then"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(100*time.Millisecond, cancel)
		c := caller(draw.From(t), dialFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, errFake
		}))
		err := call(c, ctx)
		try := expect.Tried(t, "%s", tried)
		try.Why("the caller has ended the call, and the error says so, whatever words the dialler has for it: look at ctx.Err() when something fails")
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		try.Why(whyStep).True(strings.HasPrefix(err.Error(), "dial"), expect.Error(err), `an error whose text begins with the step that failed, "dial"`)
	})
}

// A dialler may be done just before it hears of the end of ctx.
func TestCaller_GetVersion_cancelledInDial(t *testing.T) {
	const tried = "GetVersion(ctx, address) of a peer that says nothing, where ctx is cancelled during the dial, and the dialler returns a connection"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		silent := scripted(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
		dialer := simnet.Count(dialFunc(func(_ context.Context, network, address string) (net.Conn, error) {
			cancel()
			return silent.DialContext(context.Background(), network, address)
		}))
		try := expect.Tried(t, tried)
		start := time.Now()
		_, err := caller(draw.From(t), dialer).GetVersion(ctx, "127.0.0.1:8333")
		took := time.Since(start)
		try.Why("a ctx that has ended already ends the call too: a deadline that is set on the connection after that takes the place of the one that should wake the read")
		try.True(took == 0, fmt.Sprintf("it returned after %v", took), "it returns at once")
		try.Why(whyCtxError).ErrorIs(err, context.Canceled, "context.Canceled")
		closed(try, dialer)
	})
}

// mute is a connection to which nobody can write.
type mute struct{ net.Conn }

func (mute) Write([]byte) (int, error) { return 0, errFake }

// A peer that reads nothing holds up the sending, and that has its end too.
func TestCaller_GetVersion_deaf(t *testing.T) {
	for _, how := range []string{"its limit passes", "ctx is cancelled", "ctx has a deadline of its own"} {
		t.Run(how, func(t *testing.T) {
			tried := fmt.Sprintf("GetVersion(ctx, address) of a peer that takes the connection and reads nothing, until %s", how)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				over := make(chan struct{})
				defer close(over)
				dialer := scripted(t, func(net.Conn) { <-over })
				c := caller(d, early{dialer})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				after := time.Duration(d.Between(250, 700)) * time.Millisecond
				switch how {
				case "its limit passes":
					after = c.Limit
				case "ctx is cancelled":
					time.AfterFunc(after, cancel)
				default:
					ctx, cancel = context.WithTimeout(ctx, after)
					defer cancel()
				}
				try := expect.Tried(t, "%s, after %v", tried, after)
				start := time.Now()
				_, err := c.GetVersion(ctx, "127.0.0.1:8333")
				took := time.Since(start)
				try.Why("a write waits too if the other side reads nothing, and ends with the limit or with ctx")
				try.True(took >= after-time.Millisecond && took <= after+50*time.Millisecond, fmt.Sprintf("it returned after %v: %v", took, expect.Error(err)), fmt.Sprintf("it returns after %v", after))
				var timeout net.Error
				switch how {
				case "ctx is cancelled":
					try.Why(whyCtxError)
					try.ErrorIs(err, context.Canceled, "context.Canceled")
				case "ctx has a deadline of its own":
					try.Why("the connection's deadline and ctx's are one instant, and either may be noticed first: a time-out that ctx has set is ctx's error")
					try.ErrorIs(err, context.DeadlineExceeded, "context.DeadlineExceeded")
				default:
					try.Why(whyTimeout)
					try.True(errors.As(err, &timeout) && timeout.Timeout(), expect.Error(err), "an error that wraps a net.Error whose Timeout() is true")
				}
				closed(try, dialer)
			})
		})
	}
}

// early dials connections whose deadlines come a moment before they should: where
// two timers are set to one instant, either may be first, and here it is always
// the connection's.
type early struct{ crawl.Dialer }

func (e early) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := e.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return earlyConn{conn}, nil
}

type earlyConn struct{ net.Conn }

func sooner(t time.Time) time.Time {
	if t.After(time.Now()) {
		return t.Add(-time.Microsecond)
	}
	return t
}

func (c earlyConn) SetDeadline(t time.Time) error      { return c.Conn.SetDeadline(sooner(t)) }
func (c earlyConn) SetReadDeadline(t time.Time) error  { return c.Conn.SetReadDeadline(sooner(t)) }
func (c earlyConn) SetWriteDeadline(t time.Time) error { return c.Conn.SetWriteDeadline(sooner(t)) }

func TestCaller_GetVersion_cause(t *testing.T) {
	const tried = "GetVersion(ctx, address) of a silent peer, with a ctx that was cancelled with a cause"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		n := newNetwork(t, d, simnet.Silent, 1)
		try := expect.Tried(t, tried).Why(whyNoCause)
		_, err := caller(d, n).GetVersion(caused(), n.Nodes()[0].Addr.String())
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		closed(try, n.Dialer)
	})
}
