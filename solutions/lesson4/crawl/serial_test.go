package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"
)

func TestGetVersions(t *testing.T) {
	const tried = "GetVersions(ctx, ask, addresses), where some of the peers fail"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(8, 20))
		failing := some(d, list)
		a := &asked{fails: func(address string) bool { return address == list[0] || failing(address) }}
		ask := func(ctx context.Context, address string) (version.Version, error) {
			v, err := a.ask(ctx, address)
			if address == list[0] { // its own time was up, and nobody else's
				err = fmt.Errorf("%w: %w", err, context.DeadlineExceeded)
			}
			return v, err
		}
		try := expect.Tried(t, tried)
		start := time.Now()
		given := slices.Clone(list)
		results := crawl.GetVersions(unending(), ask, given)
		try.Why("the caller owns the slice and may still need it").Equal("addresses, afterwards", given, list)
		inOrder(try, a, list, results)
		askedOnce(try, a, list)
		try.Why("one peer is asked after another, and each took a minute").Equal("peers asked at a time", a.seen().peak, 1)
		for i, r := range results {
			try.Equal(fmt.Sprintf("results[%d].Start, since the call", i), r.Start.Sub(start), time.Duration(i)*time.Minute)
			try.Equal(fmt.Sprintf("results[%d].End, since the call", i), r.End.Sub(start), time.Duration(i+1)*time.Minute)
		}
	})
}

func TestGetVersions_none(t *testing.T) {
	try := expect.Tried(t, "GetVersions(ctx, ask, addresses) of no addresses, and then of one")
	a := &asked{took: func(string) time.Duration { return 0 }}
	try.Why("each address has one result: no addresses have none")
	try.Equal("number of results", len(crawl.GetVersions(unending(), a.ask, nil)), 0)
	try.Equal("number of results", len(crawl.GetVersions(unending(), a.ask, []string{"127.0.0.1:1"})), 1)
}

func TestGetVersions_cancelled(t *testing.T) {
	const tried = "GetVersions(ctx, ask, addresses), where ctx is cancelled while a peer is asked"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(8, 20))
		done := d.Between(2, 6)
		a := &asked{}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(time.Duration(done)*time.Minute+30*time.Second, cancel)
		try := expect.Tried(t, tried)
		results := crawl.GetVersions(ctx, a.ask, list)
		try.Why("a peer that is not asked has a result too: ctx's error is its error")
		try.Equal("number of results", len(results), len(list))
		for i, r := range results {
			try.Why(whyPlace).Equal(fmt.Sprintf("results[%d].Address", i), r.Address, list[i])
			if i < done {
				right(try, a, fmt.Sprintf("results[%d]", i), r)
			} else {
				cancelled(try, fmt.Sprintf("results[%d]", i), r)
			}
		}
		try.Why("once ctx has ended, no more peers are asked: here %d peers had answered, and the next one was under way", done)
		try.Equal("peers asked", a.seen().calls, done+1)
	})
}

func TestGetVersions_do(t *testing.T) {
	const tried = "ask.Do(ctx, address), where ask returns an error and a Version with something in it"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		address := addresses(d, 1)[0]
		took := time.Duration(d.Between(1, 1000)) * time.Millisecond
		ask := crawl.Ask(func(context.Context, string) (version.Version, error) {
			pass(took)
			return versionOf(address), errFake
		})
		try := expect.Tried(t, tried)
		pass(time.Duration(d.Between(1, 999)) * time.Millisecond)
		start := time.Now()
		r := ask.Do(unending(), address)
		try.Why("a result says whose it is").Equal("Result.Address", r.Address, address)
		try.Why("a peer that failed says so: the error of asking it is kept in its result")
		try.True(expect.Is(r.Err, errFake), "Result.Err = "+expect.Error(r.Err), "the error of ask")
		try.Why(whyZero)
		try.True(r.Version == version.Version{}, "Result.Version with something in it", "the zero Version where Err is not nil")
		try.Why("Start and End are the times just before and just after the asking, of one that failed too")
		try.Equal("Result.Start, since the call", r.Start.Sub(start), time.Duration(0))
		try.Equal("Result.End, since the call", r.End.Sub(start), took)
	})
}

func TestGetVersions_doCancelled(t *testing.T) {
	const tried = "ask.Do(ctx, address), with a ctx that has ended already"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		a := &asked{}
		try := expect.Tried(t, tried)
		now := time.Now()
		r := crawl.Ask(a.ask).Do(ctx, "127.0.0.1:8333")
		try.Why("once ctx has ended, no more peers are asked").Equal("times that ask was called", a.seen().calls, 0)
		try.Why("a result says whose it is").Equal("Result.Address", r.Address, "127.0.0.1:8333")
		cancelled(try, "Result", r)
		try.Why("what was not asked took no time").True(r.Start.Equal(now) && r.End.Equal(now), fmt.Sprintf("Start and End are %v and %v", r.Start, r.End), "both times are now")
	})
}

func TestGetVersions_doLate(t *testing.T) {
	const tried = "ask.Do(ctx, address), where ctx's deadline has passed"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		pass(time.Minute)
		a := &asked{}
		try := expect.Tried(t, tried)
		r := crawl.Ask(a.ask).Do(ctx, "127.0.0.1:8333")
		try.Why("once ctx has ended, no more peers are asked").Equal("times that ask was called", a.seen().calls, 0)
		try.Why("a context ends in two ways, by a call of cancel or by its deadline: ctx.Err() says which")
		try.ErrorIs(r.Err, context.DeadlineExceeded, "context.DeadlineExceeded")
	})
}

// What a peer has answered is not to be thrown away because ctx has ended since.
func TestGetVersions_doAnswered(t *testing.T) {
	const tried = "ask.Do(ctx, address), where ctx ends just before ask returns a version"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		const address = "127.0.0.1:8333"
		try := expect.Tried(t, tried).Why("an answer that has arrived is the peer's result, even if ctx has ended since")
		r := crawl.Ask(func(context.Context, string) (version.Version, error) {
			cancel()
			return versionOf(address), nil
		}).Do(ctx, address)
		try.NoError(r.Err)
		try.Equal("Result.Version.Nonce", r.Version.Nonce, versionOf(address).Nonce)
	})
}

// errCause is why somebody cancelled a context.
var errCause = errors.New("the user has closed the window")

const whyNoCause = "ctx's error is ctx.Err(): context.Cause is what somebody else gave as a reason, and a caller who asks for context.Canceled does not know it"

// caused is a context that was cancelled with a cause.
func caused() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errCause)
	return ctx
}
