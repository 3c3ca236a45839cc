package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"

	"golang.org/x/term"
)

// options are what the command line says.
type options struct {
	peers       int
	bad         []simnet.Manner
	latency     time.Duration
	rate        int
	signatures  int
	taproot     bool
	batch       int
	connect     []string
	network     networks.Network
	workers     int
	window      int
	perPeer     int
	flushAt     int
	data        string
	assumeValid block.Hash
	swift       bool
	hints       string
	profile     string
	svg         string
	seed        uint64
	interactive bool // whether a progress bar can be drawn
}

func parseFlags(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("lesson8", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	bad := flags.String("bad", "stalls,bad-merkle,hangs-up", "simulate these peers, too: `manners` with commas between")
	connect := flags.String("connect", "", "ask these `nodes` instead of simulated ones, with commas between")
	network := flags.String("network", "mainnet", "the `network` of -connect: mainnet or regtest")
	assume := flags.String("assumevalid", "", "check no signature of the block with this `hash`, nor of those before it; tip: of no block")
	flags.IntVar(&o.peers, "peers", 8, "simulate this `number` of good peers")
	flags.DurationVar(&o.latency, "latency", 0, "`time` until a simulated peer answers")
	flags.IntVar(&o.rate, "rate", 0, "`bytes` a second that a simulated peer sends; 0: no limit")
	flags.IntVar(&o.signatures, "signatures", 0, "download a made-up chain with this `number` of signatures instead of the real one")
	flags.BoolVar(&o.taproot, "taproot", false, "with -signatures: let all be Schnorr signatures of taproot, not a quarter")
	flags.IntVar(&o.batch, "batch", 0, "check up to this `number` of Schnorr signatures with one sum; 0: each by itself")
	flags.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "check this `number` of signatures at the same time")
	flags.IntVar(&o.window, "window", fetch.Ahead, "ask for blocks up to this `number` after the first missing one")
	flags.IntVar(&o.perPeer, "perpeer", fetch.PerPeer, "ask one peer for this `number` of blocks at a time")
	flags.IntVar(&o.flushAt, "cache", 20_000, "write the coins to the disk when this `number` has changed")
	flags.StringVar(&o.data, "data", "", "keep blocks and coins in this `folder`; empty: in one that is removed at the end")
	flags.BoolVar(&o.swift, "swiftsync", false, "look up no coin: a friend's hints say which are left at the end; nothing is kept, and no signature checked")
	flags.StringVar(&o.hints, "hints", "", "with -swiftsync: read the hints from this `file`, or, if there is none, write them there; with them, -connect works, too")
	flags.StringVar(&o.profile, "profile", "", "write cpu.pprof and trace.out into this `folder`")
	flags.StringVar(&o.svg, "svg", "", "draw who served what when into this `file`")
	flags.Uint64Var(&o.seed, "seed", 1, "`seed` of the simulated peers")
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
	case o.peers < 1 || o.peers > 200:
		return o, fmt.Errorf("-peers %d: want 1 to 200", o.peers)
	case o.signatures < 0 || o.signatures > 1_000_000:
		return o, fmt.Errorf("-signatures %d: want 0 to 1,000,000", o.signatures)
	case o.taproot && o.signatures == 0:
		return o, errors.New("-taproot is about the made-up chain of -signatures")
	case o.workers < 1 || o.window < 1 || o.perPeer < 1 || o.flushAt < 1 || o.rate < 0 || o.batch < 0:
		return o, errors.New("-workers, -window, -perpeer and -cache want 1 or more, -rate and -batch 0 or more")
	}
	if o.bad, err = manners(*bad); err != nil {
		return o, err
	}
	if o.network, err = networks.Find(*network); err != nil {
		return o, err
	}
	if *connect != "" {
		o.connect = strings.Split(*connect, ",")
		if *network != "mainnet" && *network != "regtest" {
			return o, fmt.Errorf("-network %s: want mainnet or regtest", *network)
		}
	}
	switch {
	case o.hints != "" && !o.swift:
		return o, errors.New("-hints wants -swiftsync as well")
	case o.swift && *connect != "" && o.hints == "":
		return o, errors.New("-swiftsync with -connect wants -hints: no node sends them yet")
	}
	if o.swift {
		flags.Visit(func(f *flag.Flag) {
			if slices.Contains(notSwift, f.Name) {
				err = fmt.Errorf("-swiftsync keeps nothing on a disk and checks no signature: leave -%s out", f.Name)
			}
		})
		if err != nil {
			return o, err
		}
	}
	switch *assume {
	case "":
	case "tip":
		o.assumeValid = tipOf
	default:
		if o.assumeValid, err = block.ParseHash(*assume); err != nil {
			return o, err
		}
	}
	f, ok := errs.(*os.File)
	o.interactive = ok && term.IsTerminal(int(f.Fd()))
	return o, nil
}

// notSwift are flags about what -swiftsync does not do.
var notSwift = []string{"assumevalid", "batch", "cache", "data", "workers"}

// tipOf stands for the tip of a simulated chain, whatever that is.
var tipOf = block.Hash{1}

func manners(list string) ([]simnet.Manner, error) {
	var ms []simnet.Manner
	for name := range strings.SplitSeq(list, ",") {
		if name == "" {
			continue
		}
		m, err := simnet.MannerNamed(name)
		if err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, nil
}
