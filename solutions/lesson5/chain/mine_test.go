package chain_test

//nodebook:limits timeout=45s

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

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
			try.Why("a search goes on until one worker has found a nonce")
			got, err := chain.Mine(t.Context(), h, zeroBytes(zeros), workers)
			try.NoError(err)
			try.Why("other nodes hash the header that Mine returns: Nonce and ThisHash belong together")
			try.True(got.ThisHash == headerHash(got), "a ThisHash that is not the header's hash", "ThisHash = the hash of the other fields")
			try.Why("the hash solves the target: it starts with as many zero bytes as are asked for")
			try.Bytes("first bytes of ThisHash", got.ThisHash[:zeros], make([]byte, zeros))
			got.Nonce, got.ThisHash = 0, chain.Hash{}
			try.Why("only Nonce and ThisHash are for the miner to choose").Equal("the header's other fields", got, h)
		}
	}
}

func TestMine_bits(t *testing.T) {
	d := draw.From(t)
	h := chain.Header{Timestamp: 7, PreviousHash: chain.Hash(d.Bytes(64)), Bits: d.Uint32()}
	try := expect.Tried(t, "Mine of a header with Bits %d", h.Bits).Why("Header.Hash says what is hashed, Bits included")
	got, err := chain.Mine(t.Context(), h, zeroBytes(2), 2)
	try.NoError(err)
	want := sum(fmt.Sprint(got.Timestamp), string(got.PreviousHash[:]), fmt.Sprint(got.Nonce), string(got.MerkleRoot[:]), fmt.Sprint(h.Bits))
	try.Equal("Bits", got.Bits, h.Bits)
	try.Bytes("ThisHash", got.ThisHash[:], want[:])
	try.True(solves(want, zeroBytes(2)), fmt.Sprintf("a hash that starts with %x", want[:4]), "a hash that starts with two zero bytes")
}

func TestMine_workers(t *testing.T) {
	for _, n := range []int{0, -1} {
		_, err := chain.Mine(t.Context(), chain.Header{}, zeroBytes(0), n)
		expect.Tried(t, "Mine with %d workers", n).Why("without a worker nobody searches, and the search would never end").ErrorIs(err, chain.ErrNoWorkers, "chain.ErrNoWorkers")
	}
}

// patience is how long a search may go on when its context has ended: hundreds of
// times what any right one needs.
const patience = 4 * time.Second

// noticed is a context that tells when it is looked at for the first time.
type noticed struct {
	context.Context
	once   sync.Once
	looked chan struct{}
}

func (c *noticed) look()                 { c.once.Do(func() { close(c.looked) }) }
func (c *noticed) Err() error            { c.look(); return c.Context.Err() }
func (c *noticed) Done() <-chan struct{} { c.look(); return c.Context.Done() }
func (c *noticed) Value(key any) any     { c.look(); return c.Context.Value(key) }

// mineUntil mines for a target that nothing solves, with a context that ends
// before the search begins or, if during is set, after its first look. What Mine
// leaves behind is a failure at once, before more of it slows all other tests.
func mineUntil(try *expect.Try, during bool, workers int) error {
	inner, cancel := context.WithCancel(context.Background())
	defer cancel()
	if !during {
		cancel()
	}
	return mineWith(try, inner, cancel, workers)
}

func mineWith(try *expect.Try, inner context.Context, cancel context.CancelFunc, workers int) error {
	before := goleak.IgnoreCurrent()
	ctx := &noticed{Context: inner, looked: make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		_, err := chain.Mine(ctx, chain.Header{}, chain.Target{}, workers)
		done <- err
	}()
	bound := time.NewTimer(patience)
	defer bound.Stop()
	var err error
	select {
	case <-ctx.looked:
		cancel()
		select {
		case err = <-done:
		case <-bound.C:
			try.Fail(fmt.Sprintf("Mine had not returned %v after its context had ended", patience), "it returns at once")
		}
	case err = <-done:
	case <-bound.C:
		try.Fail(fmt.Sprintf("Mine did not look at its context, by Err or Done, in %v", patience), "it looks from time to time")
	}
	noneLeft(try, before)
	return err
}

