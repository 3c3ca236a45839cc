package crawl_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson2/version"
)

// addrv2 is an addrv2 message. "" stands for an address of Tor v3.
func addrv2(list ...string) []byte {
	b := []byte{byte(len(list))}
	for _, a := range list {
		b = append(b, 0, 0, 0, 0, 0) // time, services
		if a == "" {
			b = append(append(b, 4, 32), make([]byte, 32)...)
			b = append(b, 0x20, 0x8d)
			continue
		}
		ap := netip.MustParseAddrPort(a)
		ip := ap.Addr().AsSlice()
		network := byte(1)
		if len(ip) == 16 {
			network = 2
		}
		b = append(append(b, network, byte(len(ip))), ip...)
		b = binary.BigEndian.AppendUint16(b, ap.Port())
	}
	return frame("addrv2", b)
}

// said is a message as a peer has heard it.
type said struct {
	command string
	payload []byte
}

// What we say, from the version to getaddr.
func TestCrawl_getPeersSays(t *testing.T) {
	const tried = "GetPeers(ctx, address) of a peer of protocol 70016 that notes what it is sent, twice"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 3)
		notes := make(chan said, 40)
		dialer := scripted(t, func(conn net.Conn) {
			for {
				command, payload := heard(conn)
				notes <- said{command, payload}
				switch command {
				case "":
					return
				case "version":
					go conn.Write(append(frame("version", versionPayload(99, "/them:1.0/")), frame("verack", nil)...))
				case "getaddr":
					go conn.Write(addr(list...))
				}
			}
		})
		c := caller(d, dialer)
		nonces := []string{}
		for range 2 {
			_, known, err := c.GetPeers(unending(), "127.0.0.1:8333")
			try := expect.Tried(t, tried)
			try.Why(whyAnswered).NoError(err)
			try.Why(whyKnows).Equal("addresses", known, list)
			var commands []string
			for s := range notes {
				if s.command == "" {
					break
				}
				commands = append(commands, s.command)
				if s.command == "version" && len(s.payload) > 80 {
					nonces = append(nonces, string(s.payload[72:80]))
				}
				if s.command == "getaddr" {
					try.Why("getaddr is a question without a payload").Equal("bytes in the payload of getaddr", len(s.payload), 0)
				}
			}
			try.Why("a peer sends addrv2 only to those who have offered it; getaddr follows when hands are shaken")
			try.Equal("messages sent", commands, []string{"version", "sendaddrv2", "verack", "getaddr"})
		}
		try := expect.Tried(t, tried).Why("a nonce tells a node that it has dialled itself, if each call has its own")
		try.Equal("versions sent", len(nonces), 2)
		try.True(nonces[0] != nonces[1], "the same nonce both times", "a new random nonce in each call")
		try.Why("a nonce that is counted up tells strangers which connections are ours, and how many there are: each is random, with all its 64 bits")
		try.True(nonces[0][4:] != nonces[1][4:], "two nonces that differ in their lower 32 bits only", "a new random nonce in each call")
	})
}

// Which of several messages is the answer.
func TestCrawl_getPeersAnswer(t *testing.T) {
	four := []string{"127.1.2.3:8333", "[2001:db8::7]:18333", "127.1.2.2:8333", "127.1.2.3:8333"}
	for _, tt := range []struct {
		name, says string
		messages   func() []byte
		want       []string
		why        string
	}{
		{"chatty", "sends thirty messages of other kinds before its addresses, and further addresses after them", func() []byte {
			var b []byte
			for range 30 {
				b = append(b, frame("inv", []byte{0})...)
			}
			return slices.Concat(b, addrv2(four...), addr("127.9.9.9:1", "127.9.9.8:1"))
		}, four, "other messages do not end the wait for the addresses, however many there are: only the limit does"},
		{"two", "sends one addr message and another one after it", func() []byte { return append(addr(four...), addr("127.9.9.9:1", "127.9.9.8:1")...) }, four, "the first message of more than one address is the answer"},
		{"itself", "names itself in an addrv2 message before it answers", func() []byte { return append(addrv2("127.9.9.9:1"), addrv2(four...)...) }, four, "a single address is the peer's own, in an addrv2 message too: the answer is still to come"},
		{"onions", "sends one message with an IPv4 address among some of Tor, and then another one", func() []byte { return append(addrv2("", "127.9.9.9:1", ""), addrv2(four...)...) }, four, "addresses of Tor do not count: the one that is left of this message is not an answer"},
		{"mixed", "sends IPv4, IPv6 and Tor in one message", func() []byte { return addrv2(slices.Insert(slices.Clone(four), 2, "", "")...) }, four, "addresses of Tor are left out, and the others keep their order"},
		{"unreadable", "sends an addr message that is cut short, and then another one", func() []byte { return append(frame("addr", []byte{9, 1}), addr(four...)...) }, nil, "addresses that cannot be read end the conversation, as a broken connection does: there are none then"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tried := "GetPeers(ctx, address) of a peer that " + tt.says
			bubble.Test(t, tried, func(t *testing.T) {
				dialer := scripted(t, shaken(make(chan []byte, 4), func(conn net.Conn) { conn.Write(tt.messages()) }))
				try := expect.Tried(t, "%s", tried)
				start := time.Now()
				v, known, err := caller(draw.From(t), dialer).GetPeers(unending(), "127.0.0.1:8333")
				took := time.Since(start)
				try.Why(whyAnswered).NoError(err)
				try.Equal("Version.Nonce", v.Nonce, uint64(99))
				try.Why("%s", tt.why).Equal("number of addresses", len(known), len(tt.want))
				for i, k := range tt.want {
					try.Equal(fmt.Sprintf("address %d", i), known[i], k)
				}
				try.Why("once it has the answer, there is nothing to wait for")
				try.True(took == 0, fmt.Sprintf("it returned %v after the peer had sent them", took), "it returns as soon as it has them")
				closed(try, dialer)
			})
		})
	}
}

