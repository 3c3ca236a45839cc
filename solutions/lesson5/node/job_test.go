package node_test

import (
	"context"
	"crypto/sha512"
	"errors"
	"fmt"
	"math/bits"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"

	"go.uber.org/goleak"
)

// job is a job on top of blocks; its chain changes when change is called.
func job(blocks []chain.Block, txns ...chain.Transaction) (j node.Job, change func()) {
	c := make(chan struct{})
	return node.Job{Blocks: blocks, Transactions: txns, Changed: c}, func() { close(c) }
}

// hard is a job that asks for more work than anyone can do: five zero bytes.
func hard() (node.Job, func()) {
	blocks := make([]chain.Block, 16)
	return job(blocks, minted(0, 1).Transaction)
}

func TestNode_MineJob(t *testing.T) {
	bubble.Test(t, "MineJob of a job that nothing stops", func(t *testing.T) {
		d := draw.From(t)
		n := node.New()
		a, b := minted(0, 3).Transaction, minted(1, 4).Transaction
		blocks := grown(grown(nil, 1, a), 2, b)
		for k := range 3 {
			now, value := int64(d.Between(5000, 1<<30)), int64(d.Between(10, 1_000_000))
			n.Now = func() time.Time { return time.Unix(now, 0) }
			j, _ := job(blocks[:k], minted(2, value).Transaction, minted(3, 9).Transaction)
			try := expect.Tried(t, "MineJob of a job on top of %d blocks", k)
			got, err := n.MineJob(t.Context(), j)
			try.Why("MineJob goes on until it has a block, if nothing stops it").NoError(err)
			try.Why("the block extends the job's chain, and other nodes check all of it").NoError(chain.CheckChain(append(blocks[:k:k], got)))
			try.Why("the block holds the job's transactions").Equal("transactions in the block", len(got.Transactions), 2)
			try.Equal("coins of the first of them", got.Transactions[0].ReceiverValue, value)
			try.Why("the template has the time of n.Now").Equal("Timestamp", got.Header.Timestamp, now)
			worked(try, got.Header, k)
		}
		n.Delay = 5 * time.Second
		j, _ := job(nil, a)
		start := time.Now()
		try := expect.Tried(t, "MineJob with a Delay of 5 s").Why("--delay makes a node slower than it is")
		_, err := n.MineJob(t.Context(), j)
		try.NoError(err)
		try.True(time.Since(start) >= 5*time.Second, "a block after "+time.Since(start).String(), "a block after 5 s")
	})
}

// worked wants a header to have the hash that it names, and this to be the work
// that is due on top of that many blocks. It asks nothing of package chain.
func worked(try *expect.Try, h chain.Header, below int) {
	hash := sha512.Sum512(fmt.Appendf(nil, "%d%s%d%s", h.Timestamp, h.PreviousHash[:], h.Nonce, h.MerkleRoot[:]))
	due := max(1, bits.Len(uint(below)))
	try.Why("a node that receives the block hashes its header, and counts the zero bytes")
	try.Bytes("ThisHash", h.ThisHash[:], hash[:])
	try.Bytes("its first bytes", hash[:due], make([]byte, due))
}

func TestNode_MineJob_work(t *testing.T) {
	n := node.New()
	first := grown(nil, 1, minted(0, 3).Transaction)
	try := expect.Tried(t, "MineJob of ten jobs on top of one block, where one zero byte is due")
	try.Why("NextDifficulty takes the length of the chain below the block, not with it: two zero bytes are 256 times the work")
	harder := 0
	for i := range 10 {
		j, _ := job(first, minted(1, int64(4+i)).Transaction)
		b, err := n.MineJob(t.Context(), j)
		try.NoError(err)
		if b.Header.ThisHash[1] == 0 {
			harder++
		}
	}
	try.True(harder < 10, "ten hashes that begin with two zero bytes", "one zero byte, and a second one by luck")
	n.Workers = 0
	j, _ := job(first, minted(1, 4).Transaction)
	_, err := n.MineJob(t.Context(), j)
	expect.Tried(t, "MineJob where n.Workers is 0").Why("n.Workers goes to chain.Mine, whose errors are returned").ErrorIs(err, chain.ErrNoWorkers, "chain.ErrNoWorkers")
}

