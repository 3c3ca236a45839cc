// Lesson7 reads the first 14,132 blocks of Bitcoin and checks everything in them.
//
//	go run ./lessons/lesson7                  all of them, and a block of 2013
//	go run ./lessons/lesson7 -at 170          the coins at a height
//	go run ./lessons/lesson7 -tx f4184fc5...  one transaction, taken apart
//	go run ./lessons/lesson7 -block FILE      a block of your own
//	go run ./lessons/lesson7 -profile prof    and where the time goes, for go tool
//
// It exits with 0 if all that it was asked for is valid, with 1 if not, with 2 if
// it was misused.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/unwritten"
)

// options are what the command line says.
type options struct {
	at          int
	tx          string
	file        string
	profile     string
	interactive bool // whether a progress bar can be drawn
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process.
func run(args []string, out, errs io.Writer) int {
	o, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err, "run it with -h to see what there is", 2)
	}
	if unwritten.Refuse(errs, work) {
		return 1
	}
	stop, err := profile(o.profile)
	if err != nil {
		return complain(errs, err, "", 1)
	}
	err = work(o, out, errs)
	if stopped := stop(); err == nil {
		err = stopped
	}
	if err != nil {
		return complain(errs, err, unwritten.Note(err), 1)
	}
	return 0
}

func parseFlags(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("lesson7", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&o.at, "at", chain.Blocks-1, "stop at this `height` and show its coins")
	flags.StringVar(&o.tx, "tx", "", "show the transaction of this `id`")
	flags.StringVar(&o.file, "block", "", "check the block in this `file`, its bytes as they are")
	flags.StringVar(&o.profile, "profile", "", "write cpu.pprof and trace.out into this `folder`")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(errs)
		flags.Usage()
	}
	switch {
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("no arguments are wanted, got %q", flags.Arg(0))
	case o.at < 0 || o.at >= chain.Blocks:
		return o, fmt.Errorf("-at %d: want 0 to %d", o.at, chain.Blocks-1)
	}
	o.interactive = terminal(errs)
	return o, nil
}

// work does what the options ask for.
func work(o options, out, errs io.Writer) error {
	if o.file != "" {
		return blockFile(o.file, out)
	}
	bar := newBar(errs, o.interactive, o.at+1)
	v, err := verify(o.at, bar.step)
	bar.done()
	if err != nil {
		return err
	}
	if o.tx != "" {
		return showTx(out, v, o.tx)
	}
	v.show(out)
	if o.at < chain.Blocks-1 {
		return nil
	}
	if err := showGenesis(out, v); err != nil {
		return err
	}
	return showLater(out)
}

// complain says what is wrong and what helps, and returns the exit code.
func complain(errs io.Writer, err error, hint string, code int) int {
	fmt.Fprintf(errs, "lesson7: %v\n", err)
	if hint != "" {
		fmt.Fprintf(errs, "hint: %s\n", hint)
	}
	return code
}
