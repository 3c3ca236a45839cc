package framing_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

// errNotAsked is what a peer answers that has not been asked.
var errNotAsked = errors.New("the peer says nothing: it has not been sent ping yet")

// peer is the other end of a connection: it answers once it has got "ping".
type peer struct {
	sent   bytes.Buffer
	answer io.Reader
	broken error // of every write
}

func (p *peer) Write(b []byte) (int, error) {
	if p.broken != nil {
		return 0, p.broken
	}
	return p.sent.Write(b)
}

func (p *peer) Read(b []byte) (int, error) {
	if p.sent.Len() < 4 {
		return 0, errNotAsked
	}
	return p.answer.Read(b)
}

func TestPing(t *testing.T) {
	p := &peer{answer: bytes.NewReader([]byte("pong"))}
	try := expect.Tried(t, `Ping(conn), where the peer answers "pong"`)
	try.NoError(framing.Ping(p))
	try.Why("these four bytes and no others: the protocol has no lines, and so no line breaks")
	try.Equal("sent", p.sent.String(), "ping")
}

func TestPing_ahead(t *testing.T) {
	tail := draw.From(t).Word(40)
	p := &peer{answer: &whole{[]byte("pong" + tail)}}
	try := expect.Tried(t, `Ping(conn), where the peer's answer "pong" arrives in a single read with %q`, tail)
	err := framing.Ping(p)
	rest, broken := io.ReadAll(p.answer)
	expect.Broken(t, broken)
	leaves(try, "conn", rest, []byte(tail))
	try.NoError(err)
	try.Bytes("left in conn", rest, []byte(tail))
}

func TestPing_fragments(t *testing.T) {
	d := draw.From(t)
	tail := d.Word(d.Between(1, 9))
	p := &peer{answer: d.Fragments([]byte("pong" + tail))}
	try := expect.Tried(t, `Ping(conn), where the peer's answer "pong" comes in fragments and %q follows it`, tail)
	err := framing.Ping(p)
	rest, broken := io.ReadAll(p.answer)
	expect.Broken(t, broken)
	leaves(try, "conn", rest, []byte(tail))
	try.Why("one call of Read may return fewer bytes than asked for; io.ReadFull keeps reading until it has them all")
	try.NoError(err)
	try.Bytes("left in conn", rest, []byte(tail))
}

func TestPing_endWithData(t *testing.T) {
	p := &peer{answer: iotest.DataErrReader(&whole{[]byte("pong")})}
	try := expect.Tried(t, `Ping(conn), where the peer answers "pong" and hangs up, and conn returns io.EOF together with the last bytes`)
	try.Why("a Read may return bytes and an error at the same time: use the bytes first")
	try.NoError(framing.Ping(p))
}

func TestPing_otherAnswer(t *testing.T) {
	d := draw.From(t)
	answers := []string{d.Word(4), "gong", "ping", "PONG", "\x00\x00\x00\x00"}
	for i := range 4 {
		other := []byte("pong")
		other[i] ^= byte(d.Between(1, 255))
		answers = append(answers, string(other))
	}
	for _, answer := range answers {
		if answer == "pong" {
			continue
		}
		try := expect.Tried(t, "Ping(conn), where the peer answers %q", answer)
		try.Why(`the answer is "pong", byte for byte: one that differs in a single byte is another answer`)
		try.ErrorIs(framing.Ping(&peer{answer: &whole{[]byte(answer)}}), framing.ErrPong, "ErrPong")
	}
}

func TestPing_cut(t *testing.T) {
	for n := 1; n < 4; n++ {
		try := expect.Tried(t, "Ping(conn), where the peer hangs up after %q", "pong"[:n])
		err := framing.Ping(&peer{answer: &whole{[]byte("pong")[:n]}})
		try.Other("ErrPong", "ErrPong is for another answer than pong; here the answer isn't complete")
		try.Other("io.EOF", "io.EOF is for a peer that hangs up before its answer; here a part of it arrived")
		try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
	}

	try := expect.Tried(t, "Ping(conn), where the peer hangs up without an answer")
	try.ErrorIs(framing.Ping(&peer{answer: &whole{}}), io.EOF, "io.EOF")
}

func TestPing_broken(t *testing.T) {
	gone := errors.New("broken pipe")
	try := expect.Tried(t, "Ping(conn), where the write fails with %q", gone)
	try.Why("an error of the connection is reported, wrapped with %%w, and not passed over")
	try.ErrorIs(framing.Ping(&peer{broken: gone, answer: &whole{[]byte("pong")}}), gone, "the write's error")

	for _, n := range []int{2, 0} {
		try = expect.Tried(t, "Ping(conn), where the read times out after %q", "pong"[:n])
		try.Why("an error of the connection is reported, wrapped with %%w: a peer that is slow has not hung up")
		try.ErrorIs(framing.Ping(&peer{answer: &broken{[]byte("pong")[:n]}}), os.ErrDeadlineExceeded, "os.ErrDeadlineExceeded")
	}
}

func TestPing_halting(t *testing.T) {
	try := expect.Tried(t, `Ping(conn), where the peer's answer "pong" arrives in pieces, with a read of no bytes and no error between them`)
	try.Why("a Read of 0 bytes without an error means nothing: only io.EOF is the end of a stream")
	try.NoError(framing.Ping(&peer{answer: &halting{rest: []byte("pong")}}))
}
