// Lesson4 asks every peer of a network for its version, shows how long it takes
// in several ways, and finds peers that the bitnodes API does not list.
//
//	go run ./lessons/lesson4                 a simulated network of 10,000 peers
//	go run ./lessons/lesson4 -peers 500      a smaller one
//	go run ./lessons/lesson4 -workers 100    ten times slower
//	go run ./lessons/lesson4 -profile prof   and where the time goes, for go tool
//	go run ./lessons/lesson4 -print 4        how lines get mixed up, and how not
//	go run ./lessons/lesson4 -live           the real network
//
// It writes timeline.svg and report.json into the folder that -out names. Ctrl-C
// ends it with what it has by then.
//
// It exits with 0 where it came to its end, with 1 where it could not, with 2
// where it was misused.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"nodebook/fixtures/simnet"
	"nodebook/lessons/lesson4/crawl"
	"nodebook/lessons/todo"
)

// options are what the command line says.
type options struct {
	peers, workers, sample int
	bits                   int // zero bits to search for
	lines                  int // to print in the demonstration; 0 is no demonstration
	seed                   uint64
	limit                  time.Duration
	live                   bool
	out, profile           string
}

func main() {
	simnet.Child() // in the process of the simulated network it does not return
	workerMain()   // nor does this in a worker process
	first, stubs := todo.First(), stubsHere()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], first, stubs, os.Stdout, os.Stderr))
}

// stubsHere names the functions of this lesson that are not written yet.
func stubsHere() map[string]bool {
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		return nil
	}
	return todo.Stubs(filepath.Dir(file))
}

func parseFlags(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("lesson4", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&o.peers, "peers", 10_000, "simulate so many `peers`")
	flags.Uint64Var(&o.seed, "seed", 7, "`seed` of the simulated network")
	flags.IntVar(&o.workers, "workers", 1000, "ask with so many `workers`")
	flags.DurationVar(&o.limit, "timeout", crawl.Limit, "the `time` that a peer may take")
	flags.IntVar(&o.sample, "sample", 16, "compare the ways on so many `peers`")
	flags.IntVar(&o.bits, "bits", 21, "search for a hash that begins with so many zero `bits`")
	flags.IntVar(&o.lines, "print", 0, "only print the lines of so many `peers`, from all goroutines at once and then from one")
	flags.BoolVar(&o.live, "live", false, "ask the real network")
	flags.StringVar(&o.out, "out", filepath.Join("artefacts", "lesson4"), "write timeline.svg and report.json into this `folder`")
	flags.StringVar(&o.profile, "profile", "", "write cpu.pprof and trace.out into this `folder`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(errs)
			flags.Usage()
		}
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("what is %q", flags.Arg(0))
	case o.peers < 1 || o.peers > 100_000:
		return o, fmt.Errorf("-peers %d: want 1 to 100,000", o.peers)
	case o.workers < 1 || o.workers > 100_000:
		return o, fmt.Errorf("-workers %d: want 1 to 100,000", o.workers)
	case o.limit <= 0:
		return o, fmt.Errorf("-timeout %v: want some time", o.limit)
	case o.bits < 0 || o.bits > 40:
		return o, fmt.Errorf("-bits %d: want 0 to 40", o.bits)
	case o.sample < 1 || o.lines < 0:
		return o, fmt.Errorf("-sample %d -print %d: want 1 or more", o.sample, o.lines)
	}
	return o, nil
}

// run is main without the process. first is the first exercise that is not
// written yet, or ""; stubs names all of them.
func run(ctx context.Context, args []string, first string, stubs map[string]bool, out, errs io.Writer) int {
	o, err := parseFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return complain(errs, err, "run it with -h to see what there is", 2)
	}
	if stubs["Caller.GetVersion"] || stubs["GetVersions"] || stubs["Ask.Do"] {
		return complain(errs, fmt.Errorf("%s is not implemented yet", cmp.Or(first, "GetVersion")), fmt.Sprintf("run %q", strings.TrimSpace("checker lesson4 "+first)), 1)
	}
	errs = &together{w: errs} // the network's process writes to it too
	p, err := openPeers(ctx, o, errs)
	if err != nil {
		return complain(errs, err, p.hint(err), 1)
	}
	defer p.close()
	s := &session{options: o, peers: p, stubs: stubs, out: out, report: report{Seed: o.seed, Workers: o.workers, Live: o.live}}
	if o.lines > 0 {
		err = s.print(ctx, o.lines)
	} else if s.least, err = p.least(ctx, o.limit); err == nil {
		err = s.phases(ctx)
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if wrote := s.write(); err == nil {
		err = wrote
	}
	if err != nil {
		return complain(errs, err, s.hint(err), 1)
	}
	return 0
}

// complain says what is wrong and what helps, and gives the exit code back.
func complain(errs io.Writer, err error, hint string, code int) int {
	fmt.Fprintf(errs, "lesson4: %v\n", err)
	if hint != "" {
		fmt.Fprintf(errs, "hint: %s\n", hint)
	}
	return code
}
