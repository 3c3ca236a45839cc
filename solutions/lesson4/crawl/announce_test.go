package crawl_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

// paper is a writer that takes its time for each byte, and notes who comes while
// somebody is writing.
type paper struct {
	perByte time.Duration
	failAt  int // after that many bytes it takes no more; 0 is never

	mu     sync.Mutex
	busy   bool
	clash  bool
	text   bytes.Buffer
	failed bool
	after  bool // somebody wrote after a failure
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	p.clash = p.clash || p.busy
	p.busy = true
	p.after = p.after || p.failed
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.busy = false
		p.mu.Unlock()
	}()
	for i := range b {
		if p.perByte > 0 {
			pass(p.perByte)
		}
		p.mu.Lock()
		if p.failAt > 0 && p.text.Len() >= p.failAt {
			p.failed = true
			p.mu.Unlock()
			return i, errFake
		}
		p.text.WriteByte(b[i])
		p.mu.Unlock()
	}
	return len(b), nil
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

const whyWriter = "the error is that of w: a peer that failed, or a ctx that has ended, is in the results"

func TestAnnounce(t *testing.T) {
	const tried = "Announce(ctx, ask, addresses, w) with a slow w, where all peers answer at the same time"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(15, 30))
		a := &asked{fails: some(d, list)}
		w := &paper{perByte: time.Millisecond}
		try := expect.Tried(t, tried)
		results, err := crawl.Announce(unending(), a.ask, list, w)
		try.Why(whyWriter).NoError(err)
		settled(try, a)
		whole(try, w.String(), results)
		try.Why("a writer is made for one goroutine at a time: let one write, and the others send it their lines")
		try.True(!w.clash, "two goroutines wrote to w at the same time", "never two at a time")
		try.Why("")
		inOrder(try, a, list, results)
		askedOnce(try, a, list)
	})
}

// whole wants the text to be the results' lines, whole and in any order.
func whole(try *expect.Try, text string, results []crawl.Result) {
	lines := map[string]int{}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		lines[line]++
	}
	for _, r := range results {
		want := r.String()
		if lines[want] == 1 {
			delete(lines, want)
			continue
		}
		got := "no such line"
		try.Why("each result has its line, that of a peer that failed too, and Announce returns when the last one is written")
		for line := range lines {
			if line != "" && !slices.ContainsFunc(results, func(r crawl.Result) bool { return line == r.String() }) {
				got = fmt.Sprintf("%q", line)
				try.Why("two goroutines that write at the same time mix their bytes: let one goroutine write whole lines")
			}
		}
		if lines[want] > 1 {
			got = fmt.Sprintf("%d times %q", lines[want], want)
		}
		try.Fail("among the lines: "+got, fmt.Sprintf("one line %q", want))
	}
	try.Why("a line is a result and a newline, and there is no other")
	for line := range lines {
		try.Fail(fmt.Sprintf("a line too many: %q", line), fmt.Sprintf("a line for each of the %d peers", len(results)))
	}
	try.True(strings.HasSuffix(text, "\n"), "no newline at the end", "a newline after each line")
	try.Why("")
}

func TestAnnounce_asSoonAsThere(t *testing.T) {
	const tried = "Announce(ctx, ask, addresses, w), where one peer answers after the other"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(6, 12))
		after := map[string]time.Duration{}
		for i, j := range d.Perm(len(list)) {
			after[list[j]] = time.Duration(i+1) * time.Minute
		}
		a := &asked{took: func(address string) time.Duration { return after[address] }}
		w := &paper{}
		seen := make(chan int, 1)
		half := len(list) / 2
		time.AfterFunc(time.Duration(half)*time.Minute+30*time.Second, func() { seen <- strings.Count(w.String(), "\n") })
		try := expect.Tried(t, tried)
		_, err := crawl.Announce(unending(), a.ask, list, w)
		try.Why(whyWriter).NoError(err)
		pass(time.Minute)
		try.Why("a line is written as soon as its result is there, because thousands of peers take a while")
		try.Equal(fmt.Sprintf("lines when %d of %d peers have answered", half, len(list)), <-seen, half)
		try.Why("Announce returns when the last line is written").Equal("lines when it returned", strings.Count(w.String(), "\n"), len(list))
	})
}

func TestAnnounce_writerFails(t *testing.T) {
	const tried = "Announce(ctx, ask, addresses, w), where w fails in the middle of a line"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(10, 20))
		a := &asked{took: func(address string) time.Duration { return time.Duration(versionOf(address).Nonce%60) * time.Minute }}
		w := &paper{failAt: d.Between(100, 200)}
		try := expect.Tried(t, tried)
		results, err := crawl.Announce(unending(), a.ask, list, w)
		try.Why("the caller has to know that lines are missing: the first error of w comes with the results")
		try.True(expect.Is(err, errFake), expect.Error(err), "the error of w")
		try.Why("a text with a hole in it misleads: after an error nothing more is written")
		try.True(!w.after, "more was written to w after it had failed", "nothing more is written")
		settled(try, a)
		for i, r := range results {
			try.Why("a writer that fails does not end the asking: the results do not depend on it")
			try.True(!expect.Is(r.Err, context.Canceled), fmt.Sprintf("results[%d].Err = %v", i, expect.Error(r.Err)), "no end of a context: nobody has cancelled ctx")
		}
		inOrder(try, a, list, results)
	})
}

// An error is w's: that ctx has ended is said in the results.
func TestAnnounce_cancelled(t *testing.T) {
	const tried = "Announce(ctx, ask, addresses, w), where ctx is cancelled after 90s and each peer takes a minute or two"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(10, 20))
		a := &asked{took: func(address string) time.Duration { return time.Duration(1+versionOf(address).Nonce%2) * time.Minute }}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(90*time.Second, cancel)
		w := &paper{}
		try := expect.Tried(t, tried)
		results, err := crawl.Announce(ctx, a.ask, list, w)
		try.Why(whyWriter)
		try.NoError(err)
		settled(try, a)
		try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(list))
		for i, r := range results {
			try.Why(whyPlace).Equal(fmt.Sprintf("results[%d].Address", i), r.Address, list[i])
			if versionOf(r.Address).Nonce%2 == 0 {
				right(try, a, fmt.Sprintf("results[%d]", i), r)
			} else {
				cancelled(try, fmt.Sprintf("results[%d]", i), r)
			}
		}
		whole(try, w.String(), results)
	})
}
