package version_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

// offers is every combination of the two features.
var offers = []version.Features{{}, {WtxidRelay: true}, {AddrV2: true}, {WtxidRelay: true, AddrV2: true}}

// answers are the commands that answer a version message.
func answers(cfg version.Config, theirs int32) []string {
	var want []string
	if cfg.Inbound {
		want = append(want, "version")
	}
	if both := min(theirs, cfg.Version.Protocol) >= 70_016; both && cfg.Offer.WtxidRelay {
		want = append(want, "wtxidrelay")
	}
	if both := min(theirs, cfg.Version.Protocol) >= 70_016; both && cfg.Offer.AddrV2 {
		want = append(want, "sendaddrv2")
	}
	return append(want, "verack")
}

func TestAnswerVersion(t *testing.T) {
	d := draw.From(t)
	for _, protocols := range [][2]int32{{70_016, 70_016}, {70_015, 70_016}, {70_016, 70_015}, {int32(d.Between(31_800, 70_000)), 70_020}} {
		for _, inbound := range []bool{false, true} {
			for _, offer := range offers {
				cfg, mine := drawConfig(d)
				cfg.Inbound, cfg.Offer = inbound, offer
				cfg.Version.Protocol, mine.protocol = protocols[0], protocols[0]
				theirs := drawVersion(d)
				theirs.protocol = protocols[1]
				try := expect.Tried(t, "AnswerVersion(w, cfg, payload), where we speak protocol %d and the peer %d, cfg.Inbound is %t and cfg.Offer %+v",
					protocols[0], protocols[1], inbound, offer)
				try.Why("version where the peer called us; wtxidrelay and sendaddrv2 where we offer them and both sides are at 70016 or later; the verack last, since features are agreed on before it")
				var w bytes.Buffer
				peer, err := version.AnswerVersion(&w, cfg, theirs.bytes())
				try.NoError(err)
				sent, _ := mainnet.parse(w.Bytes())
				sends(try, sent, answers(cfg, protocols[1])...)
				if inbound {
					try.Bytes("payload of our version message", sent[0].payload, mine.bytes(), mine.layout()...)
				}
				sameVersion(try, peer.Version, theirs)
				try.Why("two nodes speak the lower of their protocol versions")
				try.Equal("Peer.Protocol", peer.Protocol, min(protocols[0], protocols[1]))
			}
		}
	}
}

func TestAnswerVersion_self(t *testing.T) {
	d := draw.From(t)
	for _, inbound := range []bool{false, true} {
		cfg, mine := drawConfig(d)
		cfg.Inbound = inbound
		theirs := drawVersion(d)
		theirs.nonce = mine.nonce
		var w bytes.Buffer
		try := expect.Tried(t, "AnswerVersion(w, cfg, payload), where the peer's nonce is that of cfg.Version and cfg.Inbound is %t", inbound)
		_, err := version.AnswerVersion(&w, cfg, theirs.bytes())
		try.Why("each connection has a new random nonce: a peer that sends ours is ourselves")
		try.ErrorIs(err, version.ErrSelf, "ErrSelf")
		try.Why("there is nothing to say to ourselves")
		try.Equal("bytes written", w.Len(), 0)
	}
	cfg, _ := drawConfig(d)
	theirs := drawVersion(d)
	cfg.Version.Nonce, theirs.nonce = 0, 0
	try := expect.Tried(t, "AnswerVersion(w, cfg, payload), where the peer's nonce and that of cfg.Version are both 0")
	_, err := version.AnswerVersion(io.Discard, cfg, theirs.bytes())
	try.Why("0 is a number like any other, and a random nonce may be 0")
	try.ErrorIs(err, version.ErrSelf, "ErrSelf")
}

func TestAnswerVersion_bad(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	cfg.Inbound = true
	theirs := drawVersion(d)
	theirs.relay = []byte{byte(d.Between(2, 255))}
	var w bytes.Buffer
	try := expect.Tried(t, "AnswerVersion(w, cfg, payload), where the relay byte of the payload is %02x", theirs.relay)
	_, err := version.AnswerVersion(&w, cfg, theirs.bytes())
	try.Why("a version message that cannot be read is not answered")
	try.ErrorIs(err, version.ErrBool, "ErrBool")
	try.Equal("bytes written", w.Len(), 0)
}

func TestGreet(t *testing.T) {
	d := draw.From(t)
	for _, inbound := range []bool{false, true} {
		cfg, mine := drawConfig(d)
		cfg.Inbound = inbound
		theirs := drawVersion(d)
		after := mainnet.frame("ping", d.Bytes(8))
		conn := &stream{in: d.Fragments(join(mainnet.frame("version", theirs.bytes()), mainnet.frame("verack", nil), after))}
		try := expect.Tried(t, "Greet(conn, cfg), where conn gives version, verack and ping in fragments and cfg.Inbound is %t", inbound)
		peer, err := version.Greet(conn, cfg)
		try.NoError(err)
		sameVersion(try, peer.Version, theirs)
		sent, _ := mainnet.parse(conn.out.Bytes())
		try.Why("our version, and our verack for the peer's")
		sends(try, sent, "version", "verack")
		try.Bytes("payload of our version message", sent[0].payload, mine.bytes(), mine.layout()...)
		rest, err := io.ReadAll(conn.in)
		expect.Broken(t, err)
		try.Why("the bytes after the verack belong to the next user of the connection; a buffered reader would have swallowed them")
		try.Bytes("left in conn", rest, after)
	}
}

