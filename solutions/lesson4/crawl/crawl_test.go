package crawl_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"
)

// told is a network of who names whom, for a Visit.
type told struct {
	asked
	knows map[string][]string
}

func (n *told) visit(ctx context.Context, address string) (version.Version, []string, error) {
	v, err := n.ask(ctx, address)
	if err != nil {
		return v, nil, err
	}
	return v, n.knows[address], nil
}

// drawTold draws a network in which every address is told by somebody who can be
// reached from the first, with many told more than once.
func drawTold(d *draw.Source, list []string) *told {
	n := &told{knows: map[string][]string{}}
	for i := 1; i < len(list); i++ {
		teller := list[d.IntN(i)]
		n.knows[teller] = append(n.knows[teller], list[i])
		for range 3 {
			a, b := list[d.IntN(len(list))], list[d.IntN(len(list))]
			n.knows[a] = append(n.knows[a], b)
		}
	}
	return n
}

// crawled calls Crawl, with a watch for one that never ends.
func crawled(ctx context.Context, try *expect.Try, n *told, seeds []string, workers, most int) []crawl.Result {
	ctx, cancel := context.WithTimeout(ctx, 1000*time.Hour)
	defer cancel()
	results := crawl.Crawl(ctx, n.visit, seeds, workers, most)
	if err := ctx.Err(); err == context.DeadlineExceeded {
		try.Why("a crawl is over when the queue is empty and no peer is being visited: only a visit can name new addresses")
		try.Fail("it had not ended after 1000 hours", "it ends when there is no peer left to visit")
	}
	return results
}

func TestCrawl(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 8, 1000) of a network that is known by hearsay"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(100, 200))
		n := drawTold(d, list)
		try := expect.Tried(t, tried)
		results := crawled(unending(), try, n, list[:1], 8, 1000)
		settled(try, &n.asked)
		onceEach(try, "each address is named by a peer that can be reached, most of them by several, and each is visited once", &n.asked, list, results)
		askedOnce(try, &n.asked, list)
		try.Why("n workers visit n peers at a time: each connection is an open file")
		try.True(n.seen().peak <= 8, fmt.Sprintf("%d visits at a time", n.seen().peak), "8 at most")
	})
}

func TestCrawl_failures(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 8, 1000), where some of the peers fail"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 60)
		n := &told{knows: map[string][]string{list[0]: list}}
		n.fails = func(a string) bool { return a != list[0] && some(draw.Named("failures"), list)(a) }
		try := expect.Tried(t, tried)
		results := crawled(unending(), try, n, list[:1], 8, 1000)
		onceEach(try, whyNobodyLeftOut, &n.asked, list, results)
	})
}

func TestCrawl_forms(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 2, 1000), where a peer tells nonsense"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 3)
		n := &told{knows: map[string][]string{list[0]: {
			"", "nonsense", "127.0.0.1", "0.0.0.0:8333", "[::]:8333", "127.1.1.1:0", "224.0.0.1:8333", "127.1.1.1:99999",
			list[1], "[::ffff:" + list[1][:len(list[1])-len(port(list[1]))] + "]" + port(list[1]), list[0], list[2], list[2],
		}}}
		try := expect.Tried(t, tried)
		results := crawled(unending(), try, n, []string{list[0], list[0], "nowhere"}, 2, 1000)
		onceEach(try, "two texts may mean one address, and many mean none: only Canonical's form is compared and visited", &n.asked, list, results)
		askedOnce(try, &n.asked, list)
	})
}

// port is an address's port, with its colon.
func port(address string) string {
	for i := len(address) - 1; i > 0; i-- {
		if address[i] == ':' {
			return address[i:]
		}
	}
	return ""
}

func TestCrawl_flood(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 50, 5000), where one peer names 2,500 addresses in one answer"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 2501)
		n := &told{knows: map[string][]string{list[0]: list[1:]}}
		try := expect.Tried(t, tried)
		results := crawled(unending(), try, n, list[:1], 50, 5000)
		onceEach(try, fmt.Sprintf("a peer can name anything: no more than its first MaxKnown = %d addresses are looked at", crawl.MaxKnown), &n.asked, list[:1+crawl.MaxKnown], results)
	})
}

