// Lesson2 shakes hands with a peer and shows its version message as a table.
//
//	go run ./lessons/lesson2                        a simulated peer
//	go run ./lessons/lesson2 -character chatty      another one; -h lists them
//	go run ./lessons/lesson2 -peer 127.0.0.1:8333   a peer of your own
//	go run ./lessons/lesson2 -live                  one of the real network
//
// It speaks in lower case and without full stops: what is wrong behind
// "lesson2:", what helps behind "hint:". It exits with 0 where hands were
// shaken, with 1 where not, with 2 where it was misused.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"nodebook/fixtures/wire"
	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson2/version"
	"nodebook/lessons/todo"
)

const (
	patience = 30 * time.Second // for dialling and the handshake together
	quiet    = 3 * time.Second  // of a handshake, before we say that we wait
)

func main() {
	first := todo.First() // it looks beside the file that calls it
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], first, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process. first is the lesson's first exercise that is
// not written yet, or "".
func run(ctx context.Context, args []string, first string, out, errs io.Writer) int {
	from, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err.Error(), "run it with -h to see what there is", 2)
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
	cfg := config(conn)
	var peer version.Peer
	patiently(errs, func() { peer, err = version.Handshake(ctx, conn, cfg) })
	if errors.Is(err, context.DeadlineExceeded) {
		return complain(errs, err.Error(), fmt.Sprintf("the peer had %v and was not done; another one may do better", patience), 1)
	}
	if err != nil && !errors.Is(err, todo.Err) {
		return complain(errs, err.Error(), "no hands were shaken; another peer may do better", 1)
	}
	table := version.Table(peer.Version)
	if err != nil || table == "" {
		return unwritten(errs, first)
	}
	show(out, from, cfg, peer, table)
	return 0
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

// unwritten says which exercise comes first.
func unwritten(errs io.Writer, first string) int {
	if first == "" {
		return complain(errs, "a function that the handshake needs is not implemented yet", `run "checker lesson2"`, 1)
	}
	return complain(errs, first+" is not implemented yet", fmt.Sprintf("run %q", "checker lesson2 "+first), 1)
}

// complain says what is wrong and what helps, and gives the exit code back.
func complain(errs io.Writer, what, hint string, code int) int {
	fmt.Fprintf(errs, "lesson2: %s\nhint: %s\n", printable(what), hint)
	return code
}
