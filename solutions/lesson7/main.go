// Lesson7 reads the first 14,132 blocks of Bitcoin and checks everything in them.
//
//	go run ./lessons/lesson7                  all of them, and a block of 2013
//	go run ./lessons/lesson7 -at 170          the coins at a height
//	go run ./lessons/lesson7 -tx f4184fc5...  one transaction, taken apart
//	go run ./lessons/lesson7 -script ID:0     the scripts of its input 0, step by step
//	go run ./lessons/lesson7 -mixed           a chain with payments of seven kinds
//	go run ./lessons/lesson7 -engine btcd     btcd checks the scripts, not script.Run
//	go run ./lessons/lesson7 -block FILE      a block of your own
//	go run ./lessons/lesson7 -profile prof    and where the time goes, for go tool
//
// The exit status is 0 if everything that it was asked about is valid, 1 if not,
// and 2 for wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/unwritten"
	"nodebook/solutions/lesson7/block"
)

// options are what the command line says.
type options struct {
	at          int
	tx          string
	script      string
	mixed       bool
	file        string
	engine      string
	profile     string
	interactive bool // whether a progress bar can be drawn

	run func(block.Spend) error                    // the engine
	job func(o options, out, errs io.Writer) error // what is asked for
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
	needs := []any{o.job}
	if o.file == "" { // whose coins are not here, so no script is run
		needs = append(needs, o.run)
	}
	if unwritten.Refuse(errs, needs...) {
		return 1
	}
	stop, err := profile(o.profile)
	if err != nil {
		return complain(errs, err, "", 1)
	}
	err = o.job(o, out, errs)
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
	flags.StringVar(&o.script, "script", "", "show the scripts of an input step by step: the `id` of its transaction, and :1 for input 1")
	flags.BoolVar(&o.mixed, "mixed", false, "check a chain with payments of seven kinds, made here")
	flags.StringVar(&o.engine, "engine", "own", "what checks the scripts: own or btcd")
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
	case engines[o.engine] == nil:
		return o, fmt.Errorf("-engine %s: want own or btcd", o.engine)
	}
	o.run = engines[o.engine]()
	if o.job, err = o.asked(); err != nil {
		return o, err
	}
	o.interactive = terminal(errs)
	return o, nil
}

// asked returns what the flags ask for. It is one thing only.
func (o options) asked() (func(options, io.Writer, io.Writer) error, error) {
	asked := 0
	job := showChain
	for _, f := range []struct {
		on  bool
		job func(options, io.Writer, io.Writer) error
	}{{o.tx != "", showTx}, {o.script != "", showSteps}, {o.mixed, showMixed}, {o.file != "", blockFile}} {
		if f.on {
			asked++
			job = f.job
		}
	}
	if asked > 1 {
		return nil, errors.New("want only one of -tx, -script, -mixed and -block")
	}
	return job, nil
}

// showChain checks the chain up to a height, and prints its table. If that is all
// of it, it goes on to block 277,647.
func showChain(o options, out, errs io.Writer) error {
	good := 0
	run := o.run
	o.run = counting(&good, run)
	v, err := verifyUpTo(o, errs)
	if err != nil {
		return err
	}
	v.show(out, good)
	if o.at < chain.Blocks-1 {
		return nil
	}
	if err := showGenesis(out, v); err != nil {
		return err
	}
	return showLater(out, run)
}

// showTx checks the chain up to a height and prints one of its transactions.
func showTx(o options, out, errs io.Writer) error {
	v, err := verifyUpTo(o, errs)
	if err != nil {
		return err
	}
	return showParts(out, v, o.tx)
}

// verifyUpTo checks the chain up to a height and shows how far it is.
func verifyUpTo(o options, errs io.Writer) (*verified, error) {
	bar := newBar(errs, o.interactive, o.at+1)
	defer bar.done()
	return verify(o.at, o.run, bar.step)
}

// complain says what is wrong and what helps, and returns the exit code.
func complain(errs io.Writer, err error, hint string, code int) int {
	fmt.Fprintf(errs, "lesson7: %v\n", err)
	if hint != "" {
		fmt.Fprintf(errs, "hint: %s\n", hint)
	}
	return code
}
