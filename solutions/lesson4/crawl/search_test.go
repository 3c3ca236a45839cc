package crawl_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

// tested is work that takes a second for each nonce, and keeps count.
type tested struct {
	good      func(nonce uint64) bool
	now, peak atomic.Int64
}

func (w *tested) test(nonce uint64) bool {
	bubble.Unseen(func() {
		now := w.now.Add(1)
		for old := w.peak.Load(); now > old && !w.peak.CompareAndSwap(old, now); {
			old = w.peak.Load()
		}
	})
	pass(time.Second)
	bubble.Unseen(func() { w.now.Add(-1) })
	return w.good(nonce)
}

const whyNoCtxError = "a search fails only if ctx ends, and it has not"

// The worker that is first to find something may not be the one to find the smallest.
func TestSearch_laterIsSooner(t *testing.T) {
	const tried = "Search(ctx, good, 4), where the worker with the smallest good nonce is the slowest"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		want := uint64(4 * d.Between(5, 20)) // worker 0's
		try := expect.Tried(t, tried)
		got, err := crawl.Search(unending(), func(nonce uint64) bool {
			if nonce%4 == 0 {
				pass(time.Minute)
			} else {
				pass(time.Second)
			}
			return nonce >= want
		}, 4)
		try.Why(whyNoCtxError).NoError(err)
		try.Why("the first nonce that is found need not be the smallest: the search ends when all smaller ones have been tried")
		try.Equal("nonce", got, want)
	})
}

func TestSearch(t *testing.T) {
	for _, n := range []int{1, 2, 5, 16} {
		tried := fmt.Sprintf("Search(ctx, good, %d), where a call of good takes a second", n)
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				want := uint64(d.Between(100, 300))
				more := uint64(d.Between(1, 20)) // behind the smallest, others are good too
				w := &tested{good: func(nonce uint64) bool { return nonce == want || nonce >= want+more }}
				try := expect.Tried(t, "%s and the smallest good nonce is %d", tried, want)
				start := time.Now()
				got, err := crawl.Search(unending(), w.test, n)
				took := time.Since(start)
				now, peak := int(w.now.Load()), int(w.peak.Load())
				try.Why(whyNoCtxError).NoError(err)
				try.Why("several workers may find good nonces, in any order: the answer is the smallest of them")
				try.Equal("nonce", got, want)
				try.Why("n workers call good n times at a time, at most: more would not make n processors faster")
				try.True(peak <= n, fmt.Sprintf("%d calls of good at a time", peak), fmt.Sprintf("at most %d", n))
				try.Why("a function is not done before its goroutines are: it waits for each of them").Equal("calls still under way", now, 0)
				try.Why("n workers need an n-th of the time: here %d nonces come before the answer, and %d workers share them", want, n)
				full := time.Duration(int(want)/n+1) * time.Second
				try.True(took <= 2*full+2*time.Second, fmt.Sprintf("it took %v", took), fmt.Sprintf("it takes about %v", full))
			})
		})
	}
}

func TestSearch_cancelled(t *testing.T) {
	const tried = "Search(ctx, good, 3), where good is never true and ctx is cancelled after 90s"
	bubble.Test(t, tried, func(t *testing.T) {
		w := &tested{good: func(uint64) bool { return false }}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(90*time.Second+time.Millisecond, cancel)
		// Code that does not look at ctx searches forever, even here: that much we stop.
		good := func(nonce uint64) bool { return w.test(nonce) || nonce > 3000 }
		try := expect.Tried(t, tried)
		start := time.Now()
		_, err := crawl.Search(ctx, good, 3)
		took := time.Since(start)
		try.Why("nobody can stop a goroutine from outside: each worker looks at ctx before it calls good again")
		try.True(took <= 92*time.Second, fmt.Sprintf("it returned after %v", took), "it returns when the calls under way are done, within a second")
		try.Why("if ctx ends before the answer is certain, the error is ctx's").ErrorIs(err, context.Canceled, "context.Canceled")
	})
}
