package chain_test

//nodebook:limits timeout=40s

import (
	"context"
	"sync/atomic"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"

	"go.uber.org/goleak"
)

func TestMine(t *testing.T) {
	d := draw.From(t)
	for _, workers := range []int{1, 2, 5} {
		for _, zeros := range []int{0, 1, 2} {
			h := chain.Header{Timestamp: d.Int64N(2e9), PreviousHash: chain.Hash(d.Bytes(64)), MerkleRoot: chain.Label(d.Bytes(65))}
			try := expect.Tried(t, "Mine(ctx, h, ZeroBytes(%d), %d)", zeros, workers)
			got, err := chain.Mine(t.Context(), h, chain.ZeroBytes(zeros), workers)
			try.NoError(err)
			try.True(got.ThisHash == headerHash(got), "a ThisHash that is not the header's hash", "ThisHash = the hash of the other fields")
			try.True(got.ThisHash.Solves(chain.ZeroBytes(zeros)), "hash "+got.ThisHash.String(), "a hash that solves the target")
			got.Nonce, got.ThisHash = 0, chain.Hash{}
			try.Equal("the header's other fields", got, h)
		}
	}
}

func TestMine_bits(t *testing.T) {
	d := draw.From(t)
	h := chain.Header{Timestamp: 7, PreviousHash: chain.Hash(d.Bytes(64)), Bits: d.Uint32()}
	got, err := chain.Mine(t.Context(), h, chain.ZeroBytes(2), 2)
	try := expect.Tried(t, "Mine of a header with Bits %d", h.Bits).Why("Header.Hash says what is hashed, Bits included")
	try.NoError(err)
	try.True(got.ThisHash == got.Hash() && got.Bits == h.Bits, "another hash", "ThisHash = Header.Hash()")
	try.True(got.ThisHash.Solves(chain.ZeroBytes(2)), "hash "+got.ThisHash.String(), "a hash that solves the target")
}

func TestMine_workers(t *testing.T) {
	for _, n := range []int{0, -1} {
		_, err := chain.Mine(t.Context(), chain.Header{}, chain.ZeroBytes(0), n)
		expect.Tried(t, "Mine with %d workers", n).ErrorIs(err, chain.ErrNoWorkers, "chain.ErrNoWorkers")
	}
}

// looks ends after it has been looked at so many times, by Err or by Done.
type looks struct {
	context.Context
	left atomic.Int64
	done chan struct{}
}

func newLooks(n int64) *looks {
	c := &looks{Context: context.Background(), done: make(chan struct{})}
	c.left.Store(n)
	return c
}

func (c *looks) look() {
	if c.left.Add(-1) == 0 {
		close(c.done)
	}
}

func (c *looks) Err() error {
	c.look()
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

func (c *looks) Done() <-chan struct{} {
	c.look()
	return c.done
}

func TestMine_cancel(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := chain.Mine(ended, chain.Header{}, chain.Target{}, 2)
	try := expect.Tried(t, "Mine with a context that has ended, for a target that nothing solves")
	try.ErrorIs(err, context.Canceled, "context.Canceled")
	try = expect.Tried(t, "Mine for a target that nothing solves, with a context that ends while it mines")
	try.Why("when another node was faster, the search must stop at once")
	_, err = chain.Mine(newLooks(40), chain.Header{}, chain.Target{}, 3)
	try.ErrorIs(err, context.Canceled, "context.Canceled")
}

func TestMine_leaks(t *testing.T) {
	before := goleak.IgnoreCurrent()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	chain.Mine(ended, chain.Header{}, chain.Target{}, 4)
	_, err := chain.Mine(context.Background(), chain.Header{}, chain.ZeroBytes(1), 4)
	try := expect.Tried(t, "Mine with 4 workers, once ended by its context and once by a solution; then the goroutines that are left")
	try.Why("a worker that goes on after Mine has returned burns a core for ever")
	try.NoError(err)
	if err := goleak.Find(before); err != nil {
		try.Fail(expect.Value(err.Error()), "no goroutine of Mine's")
	}
}
