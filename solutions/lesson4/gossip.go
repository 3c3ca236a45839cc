package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"
)

const (
	mostFactor = 3 // the crawl visits at most this many times the listed peers
	mostShown  = 5 // of a list
)

// gossip crawls: it asks those that are listed for whom they know, and so on.
func (s *session) gossip(ctx context.Context) error {
	var told atomic.Int64
	caller := s.caller()
	visit := func(ctx context.Context, address string) (version.Version, []string, error) {
		v, known, err := caller.GetPeers(ctx, address)
		told.Add(int64(len(known)))
		return v, known, err
	}
	fmt.Fprintf(s.out, "getaddr to the %d that are listed, and to whom they know\n", len(s.peers.addresses))
	start := time.Now()
	visited := crawl.Crawl(ctx, visit, s.peers.addresses, s.workers, mostFactor*len(s.peers.listed))
	took := time.Since(start)
	answered := 0
	for _, r := range visited {
		if r.Err == nil {
			answered++
		}
	}
	slices.SortFunc(visited, func(a, b crawl.Result) int { return a.Start.Compare(b.Start) })
	s.bound(visited, s.least.visit, took)
	fmt.Fprintf(s.out, "%d addresses were told, %d are different ones, at %d of them somebody answered\n", told.Load(), len(visited), answered)
	f := crawl.Missing(visited, s.peers.listed)
	s.report.Unlisted, s.report.Old = f.Unlisted, f.Old
	s.list("that the snapshot does not list", f.Unlisted)
	s.list(fmt.Sprintf("with a protocol version below %d", crawl.OldProtocol), f.Old)
	return nil
}

// list shows the first of some peers.
func (s *session) list(what string, results []crawl.Result) {
	fmt.Fprintf(s.out, "%d peers %s\n", len(results), what)
	for _, r := range results[:min(mostShown, len(results))] {
		fmt.Fprintf(s.out, "  %-22s %6d  %q\n", r.Address, r.Version.Protocol, r.Version.UserAgent)
	}
	if more := len(results) - mostShown; more > 0 {
		fmt.Fprintf(s.out, "  and %d more\n", more)
	}
}