func TestCrawl_seeds(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 50, 5000) with 1,500 seeds"
	bubble.Test(t, tried, func(t *testing.T) {
		list := addresses(draw.From(t), 1500)
		n := &told{}
		try := expect.Tried(t, tried)
		onceEach(try, "MaxKnown bounds what strangers name: the seeds are the caller's own, and all of them count", &n.asked, list, crawled(unending(), try, n, list, 50, 5000))
	})
}

func TestCrawl_most(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 5, 300), where every peer invents new addresses"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 3)
		a := &asked{}
		var next atomic.Int64
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		visit := func(ctx context.Context, address string) (version.Version, []string, error) {
			v, err := a.ask(ctx, address)
			if a.seen().calls > 1000 {
				cancel() // enough to see that it would go on forever
			}
			var first int64
			bubble.Unseen(func() { first = next.Add(10) - 10 })
			var known []string
			for i := first; i < first+10; i++ {
				known = append(known, fmt.Sprintf("127.%d.%d.%d:1000", 1+i/60000, i/250%240, 1+i%250))
			}
			return v, known, err
		}
		try := expect.Tried(t, tried).Why("a liar never runs out of addresses: only a bound on the visits, seeds included, ends the crawl")
		results := crawl.Crawl(ctx, visit, list, 5, 300)
		try.Equal("visits", a.seen().calls, 300)
		try.Equal("number of results", len(results), 300)
	})
}

func TestCrawl_mostNone(t *testing.T) {
	for _, most := range []int{0, -1} {
		tried := fmt.Sprintf("Crawl(ctx, visit, seeds, 5, %d)", most)
		bubble.Test(t, tried, func(t *testing.T) {
			n := &told{}
			try := expect.Tried(t, "%s", tried)
			results := crawled(unending(), try, n, addresses(draw.From(t), 3), 5, most)
			try.Why("no more than most addresses are visited, and most is no more than 0: none is")
			try.Equal("visits", n.seen().calls, 0)
			try.Equal("number of results", len(results), 0)
		})
	}
}

func TestCrawl_busy(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 4, 1000), where one seed takes ten hours and the other names many"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 42)
		n := &told{knows: map[string][]string{list[1]: list[2:]}}
		n.took = func(address string) time.Duration {
			if address == list[0] {
				return 10 * time.Hour
			}
			return time.Minute
		}
		try := expect.Tried(t, tried)
		start := time.Now()
		results := crawled(unending(), try, n, list[:2], 4, 1000)
		onceEach(try, whyOnceEach, &n.asked, list, results)
		try.Why("the 40 that the second seed names keep three workers busy for a quarter of an hour, while the first seed is still being visited")
		var last time.Time
		for _, r := range results {
			if r.Address != list[0] && r.End.After(last) {
				last = r.End
			}
		}
		try.True(last.Sub(start) <= 20*time.Minute, fmt.Sprintf("the last of them was done after %v", last.Sub(start)), "what a peer tells is visited without waiting for others")
	})
}

func TestCrawl_cancelled(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 8, 1000), where ctx is cancelled after 150s and each visit takes a minute"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 200)
		n := drawTold(d, list)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(150*time.Second, cancel)
		try := expect.Tried(t, tried)
		start := time.Now()
		n.lag = 100 * time.Millisecond // from the cancelling to the end of a visit
		results := crawl.Crawl(ctx, n.visit, list[:30], 8, 1000)
		try.Why("when ctx ends, no visit is started any more, and those under way are cut short")
		try.True(time.Since(start) <= 151*time.Second, fmt.Sprintf("it returned after %v", time.Since(start)), "it returns within a second of the cancelling")
		try.True(n.seen().late == 0, fmt.Sprintf("%d peers were visited after ctx had ended", n.seen().late), "no more peers are visited")
		settled(try, &n.asked)
		try.Why("each visit has a result: 16 had ended, 8 were under way, and the others had not started").Equal("number of results", len(results), 24)
		answered := 0
		for _, r := range results {
			if r.Err == nil {
				answered++
				continue
			}
			cancelled(try, "the result of "+r.Address, r)
		}
		try.Why("an answer that came before ctx ended is kept").Equal("peers that had answered by then, in the results", answered, 16)
	})
}

