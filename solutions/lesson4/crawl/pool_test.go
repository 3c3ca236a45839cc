package crawl_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

//nodebook:limits race timeout=90s memory=1GiB files=4096

func TestPool(t *testing.T) {
	channelled(t, "Pool(ctx, ask, addresses, 7)", func(ctx context.Context, ask crawl.Ask, addresses []string) <-chan crawl.Result {
		return crawl.Pool(ctx, ask, addresses, 7)
	})
}

func TestPool_limit(t *testing.T) {
	d := draw.From(t)
	n := d.Between(3, 9)
	tried := fmt.Sprintf("Pool(ctx, ask, addresses, %d) of 300 addresses", n)
	bubble.Test(t, tried, func(t *testing.T) {
		list := addresses(d, 300)
		a := &asked{fails: some(d, list)} // a worker goes on after a failure
		try := expect.Tried(t, "%s", tried)
		before := runtime.NumGoroutine()
		goroutines := make(chan int, 1)
		time.AfterFunc(90*time.Second, func() { goroutines <- runtime.NumGoroutine() - before })
		start := time.Now()
		results := received(try, crawl.Pool(unending(), a.ask, list, n), len(list))
		took := time.Since(start)
		onceEach(try, whyOnceEach, a, list, results)
		try.Why("each connection is an open file, of which a system has a limited number: n workers ask n peers at a time")
		try.True(a.seen().peak <= n, fmt.Sprintf("%d peers asked at a time", a.seen().peak), fmt.Sprintf("at most %d", n))
		try.Why("a worker takes the next peer when it is done with one, after a failure too: as long as there is work, all %d are busy", n)
		full := time.Duration((len(list)+n-1)/n) * time.Minute
		try.True(took <= full+time.Minute, fmt.Sprintf("it took %v", took), fmt.Sprintf("it takes %v", full))
		extra := <-goroutines
		try.Why("the size of a pool does not depend on the work: a goroutine for each address costs memory even while it waits for its turn")
		try.True(extra <= n+10, fmt.Sprintf("%d goroutines while it was at work", extra), fmt.Sprintf("%d workers and one or two besides", n))
	})
}

func TestPool_slowPeer(t *testing.T) {
	const tried = "Pool(ctx, ask, addresses, 3), where one of the first peers takes 10 hours and the others a minute"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(40, 60))
		slow := list[d.IntN(3)]
		a := &asked{took: func(address string) time.Duration {
			if address == slow {
				return 10*time.Hour - time.Minute
			}
			return time.Minute
		}}
		try := expect.Tried(t, tried)
		start := time.Now()
		results := received(try, crawl.Pool(unending(), a.ask, list, 3), len(list))
		onceEach(try, whyOnceEach, a, list, results)
		try.Why("a slow peer holds up its own worker alone: the other two go on without it")
		last := results[len(results)-2]
		try.Equal("last to arrive", results[len(results)-1].Address, slow)
		busy := last.End.Sub(start)
		try.True(busy <= time.Duration(len(list))*time.Minute, fmt.Sprintf("the others were done after %v", busy), fmt.Sprintf("the %d others, shared by two workers, are done after %v", len(list)-1, time.Duration(len(list)/2)*time.Minute))
	})
}

func TestPool_oddNumbers(t *testing.T) {
	for _, tt := range []struct{ n, peers, most int }{{0, 4, 1}, {-3, 4, 1}, {1, 4, 1}, {100, 4, 4}, {40, 90, 40}} {
		tried := fmt.Sprintf("Pool(ctx, ask, addresses, %d) of %d addresses", tt.n, tt.peers)
		t.Run(fmt.Sprint(tt.n), func(t *testing.T) {
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				list := addresses(d, tt.peers)
				a := &asked{}
				try := expect.Tried(t, "%s", tried)
				onceEach(try, whyOnceEach, a, list, received(try, crawl.Pool(unending(), a.ask, list, tt.n), len(list)))
				try.Why("there are as many workers as n says, one if it is below 1, and each asks one peer at a time")
				try.Equal("peers asked at a time", a.seen().peak, tt.most)
			})
		})
	}
}

func TestPool_network(t *testing.T) {
	const tried = "Pool(ctx, caller.GetVersion, addresses, 20) of 300 simulated peers, a third of them dead"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		m, err := simnet.NewMemory(simnet.Config{Peers: 300, Seed: d.Uint64()})
		expect.Broken(t, err)
		defer m.Close()
		dialer := simnet.Count(m)
		var list []string
		for _, node := range m.Nodes() {
			list = append(list, node.Addr.String())
		}
		try := expect.Tried(t, tried)
		results := received(try, crawl.Pool(unending(), caller(d, dialer).GetVersion, list, 20), len(list))
		try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(list))
		try.Why("20 workers need 20 connections at a time")
		try.True(dialer.Peak() <= 20, fmt.Sprintf("%d dials and connections at a time", dialer.Peak()), "20 at most")
		try.Why("each address is asked once: a second time costs the peer another connection and tells nothing new")
		for _, address := range list {
			if dialer.Dials()[address] == 0 {
				try.Why("ask decides what a result is, and it dials: Pool calls it for each address").Fail(address+" was not dialled", "each peer is dialled once")
			}
			try.True(dialer.Dials()[address] == 1, fmt.Sprintf("%s was dialled %d times", address, dialer.Dials()[address]), "each peer is dialled once")
		}
		closed(try, dialer)
	})
}

func TestPool_together(t *testing.T) {
	const tried = "Pool(ctx, ask, addresses, 2), twice at the same time, of 6 addresses and of 6 others"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 12)
		a, b := &asked{}, &asked{}
		try := expect.Tried(t, tried)
		first, second := crawl.Pool(unending(), a.ask, list[:6], 2), crawl.Pool(unending(), b.ask, list[6:], 2)
		const why = "each pool has its own addresses, workers and results: what two of them share is confused"
		onceEach(try, why, a, list[:6], received(try, first, 6))
		onceEach(try, why, b, list[6:], received(try, second, 6))
	})
}
