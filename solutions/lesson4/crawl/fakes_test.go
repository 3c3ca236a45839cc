package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"

	"go.uber.org/goleak"
)

// These are the errors that these tests tell apart.
var _ = expect.Apart(map[string]error{
	"ErrNoVersion":             crawl.ErrNoVersion,
	"ErrWorker":                crawl.ErrWorker,
	"framing.ErrMagic":         framing.ErrMagic,
	"framing.ErrCommand":       framing.ErrCommand,
	"framing.ErrTooLarge":      framing.ErrTooLarge,
	"framing.ErrChecksum":      framing.ErrChecksum,
	"context.Canceled":         context.Canceled,
	"context.DeadlineExceeded": context.DeadlineExceeded,
})

// pass lets time pass: within a bubble none of it is real.
func pass(d time.Duration) { <-time.After(d) }

// addresses draws n different addresses of loopback.
func addresses(d *draw.Source, n int) []string {
	seen := map[string]bool{}
	var list []string
	for len(list) < n {
		a := fmt.Sprintf("127.%d.%d.%d:%d", d.Between(1, 254), d.Between(0, 255), d.Between(1, 254), d.Between(1024, 65535))
		if !seen[a] {
			seen[a] = true
			list = append(list, a)
		}
	}
	return list
}

// unending is a context that can end and does not: a goroutine that waits for
// its end is left when the test is over. The test's own context ends before
// anybody counts.
func unending() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel // called by nobody
	return ctx
}

var errFake = errors.New("nobody at home")

// asked is an Ask: it takes its time, succeeds or fails, and keeps count.
type asked struct {
	took  func(address string) time.Duration // a minute, if nil
	fails func(address string) bool          // nobody, if nil
	lag   time.Duration                      // from the end of ctx to its return
	tally
}

// ask makes its answer before the time passes: after that nothing puts two
// callers in an order.
func (a *asked) ask(ctx context.Context, address string) (version.Version, error) {
	a.begin(address, ctx.Err() != nil)
	defer a.end()
	d := a.takes(address)
	v, err := versionOf(address), error(nil)
	if a.failing(address) {
		v, err = version.Version{}, fmt.Errorf("%s: %w", address, errFake)
		if versionOf(address).Nonce%2 == 0 { // its own time was up, and nobody else's
			err = fmt.Errorf("%w: %w", err, context.DeadlineExceeded)
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return v, err
	case <-ctx.Done():
		if a.lag > 0 {
			pass(a.lag)
		}
		return version.Version{}, ctx.Err()
	}
}

func (a *asked) takes(address string) time.Duration {
	if a.took != nil {
		return a.took(address)
	}
	return time.Minute
}

func (a *asked) failing(address string) bool { return a.fails != nil && a.fails(address) }

// versionOf is what the peer at an address says: something else at each.
func versionOf(address string) version.Version {
	h := fnv.New64a()
	h.Write([]byte(address))
	n := h.Sum64()
	return version.Version{Protocol: 70016, Nonce: n, UserAgent: fmt.Sprintf("/peer:%d/", n%1000), StartHeight: int32(n % 900_000)}
}

// some draws which of the addresses fail: about one in three, one at least.
func some(d *draw.Source, addresses []string) func(string) bool {
	failing := map[string]bool{addresses[d.IntN(len(addresses))]: true}
	for _, a := range addresses {
		if d.IntN(3) == 0 {
			failing[a] = true
		}
	}
	return func(a string) bool { return failing[a] }
}

// What follows gives its own reasons, and leaves none to what comes after it.

// settled wants nobody to be asked any more. It lets every goroutine come to
// where it waits, so that what is read after it is not written any more.
func settled(try *expect.Try, a *asked) {
	synctest.Wait()
	try.Why("a function is not done before its goroutines are: it waits for each of them, for those that it has cancelled too")
	try.Equal("peers still being asked when it returned", a.seen().now, 0)
	try.Why("")
}

const (
	whyNobodyLeftOut = "a peer that failed has a result too, with its error: nobody is left out"
	whyPlace         = "result i is of addresses[i]: a caller finds a peer's result by its place"
	whyUnwritten     = "an empty result is one that nothing was written to: each address has its own, and all are there when the function returns"
	whyZero          = "with an error comes the zero value: a caller that overlooks the error must not mistake the rest for an answer"
)

// inOrder wants result i to be of addresses[i], each with what its peer said.
func inOrder(try *expect.Try, a *asked, addresses []string, results []crawl.Result) {
	try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(addresses))
	for i, r := range results {
		if try.Why(whyPlace); r.Address == "" {
			try.Why(whyUnwritten)
		}
		try.Equal(fmt.Sprintf("results[%d].Address", i), r.Address, addresses[i])
		right(try, a, fmt.Sprintf("results[%d]", i), r)
	}
}

