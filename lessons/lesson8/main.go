// Lesson8 downloads a chain from many peers, checks everything in it and keeps it.
//
//	go run ./lessons/lesson8                       the first 14,132 blocks of Bitcoin, from peers in this process
//	go run ./lessons/lesson8 -data DIR             keep them; the next run goes on from there
//	go run ./lessons/lesson8 -peers 1 -latency 50ms
//	go run ./lessons/lesson8 -bad stalls,bad-merkle,misses
//	go run ./lessons/lesson8 -signatures 20000     another chain, full of signatures
//	go run ./lessons/lesson8 -signatures 20000 -taproot -batch 1024
//	go run ./lessons/lesson8 -swiftsync            no coin looked up: a friend says which are left at the end
//	go run ./lessons/lesson8 -connect HOST         a real node; with -network regtest, one of yours
//	go run ./lessons/lesson8 -svg blocks.svg       who served what when
//	go run ./lessons/lesson8 -profile prof         where the time goes, for go tool
//
// The exit status is 0 if it has the best chain of its peers, 1 if not, and 2 for
// wrong usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"nodebook/fixtures/unwritten"
)

func main() {
	if os.Getenv("GOGC") == "" { // a tenth more memory, a twentieth less time
		debug.SetGCPercent(150)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	o, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err, "run it with -h to see what there is", 2)
	}
	do := work
	if o.swift {
		do = swiftSync
	}
	if unwritten.Refuse(errs, do) {
		return 1
	}
	stop, err := profile(o.profile)
	if err != nil {
		return complain(errs, err, "", 1)
	}
	err = do(ctx, o, out, errs)
	if stopped := stop(); err == nil {
		err = stopped
	}
	switch {
	case errors.Is(err, context.Canceled) && o.data != "":
		return complain(errs, errors.New("stopped; everything that was checked is on the disk"), "run it again to go on", 1)
	case err != nil:
		return complain(errs, err, unwritten.Note(err), 1)
	}
	return 0
}

// complain says what is wrong and what helps, and returns the exit code.
func complain(errs io.Writer, err error, hint string, code int) int {
	fmt.Fprintf(errs, "lesson8: %v\n", err)
	if hint != "" {
		fmt.Fprintf(errs, "hint: %s\n", hint)
	}
	return code
}
