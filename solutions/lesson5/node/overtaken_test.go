package node_test

//nodebook:limits timeout=45s

import (
	"bytes"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"
)

// watched is a version of transactions whose check, a part of chain.Replay, calls a
// function of the test: that is how the test gets into the middle of HandleBlocks.
const watched = 1 << 21

var onCheck atomic.Pointer[func()]

func init() {
	chain.Register(watched, chain.Version{Leaf: chain.Transaction.Hash, Check: func(chain.Pair) error {
		if f := onCheck.Load(); f != nil {
			(*f)()
		}
		return nil
	}})
}

func watchedCoin(value int64) chain.Transaction {
	x := minted(0, value).Transaction
	x.Version = watched
	return x
}

// goroutine is the number of the goroutine that calls it, as a stack has it.
func goroutine() string {
	buf := make([]byte, 64)
	fields := strings.Fields(string(buf[:runtime.Stack(buf, false)]))
	return "goroutine " + fields[1] + " ["
}

// waits reports whether a goroutine waits for something, such as a lock.
func waits(id string) bool {
	buf := make([]byte, 1<<20)
	n := runtime.Stack(buf, true)
	for ; n == len(buf); n = runtime.Stack(buf, true) { // there are more
		buf = make([]byte, 2*len(buf))
	}
	for g := range bytes.SplitSeq(buf[:n], []byte("\n\n")) {
		if state, ok := bytes.CutPrefix(g, []byte(id)); ok {
			return !bytes.HasPrefix(state, []byte("runn")) // running, runnable
		}
	}
	return false
}

// While a chain is being checked, a longer one comes. If HandleBlocks holds its lock
// meanwhile, that one waits; if not, it is adopted first.
func TestNode_HandleBlocks_overtaken(t *testing.T) {
	short := grown(grown(nil, 1, minted(3, 9).Transaction), 2, watchedCoin(2))
	long := grown(grown(nil, 1, minted(3, 9).Transaction), 2, minted(4, 9).Transaction)
	long = grownFrom(92414, long, 3, minted(5, 9).Transaction)
	n := node.New()
	errs, id := make(chan error, 1), make(chan string, 1)
	var once sync.Once // the pool's ledger asks again
	var checked atomic.Bool
	check := func() {
		once.Do(func() {
			checked.Store(true)
			go func() {
				id <- goroutine()
				errs <- n.HandleBlocks(long)
			}()
			for b := <-id; len(errs) == 0 && !waits(b); {
				runtime.Gosched()
			}
		})
	}
	onCheck.Store(&check)
	defer onCheck.Store(nil)
	try := expect.Tried(t, "HandleBlocks of a chain of 2 blocks, and of one of 3 by another goroutine, while the first is being checked")
	try.Why("what was compared before the check may not be true after it: compare the lengths and adopt the chain under one lock, or the longer chain is lost")
	if err := n.HandleBlocks(short); !checked.Load() {
		try.NoError(err)
		try.Fail("no payment was checked", "chain.Replay enters every payment of the chain")
	}
	try.NoError(<-errs)
	try.Equal("blocks", len(n.Blocks()), 3)
}