func TestGreet_network(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	var own magic
	own, cfg.Magic = ofOurOwn(d)
	theirs := drawVersion(d)
	conn := &stream{in: bytes.NewReader(join(own.frame("version", theirs.bytes()), own.frame("verack", nil)))}
	try := expect.Tried(t, "Greet(conn, cfg), where cfg.Magic is %08x, a network of our own", uint32(cfg.Magic))
	try.Why("the network is cfg.Magic, for reading as well as for writing")
	_, err := version.Greet(conn, cfg)
	try.NoError(err)
	sent, _ := own.parse(conn.out.Bytes())
	sends(try, sent, "version", "verack")
}

func TestGreet_offers(t *testing.T) {
	d := draw.From(t)
	for _, offer := range offers {
		cfg, _ := drawConfig(d)
		theirs := drawVersion(d)
		theirs.protocol = 70_016
		in := mainnet.frame("version", theirs.bytes())
		list := "version"
		if offer.WtxidRelay {
			in, list = append(in, mainnet.frame("wtxidrelay", nil)...), list+", wtxidrelay"
		}
		novelty := d.Word(9)
		in, list = append(in, mainnet.frame(novelty, d.Bytes(d.Between(0, 40)))...), list+", "+novelty
		if offer.AddrV2 {
			in, list = append(in, mainnet.frame("sendaddrv2", nil)...), list+", sendaddrv2"
		}
		conn := &stream{in: bytes.NewReader(append(in, mainnet.frame("verack", nil)...))}
		try := expect.Tried(t, "Greet(conn, cfg), where the peer sends %s, verack", list)
		try.Why("what the peer offers is remembered; a command that nobody knows is ignored, since tomorrow's nodes know more than we do")
		peer, err := version.Greet(conn, cfg)
		try.NoError(err)
		try.Shows("Peer.Offer", fmt.Sprintf("%+v", peer.Offer), fmt.Sprintf("%+v", offer))
		sent, _ := mainnet.parse(conn.out.Bytes())
		sends(try, sent, "version", "verack")
	}
}

func TestGreet_verackFirst(t *testing.T) {
	d := draw.From(t)
	for _, inbound := range []bool{false, true} {
		cfg, _ := drawConfig(d)
		cfg.Inbound = inbound
		theirs := drawVersion(d)
		conn := &stream{in: bytes.NewReader(join(mainnet.frame("verack", nil), mainnet.frame("sendaddrv2", nil), mainnet.frame("wtxidrelay", nil), mainnet.frame("version", theirs.bytes())))}
		try := expect.Tried(t, "Greet(conn, cfg), where the peer sends verack, sendaddrv2, wtxidrelay, version and cfg.Inbound is %t", inbound)
		try.Why("the handshake is over once both have come, in whatever order, and what came before the version counts too")
		peer, err := version.Greet(conn, cfg)
		try.NoError(err)
		sameVersion(try, peer.Version, theirs)
		try.Shows("Peer.Offer", fmt.Sprintf("%+v", peer.Offer), fmt.Sprintf("%+v", version.Features{WtxidRelay: true, AddrV2: true}))
		sent, _ := mainnet.parse(conn.out.Bytes())
		sends(try, sent, "version", "verack")
	}
}

func TestGreet_ping(t *testing.T) {
	d := draw.From(t)
	nonce := d.Bytes(8)
	for _, tt := range []struct {
		how      string
		protocol int32 // the peer's
		ours     int32
		payload  []byte
		pong     bool
	}{
		{"a ping of 8 bytes", 70_016, 70_016, nonce, true},
		{"a ping of 8 bytes, at protocol 60001", 60_001, 70_016, nonce, true},
		{"a ping of 8 bytes, at protocol 60000", 60_000, 70_016, nonce, false},
		{"a ping of 8 bytes, at protocol 70016 where we say 60000", 70_016, 60_000, nonce, true},
		{"a ping without a payload", 70_016, 70_016, nil, false},
		{"a ping of 7 bytes", 70_016, 70_016, nonce[:7], false},
		{"a ping of 9 bytes", 70_016, 70_016, append(bytes.Clone(nonce), 0), false},
		{"a ping of 4,000 bytes", 70_016, 70_016, d.Bytes(4000), false},
	} {
		cfg, _ := drawConfig(d)
		cfg.Version.Protocol = tt.ours
		theirs := drawVersion(d)
		theirs.protocol = tt.protocol
		conn := &stream{in: bytes.NewReader(join(mainnet.frame("version", theirs.bytes()), mainnet.frame("ping", tt.payload), mainnet.frame("verack", nil)))}
		try := expect.Tried(t, "Greet(conn, cfg), where the peer sends version, %s, verack", tt.how)
		try.Why("a pong carries the ping's 8 bytes back; a ping of another size has no answer, and neither has one of a peer that does not know pong (BIP 31)")
		_, err := version.Greet(conn, cfg)
		try.NoError(err)
		sent, _ := mainnet.parse(conn.out.Bytes())
		want := []string{"version", "verack"}
		if tt.pong {
			want = append(want, "pong")
		}
		sends(try, sent, want...)
		if tt.pong {
			try.Bytes("payload of the pong", sent[2].payload, nonce)
		}
	}
}

