// Lesson3 counts the nodes of a bitnodes snapshot and draws them as bars.
//
//	go run ./lessons/lesson3                     a simulated snapshot of 10,000 nodes
//	go run ./lessons/lesson3 -fields 13          the same as of 2025, with places
//	go run ./lessons/lesson3 -svg nodes.svg      the bars as a picture too
//	go run ./lessons/lesson3 -file latest.json   a snapshot that you have saved
//	go run ./lessons/lesson3 -url URL            a snapshot that some API has
//	go run ./lessons/lesson3 -live               the network as it is now
//
// It speaks in lower case and without full stops: what is wrong behind
// "lesson3:", what helps behind "hint:". It exits with 0 where the snapshot
// could be drawn, with 1 where not, with 2 where it was misused.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"nodebook/lessons/lesson3/bitnodes"
	"nodebook/lessons/todo"
)

func main() {
	first := todo.First() // it looks beside the file that calls it
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], first, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process. first is the first exercise that is not
// written yet, or "": what is written is shown, and then that one is named.
func run(ctx context.Context, args []string, first string, out, errs io.Writer) int {
	from, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err, "run it with -h to see what there is", 2)
	}
	s, err := from.snapshot(ctx)
	var rows bitnodes.Rows
	if err == nil {
		rows, err = bitnodes.Nodes(s)
	}
	switch {
	case err != nil && (first == "" || !errors.Is(err, todo.Err)):
		return complain(errs, err, from.hint(), 1)
	case err == nil:
		c := count(s, rows, from)
		c.print(out)
		if from.svg != "" {
			if err := os.WriteFile(from.svg, c.svg(), 0o644); err != nil {
				return complain(errs, err, "-svg wants a file that can be written", 1)
			}
			fmt.Fprintln(out, "drawn in", plain(from.svg))
		}
	}
	if first != "" {
		return complain(errs, fmt.Errorf("%s is not implemented yet", first), fmt.Sprintf("run %q", "checker lesson3 "+first), 1)
	}
	return 0
}

// complain says what is wrong and what helps, and gives the exit code back.
func complain(errs io.Writer, err error, hint string, code int) int {
	fmt.Fprintf(errs, "lesson3: %s\nhint: %s\n", plain(err.Error()), hint)
	return code
}
