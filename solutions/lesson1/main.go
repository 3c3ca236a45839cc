// Lesson1 sends a version message to a peer and shows each message that comes
// back, field by field.
//
//	go run ./lessons/lesson1                        a simulated peer
//	go run ./lessons/lesson1 -character chatty      another one; -h lists them
//	go run ./lessons/lesson1 -peer 127.0.0.1:8333   a peer of your own
//	go run ./lessons/lesson1 -live                  one of the real network
//	go run ./lessons/lesson1 -network regtest -peer 127.0.0.1
//
// Messages are in lower case without full stops: an error follows "lesson1:",
// advice follows "hint:". The exit status is 0 if the peer's messages could be
// read, 1 if not, and 2 for wrong usage.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"nodebook/fixtures/networks"
	"nodebook/fixtures/unwritten"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main without the process.
func run(args []string, out, errs io.Writer) int {
	from, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err, "run it with -h to see what there is", 2)
	}
	if unwritten.Refuse(errs, run) {
		return 1
	}
	version := bytes.Clone(wire.Load("version/our").Bytes)
	copy(version, from.network.Magic[:]) // no checksum covers it
	if _, err := framing.ReadMessage(bytes.NewReader(version), from.magic()); err != nil {
		return complain(errs, fmt.Errorf("ReadMessage cannot read our own version message: %w", err), `run "checker lesson1"`, 1)
	}
	conn, err := from.dial()
	if err != nil {
		return complain(errs, err, from.hint(), 1)
	}
	defer conn.Close()
	v := &view{w: out, colour: colours(out)}
	fmt.Fprintf(out, "to %s: version, %d bytes\n", from, len(version))
	if err := listen(conn, from.magic(), version, v); err != nil {
		return complain(errs, err, hintFor(err, from), 1)
	}
	return 0
}

// hintFor says what the end of a talk means.
func hintFor(err error, from source) string {
	switch {
	case from.simulated():
	case errors.Is(err, errNothing):
		return from.network.Hint()
	case errors.Is(err, framing.ErrMagic):
		return "the peer is of another network: try -network (" + networks.Names() + ")"
	}
	if errors.Is(err, errNothing) {
		return from.hint()
	}
	return "a node hangs up on such a peer; the bytes above are what came"
}

// complain says what is wrong and what helps, and gives the exit code back.
func complain(errs io.Writer, err error, hint string, code int) int {
	fmt.Fprintf(errs, "lesson1: %s\nhint: %s\n", ascii([]byte(err.Error())), hint)
	return code
}
