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

	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson1/framing"
)

// dialTime is how long one peer may take to accept a connection.
const dialTime = 5 * time.Second

// seed is that of the simulated peer: one which speaks today's protocol.
const seed = 6

// source says where the peer comes from: simulated, given, or live.
type source struct {
	character simnet.Character
	network   networks.Network
	peer      string // host:port
	live      bool
}

func parseFlags(args []string, errs io.Writer) (source, error) {
	var s source
	var name, network string
	var names []string
	characters := map[string]simnet.Character{} // by the name that is typed: never-verack
	for _, c := range simnet.Characters() {
		typed := strings.ReplaceAll(string(c), " ", "-")
		names, characters[typed] = append(names, typed), c
	}
	flags := flag.NewFlagSet("lesson2", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&name, "character", string(simnet.Modern), "the simulated peer's `name`: "+strings.Join(names, ", "))
	flags.StringVar(&network, "network", "mainnet", "speak to the network of this `name`: "+networks.Names())
	flags.StringVar(&s.peer, "peer", "", "dial the peer at `host:port`; without a port, at the network's usual one")
	flags.BoolVar(&s.live, "live", false, "dial a peer of the real network")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(errs)
			flags.Usage()
		}
		return s, err
	}
	var unknown error
	s.network, unknown = networks.Find(network)
	s.character = characters[strings.ReplaceAll(name, " ", "-")]
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("what is %q", flags.Arg(0))
	case s.peer != "" && s.live:
		return s, errors.New("-peer and -live exclude each other")
	case s.character == "":
		return s, fmt.Errorf("no simulated peer is called %q", name)
	case unknown != nil:
		return s, fmt.Errorf("-network: %w", unknown)
	case s.live && len(s.network.Seeds) == 0:
		return s, fmt.Errorf("-live: %s has no seeds: name a peer with -peer", s.network.Name)
	case s.peer == "":
		return s, nil
	}
	peer, err := s.network.Address(s.peer)
	if err != nil {
		return s, fmt.Errorf("-peer: %w", err)
	}
	s.peer = peer
	return s, nil
}

func (s source) simulated() bool { return s.peer == "" && !s.live }

// magic is the network's, as package framing has it.
func (s source) magic() framing.Magic { return framing.Magic(s.network.Number()) }

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

// hint says what helps if no peer could be reached.
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
		return s.network.Dial(ctx, net.DefaultResolver.LookupHost, dialer.DialContext)
	}
	peer, err := simnet.StartPeer(s.character, simnet.WithMagic(s.network.Magic), simnet.WithSeed(seed))
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
