package relay

import (
	"bufio"
	"net"
	"time"
)

// Limits on what a peer may do to a connection. None of them troubles a client that
// follows the protocol.
const (
	HelloTimeout = 10 * time.Second // for the first frame
	FrameTimeout = 30 * time.Second // from a frame's first byte to its last
	WriteTimeout = 10 * time.Second // for one frame to leave
	Rate         = 1 << 20          // bytes a second that are read from one peer
	Burst        = MaxFrame + 1<<16 // bytes that may come at once
)

// Paced is a connection from which at most [Rate] bytes a second are read, after a
// first [Burst]: a peer that floods us waits, and nobody else does.
type Paced struct {
	net.Conn
	credit int
	since  time.Time
}

// Pace limits a connection.
func Pace(conn net.Conn) *Paced { return &Paced{Conn: conn, credit: Burst, since: time.Now()} }

// Read waits, if too much has arrived, and then reads.
func (p *Paced) Read(b []byte) (int, error) {
	now := time.Now()
	p.credit = min(Burst, p.credit+int(now.Sub(p.since).Seconds()*Rate))
	p.since = now
	if p.credit <= 0 {
		wait := time.NewTimer(time.Duration(1-p.credit) * time.Second / Rate)
		<-wait.C // at most as long as maxRead takes at this rate
	}
	n, err := p.Conn.Read(b[:min(len(b), maxRead)])
	p.credit -= n
	return n, err
}

// maxRead keeps one read small beside the rate.
const maxRead = 64 << 10 // bytes

// Client is the relay's end of a connection.
type Client struct {
	conn net.Conn
	in   *bufio.Reader
}

// NewClient wraps a connection, limited by [Pace].
func NewClient(conn net.Conn) *Client {
	return &Client{conn: conn, in: bufio.NewReader(Pace(conn))}
}

// Hello reads the first frame, within [HelloTimeout].
func (c *Client) Hello() ([]byte, error) {
	c.conn.SetReadDeadline(time.Now().Add(HelloTimeout))
	return c.frame()
}

// Read reads a frame. It waits as long as it takes for the first byte, and
// [FrameTimeout] for the rest.
func (c *Client) Read() ([]byte, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	c.conn.SetReadDeadline(time.Now().Add(FrameTimeout))
	return c.frame()
}

func (c *Client) frame() ([]byte, error) {
	payload, err := ReadFrame(c.in)
	if err == nil {
		err = c.conn.SetReadDeadline(time.Time{})
	}
	return payload, err
}

// Write sends a frame, within [WriteTimeout].
func (c *Client) Write(payload []byte) error {
	b, err := AppendFrame(nil, payload)
	if err != nil {
		return err
	}
	c.conn.SetWriteDeadline(time.Now().Add(WriteTimeout))
	_, err = c.conn.Write(b)
	return err
}

// Close ends the connection; reads and writes that wait end with it.
func (c *Client) Close() error { return c.conn.Close() }

// Subscribe says, once and first, which channel a client listens to.
func Subscribe(conn net.Conn, channel string) error {
	b, err := AppendFrame(nil, []byte(channel))
	if err != nil {
		return err
	}
	_, err = conn.Write(b)
	return err
}

// Publish sends a payload to a channel.
func Publish(conn net.Conn, channel string, payload []byte) error {
	b, err := AppendFrame(nil, []byte(channel))
	if err != nil {
		return err
	}
	if b, err = AppendFrame(b, payload); err != nil {
		return err
	}
	_, err = conn.Write(b)
	return err
}
