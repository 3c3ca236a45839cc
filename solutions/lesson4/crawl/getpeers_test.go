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
)

// heard reads the next message and names it. At the end it is "".
func heard(conn net.Conn) (command string, payload []byte) {
	head := make([]byte, 24)
	if _, err := io.ReadFull(conn, head); err != nil {
		return "", nil
	}
	payload = make([]byte, min(1000, binary.LittleEndian.Uint32(head[16:])))
	if _, err := io.ReadFull(conn, payload); err != nil {
		return "", nil
	}
	return strings.TrimRight(string(head[4:16]), "\x00"), payload
}

// shaken is a script that shakes hands, waits for getaddr and then goes on. The
// caller's messages are heard in their own goroutine: on a net.Pipe nobody
// may write while the other one does. pongs is told the payload of each pong.
func shaken(pongs chan<- []byte, then func(conn net.Conn)) func(conn net.Conn) {
	return func(conn net.Conn) {
		asked, gone := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(gone)
			for {
				command, payload := heard(conn)
				switch command {
				case "":
					return
				case "getaddr":
					close(asked)
				case "pong":
					pongs <- payload
				case "version":
					go conn.Write(append(frame("version", versionPayload(99, "/them:1.0/")), frame("verack", nil)...))
				}
			}
		}()
		select {
		case <-asked:
			then(conn)
		case <-gone:
		}
		<-gone
	}
}

// addr is an addr message of IPv4 addresses.
func addr(list ...string) []byte {
	b := []byte{byte(len(list))}
	for _, a := range list {
		ap := netip.MustParseAddrPort(a)
		ip := ap.Addr().As16()
		b = append(b, make([]byte, 4+8)...)
		b = append(b, ip[:]...)
		b = binary.BigEndian.AppendUint16(b, ap.Port())
	}
	return frame("addr", b)
}

const (
	whyKnows    = "a peer that answers getaddr names addresses that it knows: those of IPv4 and IPv6 are returned, all of them"
	whyOrder    = "the addresses stay in the order of the message"
	whyAnswered = "a peer that has shaken hands has answered: that it names no addresses is not an error"
	whyOneLimit = "one limit is for dial, handshake and addresses together"
)

func TestCrawl_getPeers(t *testing.T) {
	for _, c := range []simnet.Character{
		simnet.Healthy, simnet.Modern, simnet.Chatty, simnet.Fragmented, simnet.Coalesced, simnet.PingWait,
		simnet.VerackFirst, simnet.OldProtocol, simnet.Liar,
	} {
		t.Run(string(c), func(t *testing.T) {
			tried := fmt.Sprintf("GetPeers(ctx, address) of a simulated peer of the character %q", c)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				n := newNetwork(t, d, c, 40)
				node := n.Nodes()[0]
				try := expect.Tried(t, "%s", tried)
				v, known, err := caller(d, n).GetPeers(unending(), node.Addr.String())
				try.Why(whyAnswered).NoError(err)
				says(try, v, node.Version)
				want := n.Known(node)
				try.Why(whyKnows).Equal("number of addresses", len(known), len(want))
				try.Why(whyOrder)
				for i, k := range want {
					try.Equal(fmt.Sprintf("address %d", i), known[i], k.Addr.String())
				}
				closed(try, n.Dialer)
			})
		})
	}
}

func TestCrawl_getPeersLies(t *testing.T) {
	tried := "GetPeers(ctx, address) of a simulated peer that sends 2,500 addresses in one message"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		n := newNetwork(t, d, simnet.Flood, 40)
		node := n.Nodes()[0]
		try := expect.Tried(t, "%s", tried)
		v, known, err := caller(d, n).GetPeers(unending(), node.Addr.String())
		try.Why("version.ReadAddr refuses such a message, but the peer has shaken hands, and so it has answered")
		try.NoError(err)
		says(try, v, node.Version)
		try.Why("a message that cannot be read names nobody").Equal("number of addresses", len(known), 0)
		closed(try, n.Dialer)
	})
}

func TestCrawl_getPeersFails(t *testing.T) {
	for _, c := range []simnet.Character{simnet.Refusing, simnet.EarlyClose, simnet.Garbage, simnet.Silent, simnet.Dead, simnet.NeverVerack, simnet.BadMagic} {
		t.Run(string(c), func(t *testing.T) {
			tried := fmt.Sprintf("GetPeers(ctx, address) of a simulated peer of the character %q", c)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				n := newNetwork(t, d, c, 1)
				caller := caller(d, n)
				try := expect.Tried(t, "%s, with a limit of %v", tried, caller.Limit)
				start := time.Now()
				_, known, err := caller.GetPeers(unending(), n.Nodes()[0].Addr.String())
				took := time.Since(start)
				try.Why("a peer has answered when it has shaken hands, and not before")
				try.True(err != nil, "no error", "an error: nobody has shaken hands with us")
				try.Why(whyZero).Equal("number of addresses", len(known), 0)
				try.Why(whyOneLimit).True(took <= caller.Limit+50*time.Millisecond, fmt.Sprintf("it returned after %v", took), "it returns when the limit has passed, or before")
				step := "handshake"
				if c == simnet.Refusing || c == simnet.Dead {
					step = "dial"
				}
				try.Why(whyStep).True(strings.HasPrefix(err.Error(), step), expect.Error(err), fmt.Sprintf("an error whose text begins with %q", step))
				if c == simnet.BadMagic {
					try.Why("%s", whyWrapped).ErrorIs(err, framing.ErrMagic, "framing.ErrMagic")
				}
				if c == simnet.Silent || c == simnet.Dead {
					var timeout net.Error
					try.Why(whyTimeout).True(errors.As(err, &timeout) && timeout.Timeout(), expect.Error(err), "an error that wraps a net.Error whose Timeout() is true")
				}
				closed(try, n.Dialer)
			})
		})
	}
}

