// Lesson1 sends a version message to a peer and shows each message that comes
// back, field by field.
//
//	go run ./lessons/lesson1                        a simulated peer
//	go run ./lessons/lesson1 -character chatty      another one; -h lists them
//	go run ./lessons/lesson1 -peer 127.0.0.1:8333   a peer of your own
//	go run ./lessons/lesson1 -live                  one of the real network
//
// It speaks in lower case and without full stops: what is wrong behind
// "lesson1:", what helps behind "hint:". It exits with 0 where the peer's
// messages could be read, with 1 where not, with 2 where it was misused.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"nodebook/fixtures/wire"
	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/todo"
)

func main() {
	first := todo.First() // it looks beside the file that calls it
	os.Exit(run(os.Args[1:], first, os.Stdout, os.Stderr))
}

// run is main without the process. first is the first exercise that is not
// written yet, or "".
func run(args []string, first string, out, errs io.Writer) int {
	from, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err, "run it with -h to see what there is", 2)
	}
	version := wire.Load("version/our").Bytes
	if _, err := framing.ReadMessage(bytes.NewReader(version), framing.Mainnet); err != nil {
		if first != "" {
			return complain(errs, fmt.Errorf("%s is not implemented yet", first), fmt.Sprintf("run %q", "checker lesson1 "+first), 1)
		}
		return complain(errs, fmt.Errorf("ReadMessage cannot read our own version message: %w", err), `run "checker lesson1"`, 1)
	}
	conn, err := from.dial()
	if err != nil {
		return complain(errs, err, from.hint(), 1)
	}
	defer conn.Close()
	v := &view{w: out, colour: colours(out)}
	fmt.Fprintf(out, "to %s: version, %d bytes\n", from, len(version))
	if err := listen(conn, version, v); err != nil {
		return complain(errs, err, hintFor(err, from), 1)
	}
	return 0
}

// hintFor says what the end of a talk means.
func hintFor(err error, from source) string {
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
