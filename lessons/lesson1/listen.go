package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"nodebook/lessons/lesson1/framing"
)

const (
	quiet        = 2 * time.Second  // a peer that says nothing for so long has no more to say
	patience     = 30 * time.Second // for all that a peer says
	mostMessages = 100
)

// errNothing is what there is to say of a peer that says nothing.
var errNothing = errors.New("the peer has sent nothing")

// listen sends version and shows what comes back, until the peer is quiet or
// hangs up. A message with a wrong checksum is shown and dropped, as a node
// does; any other that cannot be read ends the talk with its error.
func listen(conn net.Conn, magic framing.Magic, version []byte, v *view) error {
	conn.SetWriteDeadline(time.Now().Add(patience))
	if _, err := conn.Write(version); err != nil {
		return fmt.Errorf("sending version: %w", err)
	}
	in := &patient{conn: conn, until: time.Now().Add(patience)}
	for n := range mostMessages {
		var raw bytes.Buffer
		_, err := framing.ReadMessage(io.TeeReader(in, &raw), magic)
		if raw.Len() > 0 {
			v.message(n+1, raw.Bytes())
		}
		switch {
		case err == nil:
		case raw.Len() == 0 && n == 0 && silent(err):
			return errNothing
		case errors.Is(err, io.EOF):
			v.end("the peer has hung up")
			return nil
		case raw.Len() == 0 && errors.Is(err, os.ErrDeadlineExceeded):
			v.end("the peer is quiet")
			return nil
		case errors.Is(err, framing.ErrChecksum):
			v.dropped(err)
		default:
			return fmt.Errorf("message %d: %w", n+1, err)
		}
	}
	v.end(fmt.Sprintf("%d messages are enough", mostMessages))
	return nil
}

// silent reports whether an error is that of a peer that hangs up, or waits.
func silent(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, os.ErrDeadlineExceeded)
}

// patient reads from a connection, waiting so long for each piece and so long
// for all of them.
type patient struct {
	conn  net.Conn
	until time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	next := time.Now().Add(quiet)
	if next.After(p.until) {
		next = p.until
	}
	p.conn.SetReadDeadline(next)
	return p.conn.Read(b)
}