func TestCrawl_getPeersItself(t *testing.T) {
	const tried = "GetPeers(ctx, address) of a peer that sends an addr message of one address, a ping, and an addr message of three"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 4)
		nonce := d.Bytes(8)
		pongs := make(chan []byte, 4)
		dialer := scripted(t, shaken(pongs, func(conn net.Conn) {
			conn.Write(append(addr(list[0]), frame("ping", nonce)...))
			select {
			case <-time.After(300 * time.Millisecond):
			case p := <-pongs:
				pongs <- p
			}
			conn.Write(addr(list[1:]...))
		}))
		try := expect.Tried(t, tried)
		_, known, err := caller(d, dialer).GetPeers(unending(), "127.0.0.1:8333")
		try.Why(whyAnswered).NoError(err)
		try.Why("a single address is the peer's own, which it announces unasked: the answer is still to come")
		try.Equal("addresses", known, list[1:])
		try.Why("a ping is answered with a pong of the same payload")
		select {
		case p := <-pongs:
			try.Bytes("pong", p, nonce)
		default:
			try.Fail("no pong", "a pong")
		}
		closed(try, dialer)
	})
}

func TestCrawl_getPeersQuiet(t *testing.T) {
	for _, what := range []string{"says nothing more", "hangs up", "names itself and says nothing more", "names itself and hangs up"} {
		tried := fmt.Sprintf("GetPeers(ctx, address) of a peer that shakes hands and then %s", what)
		t.Run(what, func(t *testing.T) {
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				dialer := scripted(t, shaken(make(chan []byte, 4), func(conn net.Conn) {
					if strings.HasPrefix(what, "names itself") {
						conn.Write(addr("127.0.0.1:8333"))
					}
					if strings.HasSuffix(what, "hangs up") {
						conn.Close()
					}
				}))
				caller := caller(d, dialer)
				try := expect.Tried(t, "%s, with a limit of %v", tried, caller.Limit)
				start := time.Now()
				v, known, err := caller.GetPeers(unending(), "127.0.0.1:8333")
				took := time.Since(start)
				try.Why(whyAnswered)
				try.NoError(err)
				try.Equal("Version.Nonce", v.Nonce, uint64(99))
				if len(known) == 1 {
					try.Why("a single address is the peer's own, which it announces unasked: it has not answered getaddr with it, and so there are no addresses")
				}
				try.Equal("number of addresses", len(known), 0)
				try.Why(whyOneLimit).True(took <= caller.Limit+50*time.Millisecond, fmt.Sprintf("it returned after %v", took), "it returns when the limit has passed, or before")
				closed(try, dialer)
			})
		})
	}
}

// What the dialler says of a peer is passed on.
func TestCrawl_getPeersRefused(t *testing.T) {
	d := draw.From(t)
	dialer := dialFunc(func(context.Context, string, string) (net.Conn, error) { return nil, errFake })
	try := expect.Tried(t, "GetPeers(ctx, address), where the dialler fails")
	try.Why("the dialler's error says what is wrong with the address: it is wrapped with %%w")
	_, _, err := caller(d, dialer).GetPeers(unending(), "127.0.0.1:8333")
	try.ErrorIs(err, errFake, "the dialler's error")
}

func TestCrawl_getPeersPair(t *testing.T) {
	const tried = "GetPeers(ctx, address) of a peer that sends an addr message of two addresses and then nothing more"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 2)
		dialer := scripted(t, shaken(make(chan []byte, 4), func(conn net.Conn) { conn.Write(addr(list...)) }))
		try := expect.Tried(t, tried)
		start := time.Now()
		_, known, err := caller(d, dialer).GetPeers(unending(), "127.0.0.1:8333")
		try.NoError(err)
		try.Why("two are more than one: that is the answer").Equal("addresses", known, list)
		try.Equal("time it took", time.Since(start), time.Duration(0))
		closed(try, dialer)
	})
}

func TestCrawl_getPeersCancelled(t *testing.T) {
	const tried = "GetPeers(ctx, address) of a peer that shakes hands and says nothing more, and ctx is cancelled after 300ms"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		dialer := scripted(t, shaken(make(chan []byte, 4), func(net.Conn) {}))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(300*time.Millisecond, cancel)
		try := expect.Tried(t, tried)
		start := time.Now()
		_, _, err := caller(d, dialer).GetPeers(ctx, "127.0.0.1:8333")
		try.Why(whyCtxEnds).True(time.Since(start) <= 400*time.Millisecond, fmt.Sprintf("it returned after %v", time.Since(start)), "it returns when ctx ends")
		try.Why("a peer that names no addresses is not an error, but the end of ctx is: nobody knows what the peer would have said")
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		closed(try, dialer)
	})
}
