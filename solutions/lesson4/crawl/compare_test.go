package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

// way is a way that takes so long and loses, repeats and invents results.
func way(name string, took time.Duration, a *asked, lost int, surplus ...crawl.Result) crawl.Way {
	return crawl.Way{Name: name, Ask: func(_ context.Context, addresses []string) []crawl.Result {
		pass(took)
		var results []crawl.Result
		for _, address := range addresses[lost:] {
			r := crawl.Result{Address: address}
			if a.failing(address) {
				r.Err = errFake
			}
			results = append(results, r)
		}
		return append(results, surplus...)
	}}
}

const whyRows = "row i is of ways[i]: a caller knows its ways by their order"

func TestCompare(t *testing.T) {
	const tried = "Compare(ctx, ways, addresses) of several ways"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(20, 40))
		a := &asked{fails: some(d, list)}
		failing := 0
		for _, address := range list {
			if a.failing(address) {
				failing++
			}
		}
		first := time.Duration(d.Between(60_000, 600_000)) * time.Millisecond
		second := time.Duration(d.Between(1000, 900_000)) * time.Millisecond
		lost := d.Between(1, len(list)-1)
		lostFailing := 0
		for _, address := range list[:lost] {
			if a.failing(address) {
				lostFailing++
			}
		}
		again := crawl.Result{Address: list[len(list)-1], Err: errors.New("again")}
		better := crawl.Result{Address: list[slices.IndexFunc(list, a.failing)]}
		stranger := crawl.Result{Address: "127.0.0.1:1"}
		rows := crawl.Compare(unending(), []crawl.Way{
			way("one", first, a, 0),
			way("two", second, a, lost),
			way("three", first, a, 0, again, better, stranger),
			way("none", 0, a, 0),
		}, list)
		answered := len(list) - failing
		want := []crawl.Row{
			{"one", answered, failing, 0, first, 1},
			{"two", answered - (lost - lostFailing), failing - lostFailing, lost, second, float64(first) / float64(second)},
			{"three", answered, failing, 0, first, 1},
			{"none", answered, failing, 0, 0, 0},
		}
		what := []string{
			"a way that takes %v",
			"a way that is faster or slower and loses some peers; the first takes %v",
			"a way that has second results of two peers, one worse and one better than the first, and one of an address that nobody gave it; the first takes %v",
			"a way that takes no time; the first takes %v",
		}
		try := expect.Tried(t, tried).Why(whyRows)
		try.Equal("number of rows", len(rows), len(want))
		for i, row := range rows {
			try := expect.Tried(t, "Compare(ctx, ways, addresses): %s", fmt.Sprintf(what[i], first))
			try.Why(whyRows).Equal("Name", row.Name, want[i].Name)
			try.Why("peers are counted, not results: a peer counts once, by its first result, and one that was not to be asked does not count")
			try.Equal("Answered", row.Answered, want[i].Answered)
			try.Equal("Failed", row.Failed, want[i].Failed)
			try.Why("a peer is lost if the way has no result of it").Equal("Lost", row.Lost, want[i].Lost)
			try.Why("the time is that from the call of the way to its return").Equal("Took", row.Took, want[i].Took)
			try.Why("the ratio is the first way's time by this way's: 2 is twice as fast")
			try.True(math.Abs(row.Ratio-want[i].Ratio) < 1e-6, fmt.Sprintf("Ratio = %v", row.Ratio), fmt.Sprintf("Ratio = %v", want[i].Ratio))
		}
	})
}

func TestCompare_oneByOne(t *testing.T) {
	const tried = "Compare(ctx, ways, addresses), and whether two ways are at work at a time"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 5)
		a := &asked{}
		var given atomic.Int64
		serial := crawl.Way{Name: "serial", Ask: func(ctx context.Context, addresses []string) []crawl.Result {
			var results []crawl.Result
			if slices.Equal(addresses, list) {
				given.Add(1)
			}
			for _, address := range addresses {
				v, err := a.ask(ctx, address)
				results = append(results, crawl.Result{Address: address, Version: v, Err: err})
			}
			return results
		}}
		try := expect.Tried(t, tried)
		start := time.Now()
		rows := crawl.Compare(unending(), []crawl.Way{serial, serial, serial}, list)
		try.Why(whyRows).Equal("number of rows", len(rows), 3)
		try.Why("ways can be compared only if all of them are given the same peers")
		try.Equal("ways that were given all addresses", given.Load(), int64(3))
		try.Why("two ways at the same time would slow each other down, and neither time would mean anything")
		try.Equal("time it took", time.Since(start), 15*time.Minute)
		try.Equal("peers asked at a time", a.seen().peak, 1)
	})
}

