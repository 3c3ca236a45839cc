package headers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"sync"

	"nodebook/lessons/lesson1/framing"
)

// Peer is the other side of a connection, after the handshake. Both methods return
// soon after ctx ends. A message is sent and received whole or not at all, so that a
// peer may still be used then. Send and Receive may be called at the same time.
type Peer interface {
	Send(ctx context.Context, m framing.Message) error
	Receive(ctx context.Context) (framing.Message, error)
}

// Conn is a [Peer] over a connection. It answers pings and passes only the commands
// on that this lesson is about: headers, block and notfound. Only one goroutine may call
// Receive at a time.
type Conn struct {
	conn     net.Conn
	magic    framing.Magic
	messages chan []framing.Message
	received []framing.Message // from messages, for the next calls of Receive
	out      chan []byte
	done     chan struct{} // closed at the first error
	once     sync.Once
	err      error // set before done is closed
	ends     sync.WaitGroup
}

// NewConn starts to read from a connection after its handshake. Close ends that and
// closes the connection.
func NewConn(conn net.Conn, magic framing.Magic) *Conn {
	c := &Conn{conn: conn, magic: magic, messages: make(chan []framing.Message), out: make(chan []byte), done: make(chan struct{})}
	c.ends.Go(c.read)
	c.ends.Go(c.write)
	return c
}

func (c *Conn) fail(err error) {
	c.once.Do(func() {
		c.err = err
		close(c.done)
		c.conn.Close()
	})
}

// Close closes the connection and waits for its goroutines.
func (c *Conn) Close() error {
	c.fail(net.ErrClosed)
	c.ends.Wait()
	return nil
}

// readAhead is how many bytes are read from the system at a time, if there are as
// many: a call for each part of a message takes longer than what is done with it.
const readAhead = 64 << 10

// read passes messages on. Those that one call of the system has read go together: to
// wake another goroutine takes longer than what is done with a small message.
func (c *Conn) read() {
	in := bufio.NewReaderSize(c.conn, readAhead)
	var batch []framing.Message
	for {
		m, err := framing.ReadMessage(in, c.magic)
		switch {
		case err != nil:
		case m.Command == "ping":
			if err := c.Send(context.Background(), framing.Message{Command: "pong", Payload: m.Payload}); err != nil {
				return
			}
		case m.Command == "headers" || m.Command == "block" || m.Command == "notfound":
			batch = append(batch, m)
		}
		if len(batch) > 0 && (err != nil || !buffered(in)) {
			select {
			case c.messages <- batch:
				batch = nil
			case <-c.done:
				return
			}
		}
		if err != nil {
			c.fail(fmt.Errorf("reading: %w", err))
			return
		}
	}
}

// buffered reports whether all bytes of the next message have been read from the system.
func buffered(in *bufio.Reader) bool {
	if in.Buffered() < framing.HeaderSize {
		return false
	}
	header, _ := in.Peek(framing.HeaderSize)
	return in.Buffered() >= framing.HeaderSize+int(binary.LittleEndian.Uint32(header[16:20]))
}

func (c *Conn) write() {
	for {
		select {
		case b := <-c.out:
			if _, err := bytes.NewReader(b).WriteTo(c.conn); err != nil {
				c.fail(fmt.Errorf("writing: %w", err))
				return
			}
		case <-c.done:
			return
		}
	}
}

// Send hands a message to the goroutine that writes.
func (c *Conn) Send(ctx context.Context, m framing.Message) error {
	b, err := framing.AppendMessage(nil, c.magic, m)
	if err != nil {
		return err
	}
	select {
	case c.out <- b:
		return nil
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Receive returns the next message.
func (c *Conn) Receive(ctx context.Context) (framing.Message, error) {
	if len(c.received) == 0 {
		select {
		case c.received = <-c.messages:
		case <-c.done:
			return framing.Message{}, c.err
		case <-ctx.Done():
			return framing.Message{}, ctx.Err()
		}
	}
	m := c.received[0]
	c.received = c.received[1:]
	return m, nil
}
