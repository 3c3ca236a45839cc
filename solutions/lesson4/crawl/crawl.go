package crawl

import (
	"context"
	"net/netip"
	"sync"

	"nodebook/solutions/lesson2/version"
)

// MaxKnown is how many addresses are taken from one peer.
const MaxKnown = 1000

// Canonical writes an address in one form, so that two texts of the same address
// become equal: an IPv4 address in IPv6 clothes loses them, an IPv6 address gets
// its shortest form. If nobody can be at an address, ok is false: it is not
// "IP:port", its port is 0, or its IP is unspecified or multicast.
func Canonical(address string) (canonical string, ok bool) {
	a, err := netip.ParseAddrPort(address)
	ip := a.Addr().Unmap()
	if err != nil || a.Port() == 0 || ip.IsUnspecified() || ip.IsMulticast() {
		return "", false
	}
	return netip.AddrPortFrom(ip, a.Port()).String(), true
}

// Crawl visits the seeds, the addresses that they name, the addresses that those
// name, and so on, with n workers. It returns a [Result] for each address that it
// visited, in any order, when no address is left to visit and none is being
// visited, or soon after ctx ends. No goroutine is left.
//
// What strangers say is not to be trusted:
//
//   - addresses are made canonical by [Canonical]; those that are not ok are dropped
//   - each address is visited once, however often it is named
//   - of the addresses that one peer names, the first MaxKnown are considered; of
//     the seeds, all
//   - no more than most addresses are visited, the seeds included: a peer can
//     invent addresses forever
//
// No more than n are visited at the same time, and n are whenever there is work
// for them: what a peer names is visited without waiting for others. Once ctx
// has ended, no other address is visited.
func Crawl(ctx context.Context, visit Visit, seeds []string, n, most int) []Result {
	// BEGIN SOLUTION
	// UNTESTED "What strangers say": the list that follows says how.
	type report struct {
		Result
		known []string
	}
	jobs, reports := make(chan string), make(chan report)
	var workers sync.WaitGroup
	for range max(n, 1) {
		workers.Go(func() {
			for address := range jobs {
				var r report
				ask := Ask(func(ctx context.Context, address string) (v version.Version, err error) {
					v, r.known, err = visit(ctx, address)
					return v, err
				})
				r.Result = ask.Do(ctx, address)
				reports <- r
			}
		})
	}
	// One goroutine, this one, holds what is known: no lock is needed.
	seen := map[string]bool{}
	var queue []string
	learn := func(addresses []string) {
		for _, address := range addresses {
			if seen[address] { // most are: spare them the parsing
				continue
			}
			a, ok := Canonical(address)
			if ok && !seen[a] && len(seen) < most {
				seen[a] = true
				queue = append(queue, a)
			}
		}
	}
	learn(seeds)
	var results []Result
	for busy := 0; ; {
		var next string
		var give chan string // nil, if there is nothing to give: a nil channel is never ready
		if len(queue) > 0 && ctx.Err() == nil {
			next, give = queue[0], jobs
		}
		if give == nil && busy == 0 {
			break
		}
		select {
		case give <- next:
			queue = queue[1:]
			busy++
		case r := <-reports:
			busy--
			results = append(results, r.Result)
			learn(r.known[:min(len(r.known), MaxKnown)])
		}
	}
	close(jobs)
	workers.Wait()
	return results
	// END SOLUTION
}
