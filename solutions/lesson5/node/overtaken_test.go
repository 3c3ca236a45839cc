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

var onCheck atomic.Pointer[func(chain.Transaction)]

func init() {
	chain.Register(watched, chain.Version{Leaf: chain.Transaction.Hash, Check: func(p chain.Pair) error {
		if f := onCheck.Load(); f != nil {
			(*f)(p.Transaction)
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
	check := func(chain.Transaction) {
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

// stop is a place at which the first goroutine that comes waits until it may go on.
type stop struct {
	once         sync.Once
	reached, out chan struct{}
}

func newStop() *stop { return &stop{reached: make(chan struct{}), out: make(chan struct{})} }

func (s *stop) pass() { s.once.Do(func() { close(s.reached); <-s.out }) }

// runner is a goroutine of the test.
type runner struct {
	id   string
	done chan struct{}
}

func run(f func()) runner {
	id, done := make(chan string), make(chan struct{})
	go func() {
		defer close(done)
		id <- goroutine()
		f()
	}()
	return runner{<-id, done}
}

// ended reports whether r has ended.
func (r runner) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// reaches reports whether r comes to a stop, rather than waiting elsewhere or ending.
func (r runner) reaches(s *stop) bool {
	for {
		select {
		case <-s.reached:
			return true
		case <-r.done:
			return false
		default:
			if waits(r.id) {
				select {
				case <-s.reached:
					return true
				default:
					return false
				}
			}
			runtime.Gosched()
		}
	}
}

// Two chains have been checked, both longer than ours. A third goroutine has the lock, and the two
// queue for it, the longer chain's first. A mutex for which others have waited a millisecond is
// passed on in the order of the queue: whoever lets go of it has to queue again. So a goroutine that
// compares and then lets go is behind the other's comparison when it adopts its chain.
func TestNode_HandleBlocks_letsGo(t *testing.T) {
	ours := grown(nil, 1, watchedCoin(1))
	two := grown(grown(nil, 1, minted(3, 9).Transaction), 2, minted(4, 9).Transaction)
	three := grownFrom(0, two, 3, watchedCoin(2))
	four := grownFrom(0, grownFrom(0, two, 3, minted(5, 9).Transaction), 4, watchedCoin(3))
	for range 3 {
		meet(t, ours, two, three, four)
	}
}

func meet(t *testing.T, ours, two, three, four []chain.Block) {
	n := node.New()
	try := expect.Tried(t, "HandleBlocks of a chain of 4 blocks and of one of 3 by two goroutines, when both chains have been checked")
	try.Why("a longer chain that is valid replaces ours")
	try.NoError(n.HandleBlocks(ours))
	for i := range 300 { // to copy them takes a while, with the lock held
		if err := n.HandleTransaction(minted(0, int64(1000+i))); err != nil {
			try.NoError(err)
		}
	}
	held, short, long := newStop(), newStop(), newStop()
	stops := []*stop{1: held, 2: short, 3: long}
	check := func(x chain.Transaction) { stops[x.ReceiverValue].pass() }
	onCheck.Store(&check)
	defer onCheck.Store(nil)
	var err error
	b := run(func() { err = n.HandleBlocks(four) })
	checked := b.reaches(long)
	a := run(func() { n.HandleBlocks(three) })
	all := []runner{a, b}
	if checked && a.reaches(short) { // neither holds the lock
		h := run(func() {
			n.HandleBlocks(two)
			for range 20_000 { // until they have met: the lock is never free for long
				n.Pool()
				if a.ended() && b.ended() {
					break
				}
			}
		})
		all = append(all, h)
		h.reaches(held)
		others := func(k int) {
			for range k {
				r := run(func() { n.Pool() })
				all = append(all, r)
				r.reaches(newStop())
			}
		}
		close(long.out)
		b.reaches(newStop())
		others(1)
		close(short.out)
		a.reaches(newStop())
		others(8)
	} else {
		close(long.out)
		close(short.out)
	}
	close(held.out)
	for _, r := range all {
		<-r.done
	}
	try.Why("compare the lengths and adopt the chain under one lock: if you let go of it in between, a shorter chain can take the place of the longer one that has just been adopted")
	try.NoError(err)
	try.Equal("blocks", len(n.Blocks()), 4)
}
