package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/wallet"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"
)

// network is a whole network in one process.
type network struct {
	members []*member
	magic   framing.Magic
	oracle  *p2p.Oracle
	start   time.Time

	mu     sync.Mutex // guards the rest
	events *json.Encoder
}

// member is one node of it.
type member struct {
	name   string
	node   *p2p.Node
	wallet *wallet.Wallet
	ln     net.Listener
	store  *p2p.Store

	mu            sync.Mutex // guards the rest
	mined, reorgs int
	sent          int
}

func networkCommand(f *flag.FlagSet) func(context.Context) error {
	count := f.Int("nodes", 8, "how many nodes, 2 to 30")
	seconds := f.Int("seconds", 0, "end after this many `seconds`; 0 is never")
	interval := f.Float64("interval", 2, "`seconds` between payments")
	events := f.String("events", "", "write the event stream to this `file`; - is standard output, instead of the view")
	data := f.String("data", "", "keep the nodes' blocks in this `folder`, and go on from them")
	magicOf := networkFlag(f)
	plain := f.Bool("plain", false, "print one line per second instead of the live view")
	return func(ctx context.Context) error {
		if *count < 2 || *count > 30 || *interval <= 0 {
			return fmt.Errorf("%d nodes, %g seconds between payments\nhint: 2 to 30 nodes, and an interval above 0", *count, *interval)
		}
		if *seconds > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, time.Duration(*seconds)*time.Second)
			defer cancel()
		}
		magic, _, err := networkNamed(*magicOf)
		if err != nil {
			return err
		}
		w := &network{magic: magic, oracle: &p2p.Oracle{}, start: time.Now()}
		out, err := eventWriter(*events)
		if err != nil {
			return err
		}
		defer out.Close()
		w.events = json.NewEncoder(out)
		fmt.Fprintf(os.Stderr, "Making %d keys...\n", *count)
		for i := range *count {
			if err := w.add(fmt.Sprintf("n%d", i+1), *data); err != nil {
				return err
			}
		}
		err = w.run(ctx, time.Duration(*interval*float64(time.Second)), viewer(*events == "-", *plain))
		if errors.Is(err, context.DeadlineExceeded) {
			return nil
		}
		return err
	}
}

// eventWriter opens what --events names.
func eventWriter(name string) (io.WriteCloser, error) {
	switch name {
	case "":
		return nopCloser{io.Discard}, nil
	case "-":
		return nopCloser{os.Stdout}, nil
	}
	return os.Create(name)
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// tell writes an event; nodes tell theirs at the same time.
func (w *network) tell(e p2p.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events.Encode(e)
}

// add makes one more member.
func (w *network) add(name, data string) error {
	key, err := chain.NewKey()
	if err != nil {
		return err
	}
	m := &member{name: name, wallet: wallet.New(key)}
	m.wallet.Pay = consensus.PaySigned
	core := p2p.NewCore(name, consensus.Classroom())
	if data != "" {
		var blocks []chain.Block
		if m.store, blocks, err = p2p.OpenStore(filepath.Join(data, name+".blocks")); err != nil {
			return fmt.Errorf("%w\nhint: --data names a folder that exists", err)
		}
		core.Restore(blocks)
		core.Save = m.store.Save
	}
	core.Emit = func(e p2p.Event) {
		m.count(e)
		w.tell(e)
	}
	if m.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	m.node = p2p.NewNode(core)
	m.node.Network = w.magic
	w.members = append(w.members, m)
	w.oracle.Wallets = append(w.oracle.Wallets, m.wallet)
	return nil
}

func (m *member) count(e p2p.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch e.Kind {
	case p2p.KindFound:
		m.mined++
	case p2p.KindSent:
		m.sent++
	case p2p.KindTip:
		if e.Removed > 0 {
			m.reorgs++
		}
	}
}

// run lets the members listen, dial each other and mine, and makes payments,
// until ctx ends and all of them are gone.
func (w *network) run(ctx context.Context, interval time.Duration, view func(*network)) error {
	var all sync.WaitGroup
	defer func() {
		all.Wait()
		for _, m := range w.members {
			if m.store != nil {
				m.store.Close()
			}
		}
	}()
	for i, m := range w.members {
		all.Go(func() { m.node.Serve(ctx, m.ln) })
		for _, j := range w.neighbours(i) {
			all.Go(func() { m.node.Dial(ctx, w.members[j].ln.Addr().String()) })
		}
		all.Go(func() { m.node.Mine(ctx, m.wallet.Address, 1) })
	}
	all.Go(func() {
		for pause(ctx, interval) == nil {
			w.pay()
		}
	})
	for {
		view(w)
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

// neighbours are whom member i dials: the next one, so that all are connected,
// and one more.
func (w *network) neighbours(i int) []int {
	n := len(w.members)
	if n < 4 {
		return []int{(i + 1) % n}
	}
	return []int{(i + 1) % n, (i + 2 + rand.IntN(n-3)) % n}
}

// pay makes one payment between two members, of confirmed coins, and hands it to
// a third.
func (w *network) pay() {
	teller := w.members[rand.IntN(len(w.members))]
	teller.node.Do(func(c *p2p.Core) {
		w.oracle.Settle(c.Index.Ledger)
		n := len(w.oracle.Wallets)
		i := rand.IntN(n)
		from, to := w.oracle.Wallets[i], w.oracle.Wallets[(i+1+rand.IntN(n-1))%n]
		amount := min(int64(5+rand.IntN(11)), from.Balance())
		if amount == 0 {
			return
		}
		p, err := from.Send(to.Address, amount)
		if err == nil {
			err = c.Submit(p.Transaction)
		}
		if err != nil {
			from.Reject(p.Transaction.Hash())
		}
	})
}