func TestGreet_duplicateVersion(t *testing.T) {
	d := draw.From(t)
	cfg, mine := drawConfig(d)
	cfg.Offer = version.Features{WtxidRelay: true}
	first, second := drawVersion(d), drawVersion(d)
	first.protocol, second.protocol = 70_016, 60_000 // which does not know pong
	broken := d.Bytes(30)
	conn := &stream{in: bytes.NewReader(join(mainnet.frame("version", first.bytes()), mainnet.frame("version", mine.bytes()),
		mainnet.frame("version", broken), mainnet.frame("version", second.bytes()), mainnet.frame("ping", d.Bytes(8)), mainnet.frame("verack", nil)))}
	try := expect.Tried(t, "Greet(conn, cfg), where the peer sends version, then our own version, a version that cannot be read and another one of protocol 60000, ping, verack")
	try.Why("the first version counts; a later one changes nothing, gets no answer and is not even read")
	peer, err := version.Greet(conn, cfg)
	try.NoError(err)
	sameVersion(try, peer.Version, first)
	try.Equal("Peer.Protocol", peer.Protocol, int32(70_016))
	sent, _ := mainnet.parse(conn.out.Bytes())
	sends(try, sent, "version", "wtxidrelay", "verack", "pong")
}

func TestGreet_self(t *testing.T) {
	d := draw.From(t)
	cfg, mine := drawConfig(d)
	conn := &stream{in: bytes.NewReader(join(mainnet.frame("version", mine.bytes()), mainnet.frame("verack", nil)))}
	try := expect.Tried(t, "Greet(conn, cfg), where our own version message comes back")
	try.Why("nodes find their own address in gossip, and dial it")
	_, err := version.Greet(conn, cfg)
	try.ErrorIs(err, version.ErrSelf, "ErrSelf")
	sent, _ := mainnet.parse(conn.out.Bytes())
	sends(try, sent, "version")
}

func TestGreet_bad(t *testing.T) {
	d := draw.From(t)
	theirs := drawVersion(d)
	theirs.relay = []byte{byte(d.Between(2, 255))}
	for _, inbound := range []bool{false, true} {
		cfg, _ := drawConfig(d)
		cfg.Inbound = inbound
		conn := &stream{in: bytes.NewReader(join(mainnet.frame("version", theirs.bytes()), mainnet.frame("verack", nil)))}
		try := expect.Tried(t, "Greet(conn, cfg), where the relay byte of the peer's version is %02x and cfg.Inbound is %t", theirs.relay, inbound)
		try.Why("a peer that does not say who it is gets no verack")
		_, err := version.Greet(conn, cfg)
		try.ErrorIs(err, version.ErrBool, "ErrBool")
		sent, _ := mainnet.parse(conn.out.Bytes())
		if inbound {
			sends(try, sent)
		} else {
			sends(try, sent, "version")
		}
	}
}

func TestGreet_hungUp(t *testing.T) {
	d := draw.From(t)
	b := join(mainnet.frame("version", drawVersion(d).bytes()), mainnet.frame("verack", nil))
	for range 20 {
		n := d.IntN(len(b))
		for _, inbound := range []bool{false, true} {
			cfg, _ := drawConfig(d)
			cfg.Inbound = inbound
			try := expect.Tried(t, "Greet(conn, cfg), where the peer hangs up after %d of the %d bytes of version and verack, and cfg.Inbound is %t", n, len(b), inbound)
			try.Why("without the peer's version and verack there is no handshake")
			_, err := version.Greet(&stream{in: d.Fragments(b[:n])}, cfg)
			try.True(err != nil, "no error", "an error")
		}
	}
}

func TestGreet_longAgent(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	cfg.Version.UserAgent = d.Word(maxUserAgent + 1)
	conn := &stream{in: bytes.NewReader(join(mainnet.frame("version", drawVersion(d).bytes()), mainnet.frame("verack", nil)))}
	try := expect.Tried(t, "Greet(conn, cfg), where cfg.Version has a user agent of 257 bytes")
	_, err := version.Greet(conn, cfg)
	try.Why("what AppendVersion refuses cannot be sent")
	try.ErrorIs(err, version.ErrTooLong, "ErrTooLong")
	try.Equal("bytes written", conn.out.Len(), 0)
}
