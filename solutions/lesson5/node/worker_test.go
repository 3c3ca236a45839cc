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

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"
)

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
		if len(b) < 4 || string(b[:4]) != typeBlocks {
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
	bubble.Test(t, "Work, then three coinbases and a payment, and then the end of its context", func(t *testing.T) {
		w := work(t)
		values := draw.From(t)
		value := func() int64 { return int64(values.Between(3, 1_000_000)) }
		try := expect.Tried(t, "Work, then three coinbases and a payment, one after another")
		a, b, c := minted(0, value()), minted(1, value()), minted(2, value())
		d := paid(t, 0, 1, 2, a.Transaction.Payment())
		take(t, w.Node, a)
		synctest.Wait()
		try.Why("the worker waits until two transactions are pending").Equal("chains sent after the first", len(w.sent), 0)
		take(t, w.Node, b)
		blocks := w.next(try)
		try.Why("each block that is found is added to the chain, and the whole chain is sent: the other nodes check all of it").NoError(chain.CheckChain(blocks))
		try.Equal("blocks sent after the second", len(blocks), 1)
		try.Equal("transactions in the first block", len(blocks[0].Transactions), 2)
		try.Equal("coins of the first of them", blocks[0].Transactions[0].ReceiverValue, a.Transaction.ReceiverValue)
		synctest.Wait()
		try.Equal("transactions left in the pool", len(w.Pool()), 0)
		take(t, w.Node, c, d)
		blocks = w.next(try)
		try.Equal("blocks sent after the fourth", len(blocks), 2)
		try.NoError(chain.CheckChain(blocks))
		try.Equal("transactions in the second block", len(blocks[1].Transactions), 2)
		try.Equal("coins of the first of them", blocks[1].Transactions[0].ReceiverValue, c.Transaction.ReceiverValue)
		try.Equal("blocks in the node's own chain", len(w.Blocks()), 2)
		try.Why("a worker works until its context ends, and then returns the context's error")
		try.ErrorIs(w.end(try), context.Canceled, "context.Canceled")
	})
}

func TestNode_Work_many(t *testing.T) {
	bubble.Test(t, "Work with more pending transactions than a block holds", func(t *testing.T) {
		n := node.New()
		for i := range maxTransactions + 2 {
			take(t, n, minted(i, int64(i+1)))
		}
		sent := make(chan []byte, 10)
		n.Send = func(b []byte) error { sent <- b; return nil }
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		w := working{n, sent, make(chan error, 1), cancel}.start(ctx)
		try := expect.Tried(t, "Work with %d pending transactions", maxTransactions+2)
		try.Why("a block holds at most %d; the rest comes into the next one", maxTransactions)
		w.next(try)
		blocks := w.next(try)
		try.Equal("transactions in the first block", len(blocks[0].Transactions), maxTransactions)
		try.Equal("transactions in the second block", len(blocks[1].Transactions), 2)
		w.end(try)
	})
}

func TestNode_Work_overtaken(t *testing.T) {
	bubble.Test(t, "Work, while another node sends a block", func(t *testing.T) {
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
	bubble.Test(t, "Work where n.Send fails", func(t *testing.T) {
		w := work(t)
		broken := errors.New("the relay is gone")
		w.Send = func([]byte) error { return broken }
		take(t, w.Node, minted(0, 3), minted(1, 4))
		try := expect.Tried(t, "Work where n.Send fails").Why("a worker whose blocks reach no one works for nothing: it returns the error of n.Send")
		select {
		case err := <-w.done:
			try.ErrorIs(err, broken, "the error of n.Send")
		case <-time.After(time.Hour):
			try.Fail("Work goes on", "it returns the error")
		}
	})
}

func TestNode_Work_tells(t *testing.T) {
	bubble.Test(t, "Work, while another node sends a block", func(t *testing.T) {
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
		try.Why("a longer chain that is valid replaces ours")
		try.NoError(w.HandleBlocks(grown(nil, 1, minted(0, 3).Transaction)))
		w.next(try)
		w.end(try)
		starts, late, blocks := 0, 0, 0
		for _, s := range told {
			switch {
			case s == "Starting block gen...":
				starts++
			case strings.HasPrefix(s, "Block has "):
				blocks++
			case starts == 1:
				late++
			}
		}
		try.Why("a node's log shows when it starts, when it was too late, and what it found")
		try.Equal("times that n.tellStart spoke", starts, 2)
		try.True(late > 0, "nothing told between the two", "a word, by n.Tell, of the block that came too late")
		try.Equal("times that n.tellBlock spoke", blocks, 1)
	})
}

func TestNode_Work_beaten(t *testing.T) {
	bubble.Test(t, "Work, where a longer chain comes just when it has found a block", func(t *testing.T) {
		n := node.New()
		sent := make(chan []byte, 10)
		n.Send = func(b []byte) error { sent <- b; return nil }
		rival := grown(grown(nil, 1, minted(3, 9).Transaction), 2, minted(4, 9).Transaction)
		try := expect.Tried(t, "Work, where a longer chain comes just when it has found a block and says so")
		try.Why("a block that n.extend refuses came too late: it is forgotten, and the worker goes on")
		var once sync.Once
		n.Tell = func(format string, args ...any) {
			if strings.HasPrefix(fmt.Sprintf(format, args...), "Finished block gen") {
				once.Do(func() { n.HandleBlocks(rival) })
			}
		}
		take(t, n, minted(0, 3), minted(1, 4))
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		w := working{n, sent, make(chan error, 1), cancel}.start(ctx)
		var blocks []chain.Block
		for len(blocks) < 3 {
			blocks = w.next(try)
			try.True(len(blocks) > 0, "a chain of no blocks sent", "nothing sent of a block that was refused")
			try.NoError(chain.CheckChain(blocks))
		}
		try.True(blocks[1].Header.ThisHash == rival[1].Header.ThisHash, "a chain without the other node's blocks", "our block on top of them")
		w.end(try)
	})
}

func TestNode_Work_cause(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the user has closed the window"))
	try := expect.Tried(t, "Work with a context that was cancelled with a cause")
	try.Why("the error is ctx.Err(): context.Cause is what somebody else gave as a reason, and a caller who asks for context.Canceled does not know it")
	try.ErrorIs(node.New().Work(ctx), context.Canceled, "context.Canceled")
}
