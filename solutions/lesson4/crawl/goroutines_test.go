package crawl_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

func TestGoroutines(t *testing.T) {
	const tried = "Goroutines(ctx, ask, addresses), where some of the peers fail"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(40, 80))
		late := list[d.IntN(len(list))]
		a := &asked{fails: some(d, list), took: func(address string) time.Duration {
			if address == late {
				return time.Hour
			}
			return time.Minute
		}}
		try := expect.Tried(t, tried)
		start := time.Now()
		results := crawl.Goroutines(unending(), a.ask, list)
		took := time.Since(start)
		settled(try, a)
		inOrder(try, a, list, results)
		askedOnce(try, a, list)
		try.Why("peers that are asked at the same time are waited for at the same time: all together take as long as the slowest, here an hour")
		try.True(took <= time.Hour, fmt.Sprintf("it took %v", took), "an hour, since all are asked at once")
		try.Equal("peers asked at a time", a.seen().peak, len(list))
	})
}

func TestGoroutines_cancelled(t *testing.T) {
	const tried = "Goroutines(ctx, ask, addresses), where ctx is cancelled while all peers are asked"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(10, 30))
		a := &asked{}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(10*time.Second, cancel)
		try := expect.Tried(t, tried)
		start := time.Now()
		results := crawl.Goroutines(ctx, a.ask, list)
		try.Why("each goroutine passes ctx to ask, which ends soon after ctx does")
		try.True(time.Since(start) <= 11*time.Second, fmt.Sprintf("it took %v", time.Since(start)), "it returns within a second of the cancelling, which was after 10s")
		settled(try, a)
		try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(list))
		for i, r := range results {
			try.Why(whyPlace).Equal(fmt.Sprintf("results[%d].Address", i), r.Address, list[i])
			cancelled(try, fmt.Sprintf("results[%d]", i), r)
		}
	})
}

func TestGoroutines_network(t *testing.T) {
	const tried = "Goroutines(ctx, caller.GetVersion, addresses) of 60 simulated peers"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		n := newNetwork(t, d, simnet.Modern, 60)
		var list []string
		for _, node := range n.Nodes() {
			list = append(list, node.Addr.String())
		}
		try := expect.Tried(t, tried)
		results := crawl.Goroutines(unending(), caller(d, n).GetVersion, list)
		try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(list))
		for i, r := range results {
			try.Why(whyAnswer).NoError(r.Err)
			says(try, r.Version, n.Nodes()[i].Version)
		}
		closed(try, n.Dialer)
		try.Why("each peer has its own goroutine, and so its own connection").Equal("connections at a time", n.Peak(), 60)
	})
}

// Few are more easily forgotten than many.
func TestGoroutines_few(t *testing.T) {
	for n := range 4 {
		tried := fmt.Sprintf("Goroutines(ctx, ask, addresses) of %d addresses", n)
		bubble.Test(t, tried, func(t *testing.T) {
			list := addresses(draw.From(t), n)
			try := expect.Tried(t, "%s, fifty times", tried)
			for range 50 {
				a := &asked{}
				results := crawl.Goroutines(unending(), a.ask, list)
				settled(try, a)
				inOrder(try, a, list, results)
			}
		})
	}
}

func TestGoroutines_twice(t *testing.T) {
	const tried = "Goroutines(ctx, ask, addresses), where addresses has each address twice"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(10, 20))
		list = append(list, list...)
		d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		a := &asked{fails: some(d, list)}
		try := expect.Tried(t, tried)
		results := crawl.Goroutines(unending(), a.ask, slices.Clone(list))
		settled(try, a)
		inOrder(try, a, list, results)
	})
}
