package node_test

//nodebook:limits timeout=45s

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"
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
	synctest.Test(t, func(t *testing.T) {
		n := node.New()
		n.Now = func() time.Time { return time.Unix(5000, 0) }
		a, b := minted(0, 3).Transaction, minted(1, 4).Transaction
		blocks := grown(grown(nil, 1, a), 2, b)
		for k := range 3 {
			j, _ := job(blocks[:k], minted(2, int64(7+k)).Transaction, minted(3, 9).Transaction)
			try := expect.Tried(t, "MineJob of a job on top of %d blocks", k)
			got, err := n.MineJob(t.Context(), j)
			try.NoError(err)
			try.NoError(chain.CheckChain(append(blocks[:k:k], got)))
			try.Equal("transactions in the block", len(got.Transactions), 2)
			try.Equal("Timestamp", got.Header.Timestamp, int64(5000))
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

// patience is how long a job may go on when it has been overtaken: a thousand
// times what any right one needs.
const patience = 10 * time.Second

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
		synctest.Test(t, func(t *testing.T) {
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

// working runs a node's worker; what it sends comes out of sent.
type working struct {
	*node.Node
	sent chan []byte
	done chan error
	stop context.CancelFunc
}

func work(t *testing.T) working {
	n := node.New()
	ctx, cancel := context.WithCancel(context.Background())
	w := working{n, make(chan []byte, 100), make(chan error, 1), cancel}
	n.Send = func(b []byte) error { w.sent <- b; return nil }
	t.Cleanup(cancel)
	return w.start(ctx)
}

func (w working) start(ctx context.Context) working {
	go func() { w.done <- w.Work(ctx) }()
	return w
}

// next waits for the chain that the worker sends next, in the bubble's time.
func (w working) next(try *expect.Try) []chain.Block {
	select {
	case b := <-w.sent:
		if len(b) < 4 || string(b[:4]) != node.TypeBlocks {
			try.Fail(fmt.Sprintf("a message that begins with %q", b[:min(4, len(b))]), "a message that begins with \"BLOC\"")
		}
		blocks, err := chain.DecodeBlocks(b[4:])
		try.NoError(err)
		return blocks
	case err := <-w.done:
		try.Fail("Work returned: "+expect.Error(err), "it goes on until its context ends")
	case <-time.After(time.Hour):
		try.Fail("nothing sent within an hour", "a chain sent")
	}
	return nil
}

func (w working) end(try *expect.Try) error {
	w.stop()
	select {
	case err := <-w.done:
		return err
	case <-time.After(time.Hour):
		try.Fail("Work goes on after its context has ended", "it returns")
	}
	return nil
}

func TestNode_Work(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := work(t)
		try := expect.Tried(t, "Work, then three coinbases and a payment, one after another")
		a, b, c := minted(0, 3), minted(1, 4), minted(2, 5)
		d := paid(t, 0, 1, 2, a.Transaction.Payment())
		take(t, w.Node, a)
		synctest.Wait()
		try.Why("a block is begun when two transactions are pending").Equal("chains sent after the first", len(w.sent), 0)
		take(t, w.Node, b)
		blocks := w.next(try)
		try.Why("").NoError(chain.CheckChain(blocks))
		try.Equal("blocks sent after the second", len(blocks), 1)
		try.Equal("transactions in the first block", len(blocks[0].Transactions), 2)
		synctest.Wait()
		try.Equal("transactions left in the pool", len(w.Pool()), 0)
		take(t, w.Node, c, d)
		blocks = w.next(try)
		try.Equal("blocks sent after the fourth", len(blocks), 2)
		try.NoError(chain.CheckChain(blocks))
		try.Equal("blocks in the node's own chain", len(w.Blocks()), 2)
		try.ErrorIs(w.end(try), context.Canceled, "context.Canceled")
	})
}

func TestNode_Work_many(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := node.New()
		for i := range chain.MaxTransactions + 2 {
			take(t, n, minted(i, int64(i+1)))
		}
		sent := make(chan []byte, 10)
		n.Send = func(b []byte) error { sent <- b; return nil }
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		w := working{n, sent, make(chan error, 1), cancel}.start(ctx)
		try := expect.Tried(t, "Work with %d pending transactions", chain.MaxTransactions+2)
		try.Why("a block holds at most %d; the rest comes into the next one", chain.MaxTransactions)
		w.next(try)
		blocks := w.next(try)
		try.Equal("transactions in the first block", len(blocks[0].Transactions), chain.MaxTransactions)
		try.Equal("transactions in the second block", len(blocks[1].Transactions), 2)
		w.end(try)
	})
}

func TestNode_Work_overtaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := work(t)
		w.Delay = 30 * time.Second
		a, b, c := minted(0, 3), minted(1, 4), minted(2, 5)
		try := expect.Tried(t, "Work with a Delay of 30 s on a, b and c, while another node sends a block with a")
		try.Why("the worker begins again on what is left; toycoin threw all its pending transactions away")
		take(t, w.Node, a, b, c)
		<-time.After(10 * time.Second)
		try.NoError(w.HandleBlocks(grown(nil, 1, a.Transaction)))
		blocks := w.next(try)
		try.NoError(chain.CheckChain(blocks))
		try.Equal("blocks sent", len(blocks), 2)
		try.Equal("transactions in the last", len(blocks[1].Transactions), 2)
		for _, x := range blocks[1].Transactions {
			try.True(x.Hash() != a.Transaction.Hash(), "a again", "b and c")
		}
		w.end(try)
	})
}

func TestNode_Work_broken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := work(t)
		broken := errors.New("the relay is gone")
		w.Send = func([]byte) error { return broken }
		take(t, w.Node, minted(0, 3), minted(1, 4))
		try := expect.Tried(t, "Work where n.Send fails")
		select {
		case err := <-w.done:
			try.ErrorIs(err, broken, "the error of n.Send")
		case <-time.After(time.Hour):
			try.Fail("Work goes on", "it returns the error")
		}
	})
}

func TestNode_Work_tells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := node.New()
		var mu sync.Mutex
		var told []string
		n.Tell = func(format string, args ...any) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, fmt.Sprintf(format, args...))
		}
		n.Delay = 30 * time.Second
		take(t, n, minted(0, 3), minted(1, 4), minted(2, 5))
		sent := make(chan []byte, 10)
		n.Send = func(b []byte) error { sent <- b; return nil }
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		w := working{n, sent, make(chan error, 1), cancel}.start(ctx)
		<-time.After(10 * time.Second)
		try := expect.Tried(t, "Work with a Delay of 30 s; what it tells while another node's block comes first, and then its own")
		try.NoError(w.HandleBlocks(grown(nil, 1, minted(0, 3).Transaction)))
		w.next(try)
		w.end(try)
		starts, late, blocks := 0, 0, 0
		for _, s := range told {
			switch {
			case s == "Starting block gen...":
				starts++
			case strings.HasPrefix(s, "Block has 2 txns"):
				blocks++
			case starts == 1:
				late++
			}
		}
		try.Why("whoever watches a node sees when it begins, when it was too late, and what it found")
		try.Equal("times that n.tellStart spoke", starts, 2)
		try.True(late > 0, "nothing told between the two", "a word, by n.Tell, of the block that came too late")
		try.Equal("times that n.tellBlock spoke", blocks, 1)
	})
}
