package version_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var errFull = errors.New("nobody takes these bytes")

// full is a connection that takes a number of bytes, fails once, and then takes all
// that comes: that a write has failed is not seen by the next one.
type full struct {
	in   io.Reader
	left int
	out  bytes.Buffer
}

func (f *full) Read(p []byte) (int, error) { return f.in.Read(p) }

func (f *full) Write(p []byte) (int, error) {
	n := min(len(p), f.left)
	f.left -= n
	f.out.Write(p[:n])
	if n < len(p) {
		f.left = 1 << 20
		return n, errFull
	}
	return n, nil
}

const whyWrites = "a message that could not be written was not sent: the peer waits for it, and only the error of Write says so"

func TestAnswerVersion_cannotWrite(t *testing.T) {
	d := draw.From(t)
	for _, inbound := range []bool{false, true} {
		cfg, _ := drawConfig(d)
		cfg.Inbound, cfg.Offer = inbound, version.Features{WtxidRelay: true, AddrV2: true}
		theirs := drawVersion(d)
		theirs.protocol = 70_016
		whole := &full{left: 1 << 20}
		try := expect.Tried(t, "AnswerVersion(w, cfg, payload), where cfg.Inbound is %t", inbound)
		_, err := version.AnswerVersion(whole, cfg, theirs.bytes())
		try.NoError(err)
		sent, _ := mainnet.parse(whole.out.Bytes())
		taken := 0
		for _, s := range sent {
			w := &full{left: taken + d.IntN(24)}
			try := expect.Tried(t, "AnswerVersion(w, cfg, payload), where w fails in the middle of our %s and cfg.Inbound is %t", s.command, inbound)
			try.Why(whyWrites)
			_, err := version.AnswerVersion(w, cfg, theirs.bytes())
			try.ErrorIs(err, errFull, "the error of w")
			taken += 24 + len(s.payload)
		}
	}
}

func TestGreet_cannotWrite(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		what    string
		inbound bool
		before  int // messages that still go out
	}{
		{"version", false, 0}, {"version", true, 0}, {"verack", false, 1}, {"verack", true, 1}, {"pong", false, 2}, {"pong", true, 2},
	} {
		cfg, mine := drawConfig(d)
		cfg.Inbound = tt.inbound
		theirs := drawVersion(d)
		taken := []int{0, 24 + len(mine.bytes()), 48 + len(mine.bytes())}[tt.before]
		in := bytes.NewReader(join(mainnet.frame("version", theirs.bytes()), mainnet.frame("ping", d.Bytes(8)), mainnet.frame("verack", nil)))
		try := expect.Tried(t, "Greet(conn, cfg), where the peer sends version, ping, verack, conn fails in the middle of our %s, and cfg.Inbound is %t", tt.what, tt.inbound)
		try.Why(whyWrites)
		_, err := version.Greet(&full{in: in, left: taken + d.IntN(24)}, cfg)
		try.ErrorIs(err, errFull, "the error of conn")
	}
}
