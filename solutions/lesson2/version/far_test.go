package version_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
)

// magic is what begins every message of a network.
type magic [4]byte

var mainnet = magic{0xf9, 0xbe, 0xb4, 0xd9}

// ofOurOwn draws the magic of a network that nobody knows.
func ofOurOwn(d *draw.Source) (magic, framing.Magic) {
	b := magic(d.Bytes(4))
	return b, framing.Magic(binary.LittleEndian.Uint32(b[:]))
}

// frame puts the envelope around a payload, by hand.
func (m magic) frame(command string, payload []byte) []byte {
	once := sha256.Sum256(payload)
	twice := sha256.Sum256(once[:])
	name := make([]byte, 12)
	copy(name, command)
	return join(m[:], name, le32(uint32(len(payload))), twice[:4], payload)
}

// said is one message that the learner's side has sent.
type said struct {
	command string
	payload []byte
}

// parse cuts what the learner's side has written into messages; what is no
// message becomes one with the command "(no message)".
func (m magic) parse(b []byte) (all []said, rest []byte) {
	for len(b) >= 24 {
		n := binary.LittleEndian.Uint32(b[16:20])
		if magic(b[:4]) != m || n > 1<<20 {
			return append(all, said{"(no message)", b}), nil
		}
		if len(b) < 24+int(n) {
			return all, b
		}
		command := strings.TrimRight(string(b[4:16]), "\x00")
		one := said{command, b[24 : 24+n]}
		if !bytes.Equal(m.frame(command, one.payload), b[:24+n]) {
			one.command = "(no message)"
		}
		all, b = append(all, one), b[24+n:]
	}
	return all, b
}

func commands(all []said) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.command
	}
	return expect.List(names)
}

// far is the far end of a connection: it hears everything that is sent, whether
// anyone waits for it or not, as a TCP connection does.
type far struct {
	conn  net.Conn
	magic magic
	heard chan said
	log   []said // to be looked at once the talk is over
}

func (f *far) listen() {
	defer close(f.heard)
	var b []byte
	chunk := make([]byte, 1024)
	for {
		n, err := f.conn.Read(chunk)
		var all []said
		all, b = f.magic.parse(append(b, chunk[:n]...))
		b = bytes.Clone(b)
		for _, s := range all {
			s.payload = bytes.Clone(s.payload)
			f.log = append(f.log, s)
			f.heard <- s
		}
		if err != nil {
			return
		}
	}
}

// await waits for a message, and gives up when the learner's side hangs up.
func (f *far) await(command string) (said, bool) {
	for s := range f.heard {
		if s.command == command {
			return s, true
		}
	}
	return said{}, false
}

func (f *far) say(command string, payload []byte) { f.conn.Write(f.magic.frame(command, payload)) }

// talk is one handshake between the learner's side and a script.
type talk struct {
	magic  magic
	cfg    version.Config
	ctx    func() (context.Context, context.CancelFunc) // nil: without a deadline
	script func(*far)
	wrap   func(net.Conn, context.CancelFunc) net.Conn // around the learner's end; nil: nothing
	then   func(net.Conn, *far, context.CancelFunc)    // what happens on the connection afterwards
	whole  bool                                        // all that the script says is read before Handshake returns
}

// result is how a talk went.
type result struct {
	peer   version.Peer
	err    error
	after  time.Duration
	sent   []said
	hung   bool // still going on after an hour: everyone was cut off then
	unread bool // it returned while the peer was still speaking
	whole  bool // and should not have
}

// run lets the script speak with Handshake over a net.Pipe, in a bubble whose
// clock jumps ahead as soon as all sides wait.
func (k talk) run(t *testing.T) (r result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		if k.ctx != nil {
			ctx, cancel = k.ctx()
		}
		defer cancel()
		near, end := net.Pipe()
		if k.wrap != nil {
			near = k.wrap(near, cancel)
		}
		f := &far{conn: end, magic: k.magic, heard: make(chan said, 1000)}
		listening, scripted := make(chan struct{}), make(chan struct{})
		go func() { defer close(listening); f.listen() }()
		go func() { defer close(scripted); k.script(f) }()
		start, over := time.Now(), make(chan struct{})
		go func() {
			defer close(over)
			r.peer, r.err = version.Handshake(ctx, near, k.cfg)
			r.after = time.Since(start)
		}()
		hour := time.NewTimer(time.Hour)
		defer hour.Stop()
		select {
		case <-over:
		case <-hour.C:
			r.hung = true
		}
		if k.then != nil && !r.hung {
			synctest.Wait()
			select {
			case <-scripted:
			default:
				r.unread = true
			}
			if !r.unread || !k.whole {
				k.then(near, f, cancel)
			}
		}
		cancel()
		near.Close()
		end.Close()
		<-over
		<-listening
		<-scripted
		r.sent, r.whole = f.log, k.whole
		pass(time.Hour) // so that a timer that was left behind is not reported as a deadlock
	})
	return r
}

// pass lets d of the bubble's clock pass.
func pass(d time.Duration) { <-time.After(d) }

// succeeds wants the handshake to have worked.
func (r result) succeeds(try *expect.Try) {
	r.ends(try)
	try.NoError(r.err)
}

// ends wants the handshake to have ended in one way or another.
func (r result) ends(try *expect.Try) {
	if r.unread && r.whole {
		try.Fail("Handshake returned before it had read what the peer sent, with "+expect.Error(r.err), "it reads what the peer sends, and decides then")
	}
	if r.hung {
		try.Fail("Handshake still waits after an hour, having sent: "+commands(r.sent), "an end of the handshake")
	}
}

// drawConfig draws our side of a handshake on mainnet.
func drawConfig(d *draw.Source) (version.Config, ours) {
	o := drawVersion(d)
	o.protocol = 70_016
	return version.Config{Magic: framing.Magic(0xd9b4bef9), Version: o.value()}, o
}

// stream is a connection whose far end has said everything already.
type stream struct {
	in  io.Reader
	out bytes.Buffer
}

func (s *stream) Read(p []byte) (int, error)  { return s.in.Read(p) }
func (s *stream) Write(p []byte) (int, error) { return s.out.Write(p) }

// sends wants exactly these commands to have been sent, in this order.
func sends(try *expect.Try, sent []said, want ...string) {
	if slices.ContainsFunc(sent, func(s said) bool { return s.command == "(no message)" }) {
		try.Fail("bytes that are not a message of this network", "messages, each in the envelope of lesson 1")
	}
	try.Shows("sent", commands(sent), expect.List(want))
}

// sameVersion wants the peer's version message to have been read.
func sameVersion(try *expect.Try, got version.Version, want ours) {
	try.Shows("Peer.Version", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want.value()))
}
