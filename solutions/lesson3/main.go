// Lesson3 counts the nodes of a bitnodes snapshot and draws them as bars.
//
//	go run ./lessons/lesson3                     a simulated snapshot of 10,000 nodes
//	go run ./lessons/lesson3 -fields 13          the same as of 2025, with places
//	go run ./lessons/lesson3 -svg nodes.svg      the bars as a picture too
//	go run ./lessons/lesson3 -file latest.json   a snapshot that you have saved
//	go run ./lessons/lesson3 -url URL            a snapshot that some API has
//	go run ./lessons/lesson3 -live               the network as it is now
//
// Messages are in lower case without full stops: an error follows "lesson3:",
// advice follows "hint:". The exit status is 0 if the snapshot could be drawn,
// 1 if not, and 2 for wrong usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"nodebook/fixtures/unwritten"
	"nodebook/solutions/lesson3/bitnodes"
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
		return complain(errs, err, "run it with -h to see what there is", 2)
	}
	if unwritten.Refuse(errs, from.needs()...) {
		return 1
	}
	s, err := from.snapshot(ctx)
	if err != nil {
		return complain(errs, err, from.hint(err), 1)
	}
	rows, err := bitnodes.Nodes(s)
	if err != nil {
		return complain(errs, err, from.hint(err), 1)
	}
	return draw(count(s, rows, from), from, out, errs)
}

// draw prints what was counted, and draws it into the file that -svg names.
func draw(c counted, from source, out, errs io.Writer) int {
	c.print(out)
	if from.svg == "" {
		return 0
	}
	if err := os.WriteFile(from.svg, c.svg(), 0o644); err != nil {
		return complain(errs, err, "-svg wants a file that can be written", 1)
	}
	fmt.Fprintln(out, "drawn in", plain(from.svg))
	return 0
}

// complain says what is wrong and what helps, and gives the exit code back.
func complain(errs io.Writer, err error, hint string, code int) int {
	fmt.Fprintf(errs, "lesson3: %s\nhint: %s\n", plain(err.Error()), hint)
	return code
}
