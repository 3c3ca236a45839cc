package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"nodebook/fixtures/simnet"
)

// dialTime is how long one peer may take to accept a connection.
const dialTime = 5 * time.Second

// seed is that of the simulated peer: one which speaks today's protocol.
const seed = 6

// seeds are names that resolve to nodes which accept connections.
var seeds = []string{
	"seed.bitcoin.sipa.be", "dnsseed.bluematt.me", "seed.btc.petertodd.net", "seed.bitcoin.sprovoost.nl",
	"dnsseed.emzy.de", "seed.bitcoin.wiz.biz", "seed.mainnet.achownodes.xyz",
}

// source says where the peer comes from: simulated, given, or live.
type source struct {
	character simnet.Character
	peer      string // host:port
	live      bool
}

func parseFlags(args []string, errs io.Writer) (source, error) {
	var s source
	var name string
	var names []string
	characters := map[string]simnet.Character{} // by the name that is typed: never-verack
	for _, c := range simnet.Characters() {
		typed := strings.ReplaceAll(string(c), " ", "-")
		names, characters[typed] = append(names, typed), c
	}
	flags := flag.NewFlagSet("lesson2", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&name, "character", string(simnet.Modern), "the simulated peer's `name`: "+strings.Join(names, ", "))
	flags.StringVar(&s.peer, "peer", "", "dial the peer at `host:port`")
	flags.BoolVar(&s.live, "live", false, "dial a peer of the real network")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(errs)
			flags.Usage()
		}
		return s, err
	}
	s.character = characters[strings.ReplaceAll(name, " ", "-")]
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("what is %q", flags.Arg(0))
	case s.peer != "" && s.live:
		return s, errors.New("-peer and -live exclude each other")
	case s.character == "":
		return s, fmt.Errorf("no simulated peer is called %q", name)
	}
	if s.peer != "" {
		if _, _, err := net.SplitHostPort(s.peer); err != nil {
			return s, fmt.Errorf("-peer wants host:port, got %q", s.peer)
		}
	}
	return s, nil
}

func (s source) simulated() bool { return s.peer == "" && !s.live }

// String names the peer; a simulated one without its port, which changes.
func (s source) String() string {
	switch {
	case s.peer != "":
		return s.peer
	case s.live:
		return "a live peer"
	}
	return fmt.Sprintf("a simulated peer (%s)", s.character)
}

// hint says what helps where nobody could be reached.
func (s source) hint() string {
	if s.simulated() {
		return "the peer is simulated: give -character another name"
	}
	return "without -live and -peer a simulated peer answers"
}

// dial connects to the peer. Closing the connection ends a simulated one too.
func (s source) dial(ctx context.Context) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: dialTime}
	switch {
	case s.peer != "":
		return dialer.DialContext(ctx, "tcp", s.peer)
	case s.live:
		return dialLive(ctx, net.DefaultResolver.LookupHost, dialer.DialContext)
	}
	peer, err := simnet.StartPeer(s.character, simnet.WithSeed(seed))
	if err != nil {
		return nil, err
	}
	conn, err := dialer.DialContext(ctx, "tcp", peer.Addr())
	if err != nil {
		return nil, errors.Join(err, peer.Close())
	}
	return simulated{conn, peer}, nil
}

// simulated is a connection to a peer that ends with it.
type simulated struct {
	net.Conn
	peer *simnet.Peer
}

func (s simulated) Close() error { return errors.Join(s.Conn.Close(), s.peer.Close()) }

// dialLive asks the seeds, one after another, for nodes and takes the first
// that accepts a connection. It gives up with ctx.
func dialLive(ctx context.Context, lookup func(context.Context, string) ([]string, error),
	dial func(context.Context, string, string) (net.Conn, error)) (net.Conn, error) {
	for _, seed := range seeds {
		hosts, err := lookup(ctx, seed)
		if err != nil {
			continue
		}
		for _, host := range hosts[:min(3, len(hosts))] {
			if conn, err := dial(ctx, "tcp", net.JoinHostPort(host, "8333")); err == nil {
				return conn, nil
			}
		}
	}
	return nil, fmt.Errorf("none of %d seeds led to a peer", len(seeds))
}
