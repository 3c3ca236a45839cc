package crawl_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

func TestFirstAnswers(t *testing.T) {
	d := draw.From(t)
	want := d.Between(3, 6)
	tried := fmt.Sprintf("FirstAnswers(ctx, ask, addresses, 4, %d), where some of the peers fail", want)
	bubble.Test(t, tried, func(t *testing.T) {
		list := addresses(d, d.Between(60, 90))
		after := map[string]time.Duration{}
		for i, j := range d.Perm(len(list)) { // who is asked first need not answer first
			after[list[j]] = time.Minute + time.Duration(i)*time.Second
		}
		// In any case the third fails first, and the second answers before the first.
		after[list[2]], after[list[1]], after[list[0]] = 57*time.Second, 58*time.Second, 59*time.Second
		failing := some(d, list)
		fails := func(address string) bool {
			return address == list[2] || address != list[0] && address != list[1] && failing(address)
		}
		a := &asked{fails: fails, took: func(address string) time.Duration { return after[address] }, lag: 100 * time.Millisecond}
		try := expect.Tried(t, "%s", tried)
		start := time.Now()
		results := crawl.FirstAnswers(unending(), a.ask, list, 4, want)
		took := time.Since(start)
		settled(try, a)
		try.Why("want is the most that is returned: an answer that comes after the last one that was wanted is left out")
		try.Equal("number of results", len(results), want)
		for i, r := range results {
			try.Why("a peer that failed has said nothing: asking goes on until enough have answered")
			try.True(!a.failing(r.Address), "the result of a peer that failed", "answers only: a failure is none")
			right(try, a, fmt.Sprintf("results[%d]", i), r)
			if i > 0 {
				try.Why("the answers are in the order in which they came, whatever the order of the addresses")
				try.True(!r.End.Before(results[i-1].End), fmt.Sprintf("results[%d] came before results[%d]", i, i-1), "the answers in the order in which they came")
			}
		}
		last := results[want-1].End.Sub(start)
		try.Why("with the last answer that was wanted, here after %v, what is under way is cancelled", last)
		try.True(took <= last+time.Second, fmt.Sprintf("it took %v", took), "it returns within a second of it")
		asked := a.seen().last.Sub(start)
		try.Why("with enough answers there is nothing left to ask for")
		try.True(asked <= last, fmt.Sprintf("a peer was asked after %v", asked), "no more peers are asked")
		try.Why("n workers ask n peers at a time")
		try.True(a.seen().peak <= 4, fmt.Sprintf("%d peers asked at a time", a.seen().peak), "at most 4")
	})
}

func TestFirstAnswers_tooFew(t *testing.T) {
	const tried = "FirstAnswers(ctx, ask, addresses, 4, math.MaxInt), where fewer peers answer"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(20, 30))
		a := &asked{fails: some(d, list)}
		answering := 0
		for _, address := range list {
			if !a.failing(address) {
				answering++
			}
		}
		try := expect.Tried(t, tried).Halts("want says where to end, and not how many there are: let append make the room")
		results := crawl.FirstAnswers(unending(), a.ask, list, 4, math.MaxInt)
		try.Why("fewer answers than wanted are better than none: those that came are returned")
		try.Equal("number of results", len(results), answering)
		askedOnce(try, a, list)
	})
}

func TestFirstAnswers_cancelled(t *testing.T) {
	const tried = "FirstAnswers(ctx, ask, addresses, 2, 10), where ctx is cancelled after 150s and each peer takes a minute"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(20, 30))
		a := &asked{}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(150*time.Second, cancel)
		try := expect.Tried(t, tried)
		start := time.Now()
		results := crawl.FirstAnswers(ctx, a.ask, list, 2, 10)
		try.Why("the end of ctx ends the asking, and what is under way is cut short")
		try.True(time.Since(start) <= 151*time.Second, fmt.Sprintf("it took %v", time.Since(start)), "it returns within a second of the cancelling")
		try.Why("two workers ask two peers at a time, and each had two answers when ctx ended: those are returned")
		try.Equal("number of results", len(results), 4)
		for i, r := range results {
			right(try, a, fmt.Sprintf("results[%d]", i), r)
		}
		try.Why("once ctx has ended, no more peers are asked").Equal("peers asked", a.seen().calls, 6)
	})
}

func TestFirstAnswers_none(t *testing.T) {
	const tried = "FirstAnswers(ctx, ask, addresses, 2, 0)"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		a := &asked{}
		for _, want := range []int{0, -1} {
			try := expect.Tried(t, "FirstAnswers(ctx, ask, addresses, 2, %d)", want).Why("a want of 0 or less is met from the start, so no peer is asked")
			try.Equal("number of results", len(crawl.FirstAnswers(unending(), a.ask, addresses(d, 9), 2, want)), 0)
			try.Equal("peers asked", a.seen().calls, 0)
		}
		const one = "FirstAnswers(ctx, ask, addresses, 2, 1)"
		try := expect.Tried(t, one).Why("one answer is enough, and is returned")
		try.Equal("number of results", len(crawl.FirstAnswers(unending(), a.ask, addresses(d, 9), 2, 1)), 1)
	})
}
