package crawl_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

func TestSearch_first(t *testing.T) {
	for _, n := range []int{1, 4} {
		try := expect.Tried(t, "Search(ctx, good, %d), where every nonce is good", n)
		got, err := crawl.Search(unending(), func(uint64) bool { return true }, n)
		try.Why(whyNoCtxError).NoError(err)
		try.Why("0 is a nonce too, and the smallest").Equal("nonce", got, uint64(0))
	}
}

// Which nonces are tried, and when.
func TestSearch_tries(t *testing.T) {
	const tried = "Search(ctx, good, 4), where calls of good take random times, and which nonces it tries"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		want := uint64(d.Between(50, 100))
		var took [4096]time.Duration
		for i := range took {
			took[i] = time.Duration(1+d.IntN(60_000)) * time.Millisecond
		}
		var mu sync.Mutex
		calls := map[uint64]int{}
		known := uint64(1 << 63) // the smallest good nonce that was found a while ago
		beyond := uint64(0)
		good := func(nonce uint64) bool {
			mu.Lock()
			calls[nonce]++
			if nonce > known {
				beyond = nonce
			}
			mu.Unlock()
			pass(took[nonce%4096])
			if nonce != want && nonce < want+1000 {
				return false
			}
			time.AfterFunc(time.Microsecond, func() { // once the worker has had time to say so
				mu.Lock()
				defer mu.Unlock()
				known = min(known, nonce)
			})
			return true
		}
		got, err := crawl.Search(unending(), good, 4)
		pass(time.Second)
		try := expect.Tried(t, tried)
		try.Why(whyNoCtxError).NoError(err)
		try.Why("the answer is the smallest good nonce, however long the calls take").Equal("nonce", got, want)
		mu.Lock()
		defer mu.Unlock()
		try.Why("the workers share the nonces out: none is left out, and none is tried twice")
		for nonce := range want {
			try.True(calls[nonce] == 1, fmt.Sprintf("nonce %d was tried %d times", nonce, calls[nonce]), "each nonce is tried by one worker, once")
		}
		try.Why("a nonce above a good one cannot be the smallest: a worker that has only such ones left stops")
		try.True(beyond == 0, fmt.Sprintf("%d was tried when a smaller one was known to be good", beyond), "what is greater than a good nonce that is known is not tried")
	})
}

// What is found is not the answer as long as a smaller one may be good.
func TestSearch_stopped(t *testing.T) {
	const tried = "Search(ctx, good, 2), where nonce 3 is good, nonce 0 takes a minute, and ctx is cancelled before that"
	bubble.Test(t, tried, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(30*time.Second, cancel)
		try := expect.Tried(t, tried).Why("a good nonce is not the answer as long as a smaller one is still being tried: if ctx ends then, nobody knows the answer")
		_, err := crawl.Search(ctx, func(nonce uint64) bool {
			if nonce == 0 {
				pass(time.Minute)
			} else {
				pass(time.Second)
			}
			return nonce >= 3
		}, 2)
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		const before = "Search(ctx, good, 1), with a ctx that has ended already"
		called := 0
		try = expect.Tried(t, before).Why("each worker looks at ctx before each call of good, before the first one too")
		_, err = crawl.Search(ctx, func(uint64) bool { called++; return true }, 1)
		try.ErrorIs(err, context.Canceled, "context.Canceled")
		try.Equal("calls of good", called, 0)
	})
}

// Two workers find something in the same moment, again and again: who looks at
// the best and then stores a greater one over it loses the answer.
func TestSearch_meet(t *testing.T) {
	try := expect.Tried(t, "Search(ctx, good, 2), where both workers find a good nonce in the same moment, %d times", meetings)
	try.Why("between a Load and a Store another worker may store a smaller nonce, which is then lost: use CompareAndSwap, or hold a lock around both")
	start, sharp := time.Now(), 0
	more := func(n int) bool {
		took := time.Since(start)
		return n < meetings && took < enough || sharp < sharpMeetings && took < sharpFor && runtime.GOMAXPROCS(0) > 1
	}
	for n := 0; more(n); n++ {
		var inside, waited atomic.Int32
		got, err := crawl.Search(unending(), func(uint64) bool {
			inside.Add(1)
			for spins := 0; inside.Load() < 2 && spins < 2000; spins++ {
				if spins%200 == 199 {
					waited.Add(1)
					runtime.Gosched()
				}
			}
			return true
		}, 2)
		if waited.Load() == 0 {
			sharp++
		}
		try.NoError(err)
		try.Equal("nonce", got, uint64(0))
	}
}

// meetings is often enough to find a gap of some nanoseconds on two processors.
const meetings = 20_000

// A meeting for which neither had to wait long is a sharp one. On a machine that is busy with
// other things they are rare, and so are lost answers: it goes on until there were as
// many of them, or for so long.
const (
	sharpMeetings = 2_000
	sharpFor      = 6 * time.Second
)

// enough is when a machine that is busy with other things has tried often enough: right
// code is not refused for the time that others take.
const enough = 30 * time.Second

func TestSearch_hashes(t *testing.T) {
	d := draw.From(t)
	good := crawl.ZeroBits(d.Bytes(40), 8)
	want := uint64(0)
	for !good(want) {
		if want++; want > 100_000 {
			expect.Tried(t, "setting up: framing.Hash256 of 100,000 inputs").Fail("no hash that begins with 8 zero bits", "about 390 of them")
		}
	}
	for _, n := range []int{0, 1, 3, 8} {
		try := expect.Tried(t, "Search(ctx, good, %d), where good looks for a hash that begins with 8 zero bits", n)
		got, err := crawl.Search(unending(), good, n)
		try.Why(whyNoCtxError).NoError(err)
		if try.Why("the answer is the same for every number of workers"); n < 1 {
			try.Why("an n below 1 counts as 1: without a worker no nonce is tried")
		}
		try.Equal("nonce", got, want)
	}
}

func TestSearch_belowOne(t *testing.T) {
	const tried = "Search(ctx, good, -3), where a call of good takes a second"
	bubble.Test(t, tried, func(t *testing.T) {
		want := uint64(draw.From(t).Between(5, 20))
		w := &tested{good: func(nonce uint64) bool { return nonce >= want }}
		try := expect.Tried(t, tried)
		got, err := crawl.Search(unending(), w.test, -3)
		try.Why(whyNoCtxError).NoError(err)
		try.Why("an n below 1 counts as 1").Equal("nonce", got, want)
		try.Equal("calls of good at a time", int(w.peak.Load()), 1)
	})
}
