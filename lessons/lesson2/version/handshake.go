package version

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"nodebook/lessons/lesson1/framing"

	"nodebook/lessons/todo"
)

// HandshakeTimeout is the longest that a handshake may take from its first byte
// to its last, as in Bitcoin Core.
const HandshakeTimeout = 60 * time.Second

// ErrSelf is wrapped if the peer turns out to be ourselves.
var ErrSelf = errors.New("connected to self")

// Features are what nodes may agree on between version and verack.
type Features struct {
	WtxidRelay bool // wtxidrelay (BIP 339): announce transactions by their witness id
	AddrV2     bool // sendaddrv2 (BIP 155): send me addrv2 instead of addr
}

// Config is our side of a handshake.
type Config struct {
	Magic   framing.Magic
	Version Version  // what we say about ourselves
	Offer   Features // what we offer to a peer that is new enough
	Inbound bool     // the peer called us, and so it speaks first
}

// Peer is what a handshake finds out.
type Peer struct {
	Version  Version  // what the peer says about itself
	Protocol int32    // what both understand: the lower of the two protocol versions
	Offer    Features // what the peer has offered until both version and verack were there
}

// send writes one message.
func (cfg Config) send(w io.Writer, command string, payload []byte) error {
	b, err := framing.AppendMessage(nil, cfg.Magic, framing.Message{Command: command, Payload: payload})
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// sendVersion writes our version message.
func (cfg Config) sendVersion(w io.Writer) error {
	payload, err := AppendVersion(nil, cfg.Version)
	if err != nil {
		return err
	}
	return cfg.send(w, "version", payload)
}

// AnswerVersion reads the payload of the peer's version message and writes our
// answer to w: what cfg.Offer says, wtxidrelay and then sendaddrv2, provided that
// both sides speak [FeaturesProtocol] or later, and last our verack. If
// cfg.Inbound is set, our own version message goes before them.
//
// Errors: those of [ReadVersion]; [ErrSelf] if the peer's nonce is our own, even
// if that is 0. In both cases nothing is written. Those of w.
func AnswerVersion(w io.Writer, cfg Config, payload []byte) (Peer, error) {
	return Peer{}, todo.Err
}

// Greet exchanges version and verack with a peer, without a time limit. It
// returns as soon as the peer's version and verack have arrived and ours are
// sent; nothing after them is read.
//
// We send our version first, or, if cfg.Inbound is set, only once the peer's
// has arrived: a stranger who says nothing learns nothing. The peer's messages
// may arrive in any order, even its verack before its version, with commands in
// exactly this spelling:
//
//	version                  the first gets the answer of [AnswerVersion], a later one is ignored
//	verack                   with any payload
//	wtxidrelay, sendaddrv2   remembered in Peer.Offer, with any payload
//	ping                     after the version: answered with a pong of the same payload, if that
//	                         has 8 bytes and the protocol in the peer's version knows pong
//	anything else            ignored
//
// Errors: those of framing.ReadMessage and [AnswerVersion]; the connection's,
// from writing as well as from reading.
func Greet(conn io.ReadWriter, cfg Config) (Peer, error) {
	return Peer{}, todo.Err
}

// Handshake does what [Greet] does, and ends with ctx, or after
// [HandshakeTimeout] if that comes sooner: however slowly a peer sends its
// bytes, the time is for all of them together.
//
// Once Handshake has returned, with an error or without, conn belongs to the caller
// again: it is open and has no deadline, and neither ctx nor a goroutine of
// Handshake touches it any more. The caller closes it.
//
// Errors: those of [Greet]; context.DeadlineExceeded or context.Canceled if
// time ran out or ctx was cancelled.
func Handshake(ctx context.Context, conn net.Conn, cfg Config) (Peer, error) {
	return Peer{}, todo.Err
}
