package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"

	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/unwritten"
	"nodebook/lessons/lesson3/bitnodes"
)

const latest = "/api/v1/snapshots/latest/"

// liveURL is the API that took over when bitnodes.io went.
const liveURL = "https://btcnodes.io" + latest

// peers are whom to ask, and how to dial them.
type peers struct {
	listed    []bitnodes.Address
	addresses []string // those of listed that can be dialled
	dialer    *net.Dialer
	anywhere  bool           // what peers tell of is dialled wherever it is
	net       *simnet.Remote // nil if the peers are not simulated
}

// openPeers finds the peers that the options ask for. It starts the simulated
// network if it is to be one.
func openPeers(ctx context.Context, o options, errs io.Writer) (*peers, error) {
	p := &peers{anywhere: !o.simulated()}
	var err error
	switch {
	case len(o.given) > 0:
		err = p.name(ctx, o.given)
	case o.seeds:
		err = p.ask(ctx, o.network)
	case o.live:
		err = p.list(ctx, liveURL, []bitnodes.Network{bitnodes.IPv4, bitnodes.IPv6})
	default:
		config := simnet.Config{Peers: o.peers, Seed: o.seed, Magic: o.network.Magic}
		if p.net, err = simnet.Spawn(context.WithoutCancel(ctx), config, errs); err == nil {
			err = p.list(ctx, p.net.API()+latest, []bitnodes.Network{bitnodes.IPv4})
		}
	}
	p.dialer = dialerFor(p.anywhere)
	if err != nil {
		p.close()
	}
	return p, err
}

// name takes the peers that were given. If all of them are on this machine, so
// is what they tell of: they may be simulated, and then they lie.
func (p *peers) name(ctx context.Context, given []string) error {
	var found []netip.AddrPort
	for _, address := range given {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return err
		}
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return err
		}
		ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host) // gives back what is an IP address
		if err != nil {
			return err
		}
		found = append(found, netip.AddrPortFrom(ips[0].Unmap(), uint16(number)))
	}
	p.anywhere = slices.ContainsFunc(found, func(a netip.AddrPort) bool { return !a.Addr().IsLoopback() })
	p.take(found)
	return nil
}

// ask asks the network's seeds for nodes.
func (p *peers) ask(ctx context.Context, n networks.Network) error {
	found, err := n.Nodes(ctx, net.DefaultResolver.LookupHost)
	if err == nil {
		p.take(found)
	}
	return err
}

// take takes addresses as those of the peers, each once.
func (p *peers) take(found []netip.AddrPort) {
	for _, at := range found {
		a := bitnodes.Address{Network: bitnodes.IPv6, Host: at.Addr().String(), Port: at.Port()}
		if at.Addr().Is4() {
			a.Network = bitnodes.IPv4
		}
		if !slices.Contains(p.listed, a) {
			p.listed = append(p.listed, a)
			p.addresses = append(p.addresses, a.String())
		}
	}
}

// list fetches the snapshot at url and keeps what can be dialled.
func (p *peers) list(ctx context.Context, url string, reach []bitnodes.Network) error {
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	snapshot, err := bitnodes.FetchSnapshot(ctx, client, url)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	rows, err := bitnodes.Nodes(snapshot)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	p.listed, _ = bitnodes.Addresses(rows)
	for _, a := range bitnodes.Dialable(p.listed, reach, nil) {
		p.addresses = append(p.addresses, a.String())
	}
	if len(p.addresses) == 0 {
		return errors.New("snapshot: no address that can be dialled")
	}
	return nil
}

// hint says what helps if there are no peers.
func (p *peers) hint(err error) string {
	switch {
	case unwritten.Note(err) != "":
		return unwritten.Note(err)
	case p.anywhere:
		return "without -live, -seeds and -peer a simulated network answers"
	}
	return `run "checker lesson3"`
}

func (p *peers) close() {
	if p.net != nil {
		p.net.Close()
	}
}

// dialerFor dials anybody, or this machine alone.
func dialerFor(anywhere bool) *net.Dialer {
	if anywhere {
		return &net.Dialer{}
	}
	return &net.Dialer{Control: onlyLoopback}
}

// onlyLoopback refuses to dial anyone else: in the simulated network peers lie
// about addresses, and none of them is to be called.
func onlyLoopback(network, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !a.Addr().IsLoopback() {
		return fmt.Errorf("%s is not in the simulated network", address)
	}
	return nil
}

// least is how long asking, and visiting, an address takes at the least.
type least struct{ answer, visit map[string]time.Duration }

// least is known of the simulated network: what its peers were made to take. On
// the real one the maps are nil.
func (p *peers) least(ctx context.Context, limit time.Duration) (least, error) {
	if p.net == nil {
		return least{}, nil
	}
	truth, err := p.net.Truth(ctx)
	if err != nil {
		return least{}, err
	}
	l := least{make(map[string]time.Duration, len(truth)), make(map[string]time.Duration, len(truth))}
	for _, t := range truth {
		l.answer[t.Addr], l.visit[t.Addr] = min(t.Answer, limit), min(t.Visit, limit)
	}
	return l, nil
}
