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
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"

	"go.uber.org/goleak"
)

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
	d := time.Minute
	if a.took != nil {
		d = a.took(address)
	}
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

// settled wants nobody to be asked any more. It lets every goroutine come to
// where it waits, so that what is read after it is not written any more.
func settled(try *expect.Try, a *asked) {
	synctest.Wait()
	try.Equal("peers still being asked when it returned", a.seen().now, 0)
}

// inOrder wants result i to be of addresses[i], each with what its peer said.
func inOrder(try *expect.Try, a *asked, addresses []string, results []crawl.Result) {
	try.Equal("number of results", len(results), len(addresses))
	for i, r := range results {
		try.Equal(fmt.Sprintf("results[%d].Address", i), r.Address, addresses[i])
		right(try, a, fmt.Sprintf("results[%d]", i), r)
	}
}

// right wants a result to be what the fake peer said.
func right(try *expect.Try, a *asked, name string, r crawl.Result) {
	if a.failing(r.Address) {
		try.True(expect.Is(r.Err, errFake), fmt.Sprintf("%s.Err = %v", name, expect.Error(r.Err)), fmt.Sprintf("the error that asking %s gave: %q", r.Address, errFake))
		return
	}
	try.True(r.Err == nil, fmt.Sprintf("%s.Err = %v", name, expect.Error(r.Err)), "no error: this peer answered")
	try.Equal(name+".Version.Nonce", r.Version.Nonce, versionOf(r.Address).Nonce)
	try.Equal(name+".Version.UserAgent", r.Version.UserAgent, versionOf(r.Address).UserAgent)
}

// onceEach wants the results to be of all addresses, in any order, each once.
func onceEach(try *expect.Try, a *asked, addresses []string, results []crawl.Result) {
	count := map[string]int{}
	for _, r := range results {
		count[r.Address]++
		try.True(slices.Contains(addresses, r.Address), fmt.Sprintf("a result of address %q", r.Address), "only results of the addresses that were given")
	}
	for _, address := range addresses {
		try.True(count[address] == 1, fmt.Sprintf("%d results of %s, of %d results in all", count[address], address, len(results)), "one result for each address")
	}
	for _, r := range results {
		right(try, a, "the result of "+r.Address, r)
	}
}

// askedOnce wants every address to have been asked once, and nobody else.
func askedOnce(try *expect.Try, a *asked, addresses []string) {
	for _, address := range addresses {
		try.True(a.of(address) == 1, fmt.Sprintf("%s was asked %d times", address, a.of(address)), "each address is asked once")
	}
	try.Equal("addresses asked", a.different(), len(addresses))
}

// received reads a channel of results to its end. It gives up when nothing has
// come for ten hours of injected time, or if there are more than most.
func received(try *expect.Try, results <-chan crawl.Result, most int) []crawl.Result {
	if results == nil {
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
	try.True(expect.Is(r.Err, context.Canceled), fmt.Sprintf("%s.Err = %v", name, expect.Error(r.Err)), "an error for which errors.Is(err, context.Canceled) holds")
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
			expect.Tried(t, "%s", tried).Fail("goroutines are left when it has returned: "+left[:min(len(left), 300)], "every goroutine has ended")
		}
	}
}
