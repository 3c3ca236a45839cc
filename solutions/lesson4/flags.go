package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"nodebook/fixtures/networks"
	"nodebook/solutions/lesson4/crawl"
)

func parseFlags(args []string, errs io.Writer) (options, error) {
	var o options
	var network, only string
	flags := flag.NewFlagSet("lesson4", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&o.peers, "peers", 10_000, "how many `peers` to simulate")
	flags.Uint64Var(&o.seed, "seed", 7, "`seed` of the simulated network")
	flags.IntVar(&o.workers, "workers", 1000, "how many `workers` ask")
	flags.DurationVar(&o.limit, "timeout", crawl.Limit, "the `time` that a peer may take")
	flags.IntVar(&o.sample, "sample", 16, "compare the ways on this many `peers`")
	flags.IntVar(&o.bits, "bits", 21, "search for a hash that begins with so many zero `bits`")
	flags.IntVar(&o.lines, "print", 0, "only print the lines of this many `peers`, from all goroutines at the same time and then from one")
	flags.StringVar(&only, "only", "", "run only these `parts`, with commas between: "+partNames(parts))
	flags.StringVar(&network, "network", "mainnet", "speak to the network of this `name`: "+networks.Names())
	flags.Func("peer", "ask the peer at `host:port`; again for more. Without a port, at the network's usual one", func(s string) error {
		o.given = append(o.given, s)
		return nil
	})
	flags.BoolVar(&o.seeds, "seeds", false, "ask the nodes that the network's DNS seeds know")
	flags.BoolVar(&o.live, "live", false, "ask the nodes that the API lists")
	flags.StringVar(&o.out, "out", filepath.Join("artefacts", "lesson4"), "write timeline.svg and report.json into this `folder`")
	flags.StringVar(&o.profile, "profile", "", "write cpu.pprof and trace.out into this `folder`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(errs)
			flags.Usage()
		}
		return o, err
	}
	var err error
	if o.only, err = partsOf(only); err != nil {
		return o, err
	}
	if o.network, err = networks.Find(network); err != nil {
		return o, fmt.Errorf("-network: %w", err)
	}
	for i, peer := range o.given {
		if o.given[i], err = o.network.Address(peer); err != nil {
			return o, fmt.Errorf("-peer: %w", err)
		}
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("what is %q", flags.Arg(0))
	}
	return o, o.check()
}

// check says what of the options cannot be.
func (o options) check() error {
	sources := 0
	for _, is := range []bool{o.live, o.seeds, len(o.given) > 0} {
		if is {
			sources++
		}
	}
	switch {
	case o.peers < 1 || o.peers > 100_000:
		return fmt.Errorf("-peers %d: want 1 to 100,000", o.peers)
	case o.workers < 1 || o.workers > 100_000:
		return fmt.Errorf("-workers %d: want 1 to 100,000", o.workers)
	case o.limit <= 0:
		return fmt.Errorf("-timeout %v: want some time", o.limit)
	case o.bits < 0 || o.bits > 40:
		return fmt.Errorf("-bits %d: want 0 to 40", o.bits)
	case o.sample < 1 || o.lines < 0:
		return fmt.Errorf("-sample %d -print %d: want 1 or more", o.sample, o.lines)
	case sources > 1:
		return errors.New("-live, -seeds and -peer exclude each other")
	case o.live && o.network.Name != "mainnet":
		return fmt.Errorf("-live: the API lists mainnet alone: use -seeds or -peer for %s", o.network.Name)
	case o.seeds && len(o.network.Seeds) == 0:
		return fmt.Errorf("-seeds: %s has no seeds: name peers with -peer", o.network.Name)
	}
	return nil
}

// simulated reports whether the peers are simulated ones.
func (o options) simulated() bool { return !o.live && !o.seeds && len(o.given) == 0 }