// One limit for everything, and no half results beside an error.
func TestCrawl_getPeersLimit(t *testing.T) {
	for _, cancelled := range []bool{false, true} {
		tried := "GetPeers(ctx, address) of a peer that takes 600ms to shake hands and then says nothing more"
		if cancelled {
			tried += ", and ctx is cancelled after 700ms"
		}
		t.Run(fmt.Sprint(cancelled), func(t *testing.T) {
			bubble.Test(t, tried, func(t *testing.T) {
				slow := scripted(t, shaken(make(chan []byte, 4), func(net.Conn) {}))
				c := caller(draw.From(t), dialFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
					pass(600 * time.Millisecond)
					return slow.DialContext(ctx, network, address)
				}))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if cancelled {
					time.AfterFunc(700*time.Millisecond, cancel)
				}
				try := expect.Tried(t, "%s, with a limit of %v", tried, c.Limit)
				start := time.Now()
				v, known, err := c.GetPeers(ctx, "127.0.0.1:8333")
				took := time.Since(start)
				if cancelled {
					try.Why(whyCtxError).ErrorIs(err, context.Canceled, "context.Canceled")
					try.Why(whyZero).True(v == version.Version{} && known == nil, "something beside the error", "the zero Version and no addresses")
					return
				}
				try.Why(whyAnswered).NoError(err)
				try.Why(whyOneLimit)
				try.True(took <= c.Limit+50*time.Millisecond, fmt.Sprintf("it returned after %v", took), fmt.Sprintf("it returns after %v", c.Limit))
				closed(try, slow)
			})
		})
	}
}

// deafTo is a connection that fails to write a message.
type deafTo struct {
	net.Conn
	command string
}

func (d deafTo) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(d.command)) {
		return 0, errFake
	}
	return d.Conn.Write(p)
}

// The connection may break while we write, too.
func TestCrawl_getPeersCannotSend(t *testing.T) {
	for _, command := range []string{"getaddr", "pong"} {
		tried := fmt.Sprintf("GetPeers(ctx, address) of a peer that shakes hands, asks with a ping and says no more, where writing our %s fails", command)
		t.Run(command, func(t *testing.T) {
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				ping := frame("ping", d.Bytes(8))
				dialer := scripted(t, shaken(make(chan []byte, 4), func(conn net.Conn) { conn.Write(ping) }))
				c := caller(d, dialFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := dialer.DialContext(ctx, network, address)
					if err != nil {
						return nil, err
					}
					return deafTo{conn, command}, nil
				}))
				try := expect.Tried(t, "%s", tried)
				v, known, err := c.GetPeers(unending(), "127.0.0.1:8333")
				try.Why("a peer that has shaken hands has answered: if the connection breaks after that, in reading or in writing, there are no addresses, and that is not an error")
				try.NoError(err)
				try.Equal("Version.Nonce", v.Nonce, uint64(99))
				try.Equal("number of addresses", len(known), 0)
				closed(try, dialer)
			})
		})
	}
}

func TestCrawl_getPeersCause(t *testing.T) {
	const tried = "GetPeers(ctx, address), with a ctx that was cancelled with a cause before the call"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		dialer := scripted(t, shaken(make(chan []byte, 4), func(net.Conn) {}))
		try := expect.Tried(t, tried).Why(whyNoCause)
		_, _, err := caller(d, dialer).GetPeers(caused(), "127.0.0.1:8333")
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		closed(try, dialer)
	})
}
