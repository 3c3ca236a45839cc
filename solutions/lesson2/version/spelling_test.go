package version_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

// spellings are commands that are almost this one.
func spellings(command string) []string {
	return []string{strings.ToUpper(command), strings.ToUpper(command[:1]) + command[1:], (command + "2")[:min(12, len(command)+1)], command[:len(command)-1]}
}

func TestGreet_spelling(t *testing.T) {
	d := draw.From(t)
	for _, other := range append(spellings("verack"), "version2", "VERSION") {
		cfg, _ := drawConfig(d)
		first, last := mainnet.frame("version", drawVersion(d).bytes()), mainnet.frame(other, nil)
		missing := "verack"
		if strings.HasPrefix(strings.ToLower(other), "version") {
			first, last, missing = mainnet.frame(other, drawVersion(d).bytes()), mainnet.frame("verack", nil), "version"
		}
		try := expect.Tried(t, "Greet(conn, cfg), where the peer sends %q in place of its %s and hangs up", other, missing)
		try.Why("a command is compared byte by byte: a node that accepts one that is almost right disagrees with all others on what was said")
		_, err := version.Greet(&stream{in: bytes.NewReader(join(first, last))}, cfg)
		try.True(err != nil, "no error", "an error: there was no "+missing)
	}
	for _, command := range []string{"wtxidrelay", "sendaddrv2", "ping"} {
		for _, other := range spellings(command) {
			cfg, _ := drawConfig(d)
			theirs := drawVersion(d)
			theirs.protocol = 70_016
			conn := &stream{in: bytes.NewReader(join(mainnet.frame("version", theirs.bytes()), mainnet.frame(other, d.Bytes(8)), mainnet.frame("verack", nil)))}
			try := expect.Tried(t, "Greet(conn, cfg), where the peer sends version, %s, verack", other)
			try.Why("%q is not %q: a command is compared byte by byte, and one that nobody knows is ignored", other, command)
			peer, err := version.Greet(conn, cfg)
			try.NoError(err)
			try.Shows("Peer.Offer", fmt.Sprintf("%+v", peer.Offer), fmt.Sprintf("%+v", version.Features{}))
			sent, _ := mainnet.parse(conn.out.Bytes())
			sends(try, sent, "version", "verack")
		}
	}
}

func TestGreet_payloads(t *testing.T) {
	d := draw.From(t)
	for _, offer := range offers[1:] {
		cfg, _ := drawConfig(d)
		theirs := drawVersion(d)
		theirs.protocol = 70_016
		in, list := mainnet.frame("version", theirs.bytes()), ""
		for _, f := range []struct {
			command string
			on      bool
		}{{"wtxidrelay", offer.WtxidRelay}, {"sendaddrv2", offer.AddrV2}, {"verack", true}} {
			if f.on {
				payload := d.Bytes(d.Between(1, 9))
				in, list = append(in, mainnet.frame(f.command, payload)...), fmt.Sprintf("%s, %s with a payload of %s", list, f.command, expect.Count(len(payload), "byte"))
			}
		}
		try := expect.Tried(t, "Greet(conn, cfg), where the peer sends version%s", list)
		try.Why("the command alone says it; what tomorrow's nodes write after it is none of our business")
		peer, err := version.Greet(&stream{in: bytes.NewReader(in)}, cfg)
		try.NoError(err)
		try.Shows("Peer.Offer", fmt.Sprintf("%+v", peer.Offer), fmt.Sprintf("%+v", offer))
	}
}

func TestGreet_pingFirst(t *testing.T) {
	d := draw.From(t)
	for _, inbound := range []bool{false, true} {
		cfg, _ := drawConfig(d)
		cfg.Inbound = inbound
		theirs := drawVersion(d)
		conn := &stream{in: bytes.NewReader(join(mainnet.frame("ping", d.Bytes(8)), mainnet.frame("version", theirs.bytes()), mainnet.frame("verack", nil)))}
		try := expect.Tried(t, "Greet(conn, cfg), where the peer sends ping, version, verack and cfg.Inbound is %t", inbound)
		try.Why("whether a peer knows pong is in its version: a ping before that is ignored, and a stranger learns nothing")
		_, err := version.Greet(conn, cfg)
		try.NoError(err)
		sent, _ := mainnet.parse(conn.out.Bytes())
		sends(try, sent, "version", "verack")
	}
}

func TestGreet_longPayloads(t *testing.T) {
	d := draw.From(t)
	cfg, _ := drawConfig(d)
	theirs := drawVersion(d)
	conn := &stream{in: bytes.NewReader(join(mainnet.frame("version", theirs.bytes()), mainnet.frame("sendaddrv2", d.Bytes(300)),
		mainnet.frame("wtxidrelay", d.Bytes(300)), mainnet.frame("verack", d.Bytes(300))))}
	try := expect.Tried(t, "Greet(conn, cfg), where sendaddrv2, wtxidrelay and verack come with 300 bytes of payload each")
	try.Why("it is the command that counts: a later version of the protocol may put something into these messages")
	peer, err := version.Greet(conn, cfg)
	try.NoError(err)
	try.Shows("Peer.Offer", fmt.Sprintf("%+v", peer.Offer), fmt.Sprintf("%+v", version.Features{WtxidRelay: true, AddrV2: true}))
}
