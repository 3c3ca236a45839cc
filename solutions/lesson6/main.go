// Lesson6 runs a network without a middle: one peer, or a whole network of them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"nodebook/fixtures/unwritten"
)

// command is one of the programs: it declares its flags, and returns what runs.
type command struct {
	name, does string
	flags      func(f *flag.FlagSet) func(ctx context.Context) error
}

var commands = []command{
	{"peer", "keep the chain without a relay", peerCommand},
	{"network", "a whole network in one process, and watch it", networkCommand},
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 0 {
		usage()
		return 2
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		f := flag.NewFlagSet("lesson6 "+c.name, flag.ContinueOnError)
		start := c.flags(f)
		if err := f.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
			return 0
		} else if err != nil {
			return 2
		}
		if f.NArg() > 0 {
			fmt.Fprintf(os.Stderr, "lesson6: %s takes no arguments, got %q\n", c.name, f.Arg(0))
			return 2
		}
		if unwritten.Refuse(os.Stderr, c.flags) {
			return 1
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		err := start(ctx)
		switch {
		case errors.Is(err, context.Canceled):
			fmt.Println("Bye!")
		case err != nil:
			fmt.Fprintf(os.Stderr, "lesson6: %v\n", err)
			return 1
		}
		return 0
	}
	fmt.Fprintf(os.Stderr, "lesson6: no program %q\n", args[0])
	usage()
	return 2
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: lesson6 PROGRAM [flags]")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  %-9s %s\n", c.name, c.does)
	}
	fmt.Fprintln(os.Stderr, `hint: "lesson6 PROGRAM --help" lists its flags`)
}

// pause waits, but no longer than ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
