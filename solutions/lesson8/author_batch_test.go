package main

import (
	"crypto/rand"
	"fmt"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson8/ibd"
)

// BenchmarkVerifyBatch is what a Schnorr signature costs, by the size of the batch,
// in time on a core.
//
//	GOMAXPROCS=1 go test ./solutions/lesson8 -run '^$' -bench VerifyBatch
func BenchmarkVerifyBatch(b *testing.B) {
	d := draw.From(b)
	items := make([]ibd.Item, 4_096)
	for i := range items {
		secret, hash := [32]byte(d.Bytes(32)), [32]byte(d.Bytes(32))
		secret[0], secret[31] = 1, 1 // below the order, and not 0
		items[i] = ibd.Item{Key: secp.PublicX(secret), Hash: hash, Sig: secp.SignSchnorr(secret, hash)}
	}
	measure := func(b *testing.B, n int, check func() bool) {
		start := cpuTime()
		for b.Loop() {
			if !check() {
				b.Fatal("a good signature is refused")
			}
		}
		b.ReportMetric(float64((cpuTime()-start).Microseconds())/float64(b.N*n), "us-CPU/signature")
	}
	b.Run("singly", func(b *testing.B) {
		i := 0
		measure(b, 1, func() bool {
			item := items[i%len(items)]
			i++
			return secp.VerifySchnorr(item.Key, item.Hash, item.Sig)
		})
	})
	for _, n := range []int{4, 8, 16, 64, 256, 1_024, 4_096} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			measure(b, n, func() bool { return ibd.VerifyBatch(items[:n], rand.Reader) })
		})
	}
}
