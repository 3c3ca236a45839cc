package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"nodebook/fixtures/simnet"
	"nodebook/lessons/lesson3/bitnodes"
	"nodebook/lessons/todo"
)

const latest = "/api/v1/snapshots/latest/"

// liveURL is the API that took over when bitnodes.io went.
const liveURL = "https://btcnodes.io" + latest

// peers are whom to ask: what the API lists, and how to dial it.
type peers struct {
	listed    []bitnodes.Address
	addresses []string // those of listed that can be dialled
	dialer    *net.Dialer
	net       *simnet.Remote // nil on the real network
}

// openPeers starts the simulated network, if it is to be one, and fetches the
// list of its peers.
func openPeers(ctx context.Context, o options, errs io.Writer) (*peers, error) {
	p := &peers{dialer: dialerFor(o.live)}
	url, reach := liveURL, []bitnodes.Network{bitnodes.IPv4, bitnodes.IPv6}
	if !o.live {
		var err error
		if p.net, err = simnet.Spawn(context.WithoutCancel(ctx), simnet.Config{Peers: o.peers, Seed: o.seed}, errs); err != nil {
			return p, err
		}
		url, reach = p.net.API()+latest, []bitnodes.Network{bitnodes.IPv4}
	}
	if err := p.list(ctx, url, reach); err != nil {
		p.close()
		return p, err
	}
	return p, nil
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

// hint says what helps where there are no peers.
func (p *peers) hint(err error) string {
	switch {
	case errors.Is(err, todo.Err):
		return `this lesson stands on your lessons 1 to 3: run "checker lesson3"`
	case p.net == nil:
		return "without -live a simulated network answers"
	}
	return `run "checker lesson3"`
}

func (p *peers) close() {
	if p.net != nil {
		p.net.Close()
	}
}

// dialerFor dials the real network or the simulated one.
func dialerFor(live bool) *net.Dialer {
	if live {
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