func TestCrawl_none(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 8, 1000) without seeds"
	bubble.Test(t, tried, func(t *testing.T) {
		n := &told{}
		expect.Tried(t, tried).Why("without seeds nobody names anybody").Equal("number of results", len(crawl.Crawl(unending(), n.visit, nil, 8, 1000)), 0)
	})
}

// What a result holds, and which addresses are different ones.
func TestCrawl_results(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 1, 1000), where peers differ in nothing but the port, and one fails and names a version anyway"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := []string{"127.3.2.1:8333", "127.3.2.1:8334", "127.3.2.1:18333", "[2001:db8::7]:8333"}
		a := &asked{}
		visit := func(ctx context.Context, address string) (version.Version, []string, error) {
			a.ask(ctx, address)
			if address == list[1] {
				return versionOf(address), nil, errFake
			}
			return versionOf(address), list, nil
		}
		pass(time.Duration(d.Between(1, 999)) * time.Millisecond)
		start := time.Now()
		try := expect.Tried(t, tried)
		results := crawl.Crawl(unending(), visit, list[:1], 1, 1000)
		try.Why("an address is an IP and a port: several nodes may share one host")
		try.Equal("number of results", len(results), len(list))
		at := map[time.Duration]bool{}
		for _, r := range results {
			if r.Address == list[1] {
				try.Why(whyZero).True(r.Err != nil && r.Version == version.Version{}, fmt.Sprintf("Version %v beside Err = %v", r.Version.UserAgent, expect.Error(r.Err)), "the error, and the zero Version")
			} else {
				right(try, a, "the result of "+r.Address, r)
			}
			try.Why("Start and End are the times of the visit, each of which takes a minute")
			try.Equal("minutes from Start to End", r.End.Sub(r.Start).Minutes(), 1.0)
			at[r.Start.Sub(start)] = true
		}
		try.Why("one worker visits one peer after another, and starts the next when it is done with the one before")
		for i := range list {
			try.True(at[time.Duration(i)*time.Minute], fmt.Sprintf("no visit that starts after %d minutes", i), "one visit after the other")
		}
	})
}

// The first so many are looked at, of whatever use they are.
func TestCrawl_firstOfMany(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 50, 5000), where a peer names MaxKnown+300 addresses, many of them of no use or told before"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 800)
		knows := []string{}
		for len(knows) < crawl.MaxKnown+300 {
			switch d.IntN(4) {
			case 0:
				knows = append(knows, "nonsense")
			case 1:
				knows = append(knows, list[0])
			default:
				knows = append(knows, list[d.IntN(len(list))])
			}
		}
		want := []string{list[0]}
		for _, k := range knows[:crawl.MaxKnown] {
			if k != "nonsense" && !slices.Contains(want, k) {
				want = append(want, k)
			}
		}
		n := &told{knows: map[string][]string{list[0]: knows}}
		try := expect.Tried(t, tried)
		results := crawled(unending(), try, n, list[:1], 50, 5000)
		onceEach(try, fmt.Sprintf("the first MaxKnown = %d addresses are looked at, whether they are of use or not", crawl.MaxKnown), &n.asked, want, results)
	})
}

func TestCrawl_seedsUnchanged(t *testing.T) {
	const tried = "Crawl(ctx, visit, seeds, 2, 100), where seeds are the first two of an array of five, the first of them no address"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 5)
		seeds := []string{"no address", list[0], "a", "b", "c"}
		given := slices.Clone(seeds)
		n := &told{knows: map[string][]string{list[0]: list[1:]}}
		try := expect.Tried(t, tried)
		crawled(unending(), try, n, seeds[:2], 2, 100)
		settled(try, &n.asked)
		try.Why("the seeds are the caller's, and so is the array that they are in: a queue needs a slice of its own")
		try.Shows("the array afterwards", expect.List(seeds), expect.List(given))
	})
}
