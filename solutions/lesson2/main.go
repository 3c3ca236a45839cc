// Lesson2 shakes hands with a peer and shows its version message as a table.
//
//	go run ./lessons/lesson2                        a simulated peer
//	go run ./lessons/lesson2 -character chatty      another one; -h lists them
//	go run ./lessons/lesson2 -peer 127.0.0.1:8333   a peer of your own
//	go run ./lessons/lesson2 -live                  one of the real network
//	go run ./lessons/lesson2 -network regtest -peer 127.0.0.1
//
// Messages are in lower case without full stops: an error follows "lesson2:",
// advice follows "hint:". The exit status is 0 if the handshake succeeded, 1 if
// not, and 2 for wrong usage.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"nodebook/fixtures/networks"
	"nodebook/fixtures/unwritten"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
)

const (
	patience = 30 * time.Second // for dialling and the handshake together
	quiet    = 3 * time.Second  // of a handshake, before we say that we wait
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	from, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err.Error(), "run it with -h to see what there is", 2)
	}
	if unwritten.Refuse(errs, run) {
		return 1
	}
	if err := earlier(); err != nil {
		return complain(errs, "lesson 1 comes first: "+err.Error(), `run "checker lesson1"`, 1)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := from.dial(ctx)
	if err != nil {
		return complain(errs, err.Error(), from.hint(), 1)
	}
	defer conn.Close()
	cfg := config(conn, from.magic())
	var peer version.Peer
	heard := &ear{Conn: conn}
	patiently(errs, func() { peer, err = version.Handshake(ctx, heard, cfg) })
	if errors.Is(err, context.DeadlineExceeded) {
		return complain(errs, err.Error(), fmt.Sprintf("the peer had %v and was not done; another one may do better", patience), 1)
	}
	if err != nil {
		return complain(errs, err.Error(), hintFor(err, from, heard.bytes), 1)
	}
	show(out, from, cfg, peer, version.Table(peer.Version))
	return 0
}

// ear is a connection that counts what it hears.
type ear struct {
	net.Conn
	bytes int
}

func (e *ear) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	e.bytes += n
	return n, err
}

// hintFor says what may help with a handshake that failed after the peer had
// sent that many bytes.
func hintFor(err error, from source, heard int) string {
	switch {
	case unwritten.Note(err) != "":
		return unwritten.Note(err)
	case from.simulated():
	case errors.Is(err, framing.ErrMagic):
		return "the peer is of another network: try -network (" + networks.Names() + ")"
	case heard == 0 && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)):
		return from.network.Hint()
	}
	return "no hands were shaken; another peer may do better"
}

// patiently runs f, and says so on errs where that takes a while.
func patiently(errs io.Writer, f func()) {
	over := make(chan struct{})
	go func() { defer close(over); f() }()
	select {
	case <-over:
	case <-time.After(quiet):
		fmt.Fprintf(errs, "waiting for the peer, which has %v in all\n", patience)
		<-over
	}
}

// earlier tries what this lesson needs of the one before.
func earlier() error {
	v := wire.Load("version/our")
	m, err := framing.ReadMessage(bytes.NewReader(v.Bytes), framing.Mainnet)
	if err != nil {
		return fmt.Errorf("ReadMessage: %w", err)
	}
	b, err := framing.AppendMessage(nil, framing.Mainnet, m)
	if err == nil && !bytes.Equal(b, v.Bytes) {
		err = errors.New("what was read does not come out again")
	}
	if err != nil {
		return fmt.Errorf("AppendMessage: %w", err)
	}
	return nil
}

// complain says what is wrong and what helps, and gives the exit code back.
func complain(errs io.Writer, what, hint string, code int) int {
	fmt.Fprintf(errs, "lesson2: %s\nhint: %s\n", printable(what), hint)
	return code
}