func noneLeft(try *expect.Try, before goleak.Option) {
	if goleak.Find(before) != nil {
		try.Why("a goroutine that is left after Mine has returned stays for as long as the node runs, and one that mines keeps a core busy")
		try.Fail("goroutines that still run when Mine has returned", "none that was not there before")
	}
}

func TestMine_cancel(t *testing.T) {
	try := expect.Tried(t, "Mine with a context that has ended, for a target that nothing solves")
	try.Why("a context may have ended before the search starts")
	try.ErrorIs(mineUntil(try, false, 1), context.Canceled, "context.Canceled")
	for _, workers := range []int{1, 3} {
		try := expect.Tried(t, "Mine(ctx, h, t, %d) for a target that nothing solves, where ctx ends while it mines", workers)
		try.Why("when another node was faster, the search must stop at once")
		try.ErrorIs(mineUntil(try, true, workers), context.Canceled, "context.Canceled")
	}
}

func TestMine_deadline(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	try := expect.Tried(t, "Mine with a context whose deadline has passed, for a target that nothing solves")
	try.Why("the error is the context's own: a deadline is told from a cancellation")
	try.ErrorIs(mineWith(try, ctx, cancel, 2), context.DeadlineExceeded, "context.DeadlineExceeded")
}

func TestMine_leaks(t *testing.T) {
	before := goleak.IgnoreCurrent()
	try := expect.Tried(t, "Mine with 4 workers for a target of one zero byte; then the goroutines that are left")
	try.Why("a search goes on until one worker has found a nonce")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel() // after they are counted
	_, err := chain.Mine(ctx, chain.Header{}, zeroBytes(1), 4)
	try.NoError(err)
	noneLeft(try, before)
}

func TestMine_at_once(t *testing.T) {
	// One that has ended is still counted for a moment: another test's, or that of the
	// number of workers before.
	before := runtime.NumGoroutine()
	for start := time.Now(); time.Since(start) < 10*time.Millisecond; runtime.Gosched() {
		before = min(before, runtime.NumGoroutine())
	}
	for _, workers := range []int{1, 3, 8} {
		for start := time.Now(); runtime.NumGoroutine() > before && time.Since(start) < patience; {
			runtime.Gosched()
		}
		before = max(before, runtime.NumGoroutine()) // what never ends is waited for once
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			_, err := chain.Mine(ctx, chain.Header{}, chain.Target{}, workers)
			done <- err
		}()
		try := expect.Tried(t, "Mine(ctx, h, t, %d) for a target that nothing solves; how many goroutines there are while it mines", workers)
		try.Why("each worker is a goroutine, so that each can have a core")
		most := 0
		for start := time.Now(); most < workers && len(done) == 0 && time.Since(start) < patience; runtime.Gosched() {
			most = max(most, runtime.NumGoroutine()-before)
		}
		cancel()
		select {
		case <-done:
		case <-time.After(patience):
			try.Fail(fmt.Sprintf("Mine had not returned %v after its context had ended", patience), "it returns at once")
		}
		try.True(most >= workers, fmt.Sprintf("%d more than before", most), fmt.Sprintf("%d at least", workers))
		try.True(most <= workers+4, fmt.Sprintf("%d more than before", most), fmt.Sprintf("%d, and a few that wait for them", workers))
	}
}

func TestMine_cause(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("another block came first"))
	try := expect.Tried(t, "Mine with a context that was cancelled with a cause, for a target that nothing solves")
	try.Why("the error is ctx.Err(): context.Cause is what somebody else gave as a reason, and a caller who asks for context.Canceled does not know it")
	try.ErrorIs(mineWith(try, ctx, func() {}, 1), context.Canceled, "context.Canceled")
}
