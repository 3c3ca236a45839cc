// Lesson4 asks every peer of a network for its version, shows how long it takes
// in several ways, and finds peers that the bitnodes API does not list.
//
//	go run ./lessons/lesson4                 a simulated network of 10,000 peers
//	go run ./lessons/lesson4 -peers 500      a smaller one
//	go run ./lessons/lesson4 -workers 100    ten times slower
//	go run ./lessons/lesson4 -profile prof   and where the time goes, for go tool
//	go run ./lessons/lesson4 -print 4        how lines get mixed up, and how not
//	go run ./lessons/lesson4 -only pool,ways only some of its parts
//	go run ./lessons/lesson4 -live           the real network, as the API lists it
//	go run ./lessons/lesson4 -seeds -network testnet4
//	go run ./lessons/lesson4 -network regtest -peer 127.0.0.1 -peer 192.0.2.7:18444
//
// It writes timeline.svg and report.json into the folder that -out names. Ctrl-C
// stops it, and it reports what it has by then.
//
// The exit status is 0 if it ran to the end, 1 if it could not, and 2 for wrong
// usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/unwritten"
	"nodebook/lessons/lesson4/crawl"
)

// options are what the command line says.
type options struct {
	peers, workers, sample int
	bits                   int // zero bits to search for
	lines                  int // to print in the demonstration; 0 is no demonstration
	seed                   uint64
	limit                  time.Duration
	network                networks.Network
	live, seeds            bool
	given                  []string // addresses of peers
	only                   []part
	out, profile           string
}

func main() {
	simnet.Child() // in the process of the simulated network it does not return
	workerMain()   // nor does this in a worker process
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
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
	if unwritten.Refuse(errs, o.needs()...) {
		o.suggest(errs)
		return 1
	}
	errs = &together{w: errs} // the network's process writes to it too
	p, err := openPeers(ctx, o, errs)
	if err != nil {
		return complain(errs, err, p.hint(err), 1)
	}
	defer p.close()
	s := &session{options: o, peers: p, out: out, report: report{Seed: o.seed, Workers: o.workers, Live: !o.simulated(), Network: o.network.Name}}
	if o.lines > 0 {
		err = s.print(ctx, o.lines)
	} else if s.least, err = p.least(ctx, o.limit); err == nil {
		err = s.parts(ctx)
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
	fmt.Fprintf(errs, "lesson4: %s\n", crawl.Printable(err.Error()))
	if hint != "" {
		fmt.Fprintf(errs, "hint: %s\n", hint)
	}
	return code
}
