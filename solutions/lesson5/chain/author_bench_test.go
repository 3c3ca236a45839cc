package chain_test

import (
	"context"
	"crypto/sha512"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/solutions/lesson5/chain"
)

// BenchmarkMine sets the miner beside crypto/sha512 alone, in one run: hashes a
// second of both, on one core and on all of them, each the best of all rounds, so
// that what else the machine does is left out:
//
//	go test ./solutions/lesson5/chain -run xxx -bench Mine -benchtime 50x
func BenchmarkMine(b *testing.B) {
	h := chain.Header{Timestamp: 1_628_709_600, PreviousHash: chain.Start}
	rate := func(f func(n int)) float64 {
		n := 1 << 16
		start := time.Now()
		f(n)
		return float64(n) / time.Since(start).Seconds()
	}
	bare := func(n int) {
		msg := make([]byte, 10+64+6+65)
		var sum byte
		for range n {
			s := sha512.Sum512(msg)
			sum += s[0]
		}
		runtime.KeepAlive(sum)
	}
	var alone, one, all float64
	for range b.N {
		alone = max(alone, rate(bare))
		one = max(one, rate(func(n int) { mineFor(h, n, 1) }))
		all = max(all, rate(func(n int) { mineFor(h, n, runtime.NumCPU()) }))
	}
	b.ReportMetric(alone/1e6, "sha512-MH/s")
	b.ReportMetric(one/1e6, "one-core-MH/s")
	b.ReportMetric(all/1e6, "all-cores-MH/s")
	b.ReportMetric(100*one/alone, "%of-sha512")
	b.ReportMetric(0, "ns/op")
}

// mineFor tries about n nonces against a target that nothing solves.
func mineFor(h chain.Header, n, workers int) {
	ctx := &countdown{Context: context.Background(), left: int64(n / chain.CheckEvery)}
	chain.Mine(ctx, h, chain.Target{}, workers)
}

// countdown is a context that ends after that many looks at it.
type countdown struct {
	context.Context
	left int64
}

func (c *countdown) Err() error {
	if atomic.AddInt64(&c.left, -1) < 0 {
		return context.Canceled
	}
	return nil
}