func TestCompare_ways(t *testing.T) {
	const tried = "Compare of GetVersions, Goroutines and Pool on peers that take a minute each"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 60)
		a := &asked{}
		rows := crawl.Compare(unending(), []crawl.Way{
			{"one after another", func(ctx context.Context, l []string) []crawl.Result { return crawl.GetVersions(ctx, a.ask, l) }},
			{"pool of 10", func(ctx context.Context, l []string) []crawl.Result {
				return received(expect.Tried(t, "Pool(ctx, ask, addresses, 10)"), crawl.Pool(ctx, a.ask, l, 10), len(l))
			}},
			{"goroutines", func(ctx context.Context, l []string) []crawl.Result { return crawl.Goroutines(ctx, a.ask, l) }},
		}, list)
		try := expect.Tried(t, tried)
		try.Why(whyRows).Equal("number of rows", len(rows), 3)
		try.Why("peers that are asked at the same time are waited for at the same time: that makes the difference")
		for i, least := range []float64{1, 9, 50} {
			try.True(rows[i].Ratio >= least && rows[i].Lost == 0, fmt.Sprintf("%s: ratio %.1f, %d lost", rows[i].Name, rows[i].Ratio, rows[i].Lost), fmt.Sprintf("%s: a ratio of at least %.0f, none lost", rows[i].Name, least))
		}
	})
}

func TestCompare_none(t *testing.T) {
	expect.Tried(t, "Compare(ctx, nil, addresses)").Why("each way has one row: no ways have none").Equal("number of rows", len(crawl.Compare(unending(), nil, []string{"127.0.0.1:1"})), 0)
}

// That ctx has ended is for the ways to notice.
func TestCompare_cancelled(t *testing.T) {
	const tried = "Compare(ctx, ways, addresses), with a ctx that has ended already and all peers are cancelled"
	bubble.Test(t, tried, func(t *testing.T) {
		list := addresses(draw.From(t), 7)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		a := &asked{}
		serial := crawl.Way{Name: "serial", Ask: func(ctx context.Context, addresses []string) []crawl.Result {
			var results []crawl.Result
			for _, address := range addresses {
				_, err := a.ask(ctx, address)
				results = append(results, crawl.Result{Address: address, Err: err})
			}
			return results
		}}
		try := expect.Tried(t, tried)
		rows := crawl.Compare(ctx, []crawl.Way{serial, serial}, list)
		try.Why(whyRows).Equal("number of rows", len(rows), 2)
		for i, row := range rows {
			try.Why("each way gets the ctx that Compare was given, and a peer that was cancelled is a peer with an error")
			try.Equal(fmt.Sprintf("rows[%d]", i), row, crawl.Row{Name: "serial", Failed: len(list)})
		}
	})
}

func TestCompare_twice(t *testing.T) {
	const tried = "Compare(ctx, ways, addresses), where an address is given twice"
	bubble.Test(t, tried, func(t *testing.T) {
		list := addresses(draw.From(t), 5)
		list = append(list, list[1])
		try := expect.Tried(t, tried)
		rows := crawl.Compare(unending(), []crawl.Way{way("serial", time.Second, &asked{}, 0)}, list)
		try.Why(whyRows).Equal("number of rows", len(rows), 1)
		try.Why("a peer counts once, and it is lost if there is no result for it")
		try.Equal("Answered", rows[0].Answered, 5)
		try.Equal("Lost", rows[0].Lost, 0)
	})
}

func TestCompare_quick(t *testing.T) {
	const tried = "Compare(ctx, ways, addresses) of two ways that take 700 and 100 microseconds"
	bubble.Test(t, tried, func(t *testing.T) {
		list := addresses(draw.From(t), 3)
		try := expect.Tried(t, tried)
		rows := crawl.Compare(unending(), []crawl.Way{way("slow", 700*time.Microsecond, &asked{}, 0), way("fast", 100*time.Microsecond, &asked{}, 0)}, list)
		try.Why(whyRows).Equal("number of rows", len(rows), 2)
		try.Why("a ratio is one of times, however short they are: divide as float64, without rounding first")
		try.True(rows[1].Ratio > 6.99 && rows[1].Ratio < 7.01, fmt.Sprintf("a ratio of %.2f", rows[1].Ratio), "a ratio of 7")
	})
}
