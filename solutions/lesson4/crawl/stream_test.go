package crawl_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

// channelled are the promises that Stream and Pool have in common.
func channelled(t *testing.T, name string, start func(ctx context.Context, ask crawl.Ask, addresses []string) <-chan crawl.Result) {
	t.Run("all", func(t *testing.T) {
		tried := name + ", where some of the peers fail"
		bubble.Test(t, tried, func(t *testing.T) {
			d := draw.From(t)
			list := addresses(d, d.Between(30, 60))
			a := &asked{fails: some(d, list)}
			try := expect.Tried(t, "%s", tried)
			results := received(try, start(unending(), a.ask, list), len(list))
			onceEach(try, whyOnceEach, a, list, results)
			askedOnce(try, a, list)
		})
	})
	t.Run("at once", func(t *testing.T) {
		tried := name + ", and whether it returns before the peers have answered"
		bubble.Test(t, tried, func(t *testing.T) {
			d := draw.From(t)
			list := addresses(d, d.Between(15, 25))
			a := &asked{}
			try := expect.Tried(t, "%s", tried)
			begin := time.Now()
			results := start(unending(), a.ask, list)
			took := time.Since(begin)
			received(try, results, len(list))
			try.Why("a channel is returned at once, so that its reader sees the first result while others are still under way")
			try.Equal("time until it returned", took.String(), "0s")
		})
	})
	t.Run("nobody reads", func(t *testing.T) {
		tried := name + ", whose caller reads a few results and then no more"
		bubble.Test(t, tried, func(t *testing.T) {
			d := draw.From(t)
			list := addresses(d, d.Between(10, 20))
			a := &asked{}
			try := expect.Tried(t, "%s", tried)
			results := start(unending(), a.ask, list)
			for range 3 {
				select {
				case <-results:
				case <-time.After(10 * time.Hour):
					try.Why("each result is sent as soon as it is there")
					try.Fail("nothing came for ten hours", "a result")
				}
			}
			pass(24 * time.Hour)
			try.Why("a goroutine whose reader has gone waits forever: with room for every result in the channel, it can send and end")
			try.Equal("peers asked a day later", a.seen().calls, len(list))
		})
	})
	t.Run("cancelled", func(t *testing.T) {
		tried := name + ", where ctx is cancelled after 10s of the minute that each peer takes"
		bubble.Test(t, tried, func(t *testing.T) {
			d := draw.From(t)
			list := addresses(d, d.Between(20, 40))
			a := &asked{}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			time.AfterFunc(10*time.Second, cancel)
			try := expect.Tried(t, "%s", tried)
			begin := time.Now()
			results := received(try, start(ctx, a.ask, list), len(list))
			took := time.Since(begin)
			try.Why("ask gets the caller's ctx: the asking ends when ctx does")
			try.True(took <= 11*time.Second, fmt.Sprintf("the last result after %v", took), "the last result within a second of the cancelling")
			try.Why("once ctx has ended, no caller is waiting for another answer")
			try.True(a.seen().late == 0, fmt.Sprintf("%d peers were asked after ctx had ended", a.seen().late), "no more peers are asked")
			try.Why("a peer that is not asked, or not to the end, has a result too: ctx's error is its error")
			try.Equal("number of results", len(results), len(list))
			for _, r := range results {
				cancelled(try, "the result of "+r.Address, r)
			}
		})
	})
	t.Run("as they come", func(t *testing.T) {
		tried := name + ", and when each result arrives"
		bubble.Test(t, tried, func(t *testing.T) {
			d := draw.From(t)
			list := addresses(d, d.Between(20, 40))
			list = append(list, list[0], list[1]) // an address may be given twice
			a := &asked{fails: some(d, list), took: func(address string) time.Duration { return time.Duration(1+versionOf(address).Nonce%600) * time.Second }}
			try := expect.Tried(t, "%s", tried)
			results := start(unending(), a.ask, slices.Clone(list))
			count := 0
			for r := range results {
				count++
				right(try, a, "the result of "+r.Address, r)
				try.Why("a result arrives as soon as it is there: it does not wait for those of others")
				try.Equal("time between the end of the asking and the result's arrival", time.Since(r.End).String(), "0s")
			}
			try.Why("each of the addresses has a result, and one that is given twice has two").Equal("number of results", count, len(list))
		})
	})
	t.Run("room", func(t *testing.T) {
		tried := name + " of 150 addresses, and how many results its channel has room for"
		bubble.Test(t, tried, func(t *testing.T) {
			list := addresses(draw.From(t), 150)
			a := &asked{}
			try := expect.Tried(t, "%s", tried)
			results := start(unending(), a.ask, list)
			room := cap(results)
			received(try, results, len(list))
			try.Why("a goroutine whose reader has gone waits forever: with room for every result in the channel, it can send and end")
			try.True(room >= len(list), fmt.Sprintf("room for %d", room), fmt.Sprintf("room for all %d", len(list)))
		})
	})
	t.Run("none", func(t *testing.T) {
		tried := name + " of no addresses"
		bubble.Test(t, tried, func(t *testing.T) {
			a := &asked{}
			received(expect.Tried(t, "%s", tried), start(unending(), a.ask, nil), 0)
		})
	})
}

func TestStream(t *testing.T) {
	channelled(t, "Stream(ctx, ask, addresses)", crawl.Stream)
}

func TestStream_arrival(t *testing.T) {
	const tried = "Stream(ctx, ask, addresses), where one peer answers after the other"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(20, 40))
		order := d.Perm(len(list))
		after := map[string]time.Duration{}
		for i, j := range order {
			after[list[j]] = time.Duration(i+1) * time.Minute
		}
		a := &asked{took: func(address string) time.Duration { return after[address] }}
		try := expect.Tried(t, tried)
		start := time.Now()
		results := received(try, crawl.Stream(unending(), a.ask, list), len(list))
		try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(list))
		try.Why("each peer has its own goroutine, so that the fastest peer's result arrives first")
		for i, r := range results {
			try.Equal(fmt.Sprintf("address of result %d to arrive", i), r.Address, list[order[i]])
		}
		try.Why("each peer has its own goroutine").Equal("peers asked at a time", a.seen().peak, len(list))
		try.Why("peers that are asked at the same time are waited for at the same time: all together take as long as the slowest")
		try.True(time.Since(start) <= time.Duration(len(list))*time.Minute, fmt.Sprintf("it took %v", time.Since(start)), "as long as the slowest peer takes")
	})
}