func TestNode_MineJob_leaks(t *testing.T) {
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j, _ := job(nil, minted(0, 1).Transaction)
	try := expect.Tried(t, "MineJob of a job whose context and chain go on afterwards; then the goroutines that are left")
	try.Why("MineJob goes on until it has a block, if nothing stops it")
	_, err := node.New().MineJob(ctx, j)
	try.NoError(err)
	noneLeft(try, before)

	n := node.New()
	n.Workers = 0
	try = expect.Tried(t, "MineJob where n.Workers is 0, and the job's context and chain go on afterwards; then the goroutines that are left")
	_, err = n.MineJob(ctx, j)
	try.Why("n.Workers goes to chain.Mine, whose errors are returned").ErrorIs(err, chain.ErrNoWorkers, "chain.ErrNoWorkers")
	noneLeft(try, before)

	late, change := job(nil, minted(0, 1).Transaction)
	change()
	n = node.New()
	n.Delay = time.Hour
	try = expect.Tried(t, "MineJob of a job whose chain has changed, and whose context goes on afterwards; then the goroutines that are left")
	_, err = n.MineJob(ctx, late)
	try.Why("what another node has overtaken is not worth another hash").ErrorIs(err, node.ErrLate, "node.ErrLate")
	noneLeft(try, before)
}

func noneLeft(try *expect.Try, before goleak.Option) {
	if goleak.Find(before) != nil {
		try.Why("a node makes a block every few seconds: one goroutine left behind by each is many in the end, on every way out")
		try.Fail("goroutines that still run when MineJob has returned", "none that was not there before")
	}
}

// patience is how long a job may go on when it has been overtaken: hundreds of
// times what any right one needs.
const patience = 4 * time.Second

// end is a way for a job to end: what a message calls it, and the error wanted.
type end struct {
	what, is  string
	want      error
	byContext bool
}

var ends = []end{
	{"the job's chain changes", "node.ErrLate", node.ErrLate, false},
	{"its context ends", "context.Canceled", context.Canceled, true},
}

func TestNode_MineJob_stops(t *testing.T) {
	for _, workers := range []int{1, 3} {
		for _, e := range ends {
			n := node.New()
			n.Workers = workers
			began := make(chan struct{})
			var once sync.Once
			n.Now = func() time.Time { once.Do(func() { close(began) }); return time.Unix(5000, 0) }
			j, change := hard()
			ctx, cancel := context.WithCancel(t.Context())
			try := expect.Tried(t, "MineJob of a job, where %s while it mines; n.Workers = %d", e.what, workers)
			try.Why("what another node has overtaken is not worth another hash")
			done := make(chan error, 1)
			go func() {
				_, err := n.MineJob(ctx, j)
				done <- err
			}()
			bound := time.NewTimer(patience)
			select {
			case <-began:
			case <-bound.C:
				try.Fail("MineJob did not ask n.Now for the time", "it mines the template of n.Now's time")
			case err := <-done:
				try.Fail("MineJob returned: "+expect.Error(err), "it mines until a block is found")
			}
			if e.byContext {
				cancel()
			} else {
				change()
			}
			select {
			case err := <-done:
				try.ErrorIs(err, e.want, e.is)
			case <-bound.C:
				try.Fail(fmt.Sprintf("MineJob had not returned %v after that", patience), "it returns at once")
			}
			bound.Stop()
			cancel()
		}
	}
}

func TestNode_MineJob_delayed(t *testing.T) {
	for _, e := range ends {
		bubble.Test(t, "MineJob of a job, where "+e.what+" in the delay", func(t *testing.T) {
			n := node.New()
			n.Delay = 365 * 24 * time.Hour
			j, change := job(nil, minted(0, 1).Transaction)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			try := expect.Tried(t, "MineJob of a job, where %s in the delay", e.what)
			try.Why("what another node has overtaken is not worth another second")
			done := make(chan error, 1)
			go func() {
				_, err := n.MineJob(ctx, j)
				done <- err
			}()
			start := time.Now()
			synctest.Wait()
			if e.byContext {
				cancel()
			} else {
				change()
			}
			select {
			case err := <-done:
				try.ErrorIs(err, e.want, e.is)
				try.True(time.Since(start) < time.Hour, "an error after "+time.Since(start).String(), "an error at once")
			case <-time.After(2 * n.Delay):
				try.Fail("still at work", "it stops")
			}
		})
	}
}

func TestNode_MineJob_cause(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the user has closed the window"))
	j, _ := hard()
	try := expect.Tried(t, "MineJob with a context that was cancelled with a cause")
	try.Why("the error is ctx.Err(): context.Cause is what somebody else gave as a reason, and a caller who asks for context.Canceled does not know it")
	_, err := node.New().MineJob(ctx, j)
	try.ErrorIs(err, context.Canceled, "context.Canceled")
}