// right wants a result to be what the fake peer said, and when.
func right(try *expect.Try, a *asked, name string, r crawl.Result) {
	if a.failing(r.Address) {
		try.Why("a peer that failed says so: the error of asking it is kept in its result")
		try.True(expect.Is(r.Err, errFake), fmt.Sprintf("%s.Err = %v", name, expect.Error(r.Err)), fmt.Sprintf("the error that asking %s gave: %q", r.Address, errFake))
	} else {
		try.Why("each result is of one peer alone: what happens to another one does not change it")
		try.True(r.Err == nil, fmt.Sprintf("%s.Err = %v", name, expect.Error(r.Err)), "no error: this peer answered")
		try.Why("the result of a peer holds what that peer said")
		try.Equal(name+".Version.Nonce", r.Version.Nonce, versionOf(r.Address).Nonce)
		try.Equal(name+".Version.UserAgent", r.Version.UserAgent, versionOf(r.Address).UserAgent)
	}
	try.Why("Start and End are the times just before and just after the asking of this peer, as Ask.Do notes them: a timeline is drawn from them")
	try.True(!r.Start.IsZero() && r.End.Sub(r.Start) == a.takes(r.Address), fmt.Sprintf("%s: Start %s, End %s", name, clock(r.Start), clock(r.End)),
		fmt.Sprintf("an End that is %v after Start", a.takes(r.Address)))
	try.Why("")
}

// clock shows a time of day, or that there is none.
func clock(t time.Time) string {
	if t.IsZero() {
		return "is not set"
	}
	return t.UTC().Format("15:04:05.000")
}

const whyOnceEach = "each address has one result: a peer that failed is not left out, and none comes twice"

// onceEach wants the results to be of all addresses, in any order, each once,
// for a reason that the caller knows.
func onceEach(try *expect.Try, why string, a *asked, addresses []string, results []crawl.Result) {
	try.Why("%s", why)
	count := map[string]int{}
	for _, r := range results {
		count[r.Address]++
		try.True(slices.Contains(addresses, r.Address), fmt.Sprintf("a result of address %q", r.Address), "no result of this address")
	}
	for _, address := range addresses {
		try.True(count[address] == 1, fmt.Sprintf("%d results of %s, of %d results in all", count[address], address, len(results)), "one result for each address")
	}
	for _, r := range results {
		right(try, a, "the result of "+r.Address, r)
	}
	try.Why("")
}

// askedOnce wants every address to have been asked once, and nobody else.
func askedOnce(try *expect.Try, a *asked, addresses []string) {
	try.Why("each address is asked once: a second time costs the peer another connection and tells nothing new")
	for _, address := range addresses {
		try.True(a.of(address) == 1, fmt.Sprintf("%s was asked %d times", address, a.of(address)), "each address is asked once")
	}
	try.Equal("addresses asked", a.different(), len(addresses))
	try.Why("")
}

// received reads a channel of results to its end. It gives up when nothing has
// come for ten hours of injected time, or if there are more than most.
func received(try *expect.Try, results <-chan crawl.Result, most int) []crawl.Result {
	if results == nil {
		try.Why("a range over a nil channel waits forever")
		try.Fail("a nil channel", "a channel on which the results arrive")
	}
	var all []crawl.Result
	for {
		select {
		case r, ok := <-results:
			if !ok {
				return all
			}
			if all = append(all, r); len(all) > most {
				try.Why("each address has one result, and after the last one the channel is closed")
				try.Fail(fmt.Sprintf("more than %d results", most), fmt.Sprintf("%d results, and then a closed channel", most))
			}
		case <-time.After(10 * time.Hour):
			try.Why("a range over the channel waits forever if a result is missing, or if nobody closes it")
			try.Fail(fmt.Sprintf("%d results, then nothing more, and the channel is open", len(all)), fmt.Sprintf("%d results, and then a closed channel", most))
		}
	}
}

// cancelled wants a result to say that its context was cancelled.
func cancelled(try *expect.Try, name string, r crawl.Result) {
	try.Why("a result that the end of ctx cut off has ctx's error: a caller can tell it from that of a peer that failed")
	try.True(expect.Is(r.Err, context.Canceled), fmt.Sprintf("%s.Err = %v", name, expect.Error(r.Err)), expect.Wraps("context.Canceled"))
	try.Why("")
}

// noneLeft returns a function that wants every goroutine that was started since
// to have ended. It is for tests outside of a bubble, which sees to it by itself.
func noneLeft(t *testing.T, tried string) func() {
	before := goleak.IgnoreCurrent()
	return func() {
		t.Helper()
		if t.Failed() {
			return
		}
		err := goleak.Find(before)
		for start := time.Now(); err != nil && time.Since(start) < patience; { // on a busy machine, ending takes a while
			err = goleak.Find(before)
		}
		if err != nil {
			left := strings.TrimSpace(err.Error())
			expect.Tried(t, "%s", tried).Why("a goroutine that outlives its function keeps what it uses: memory, a connection, a process").Fail("goroutines are left when it has returned: "+left[:min(len(left), 300)], "every goroutine has ended")
		}
	}
}
