package main

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson2/version"
)

// config is what we say of ourselves to the peer at the other end of conn.
func config(conn net.Conn, magic framing.Magic) version.Config {
	var nonce [8]byte
	rand.Read(nonce[:]) // never fails
	v := version.Version{
		Protocol:  version.FeaturesProtocol,
		Timestamp: time.Now(),
		Nonce:     binary.LittleEndian.Uint64(nonce[:]),
		UserAgent: "/nodebook:0.1/",
	}
	if at, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		v.Receiver = version.NetAddr{IP: at.Addr().Unmap(), Port: at.Port()}
	}
	return version.Config{Magic: magic, Version: v, Offer: version.Features{AddrV2: true}}
}

// show writes what the handshake has found out. All of it goes through
// printable: the peer has chosen some of the text.
func show(out io.Writer, from source, cfg version.Config, peer version.Peer, table string) {
	fmt.Fprintf(out, "shook hands with %s\n\n%s\n", from, printable(table))
	fmt.Fprintf(out, "both understand protocol %d; the peer offers %s\n", peer.Protocol, offer(peer.Offer))
	if from.simulated() {
		return // its clock stands still
	}
	clocks := "more than an hour apart"
	if version.IsRecent(peer.Version.Timestamp, cfg.Version.Timestamp) {
		clocks = "less than an hour apart"
	}
	fmt.Fprintf(out, "its clock and ours are %s\n", clocks)
}

func offer(f version.Features) string {
	var names []string
	if f.WtxidRelay {
		names = append(names, "wtxidrelay")
	}
	if f.AddrV2 {
		names = append(names, "sendaddrv2")
	}
	if names == nil {
		return "nothing more"
	}
	return strings.Join(names, " and ")
}

// printable is text in which every character but the end of a line that a
// terminal might act on is replaced.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
