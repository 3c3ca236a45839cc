package p2p_test

import (
	"container/heap"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"
)

// More seeds than a build server should wait for:
//
//	go test ./solutions/lesson6/p2p -run TestSimulation -seeds 500
var seeds = flag.Int("seeds", 3, "how many simulated networks to run")

// TestSimulation runs networks of 20 nodes, one of them hostile, in simulated time: messages
// are lost, doubled and overtake each other, and for a while the network is in two
// parts. Afterwards the honest nodes must agree.
func TestSimulation(t *testing.T) {
	reorgs := 0
	for seed := range *seeds {
		s := newSim(uint64(seed))
		s.run()
		if err := s.verdict(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		reorgs += s.reorgs
	}
	if reorgs == 0 {
		t.Error("no simulation had a reorganisation: it shows nothing")
	}
	t.Logf("%d networks, %d reorganisations", *seeds, reorgs)
}

const (
	nodes   = 20
	hostile = nodes - 1
)

// happening is something that is going to happen.
type happening struct {
	at  time.Duration
	seq int
	do  func()
}

type queue []happening

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].seq < q[j].seq
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(happening)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

type sim struct {
	rng    *rand.Rand
	rules  consensus.Rules
	now    time.Duration
	queue  queue
	seq    int
	cores  [nodes]*p2p.Core
	linked [nodes][nodes]bool
	split  bool // nodes of even and odd number do not hear each other
	mining bool
	keys   [nodes]int
	reorgs int

	confirmed map[chain.Hash]chain.Transaction // by any honest node, at any time
}

func newSim(seed uint64) *sim {
	s := &sim{rng: rand.New(rand.NewPCG(seed, 5)), confirmed: map[chain.Hash]chain.Transaction{}, mining: true,
		rules: consensus.Rules{Genesis: 1000, Easiest: 0x407fffff, Interval: 8, Window: 10, Reward: 50, Halving: 40, Ahead: 120}}
	for i := range nodes {
		c := p2p.NewCore(fmt.Sprint("n", i), s.rules)
		c.Now = func() time.Time { return time.Unix(1000, 0).Add(s.now) }
		c.Send = func(peer int, m framing.Message) { s.post(i, peer, m) }
		if i != hostile {
			c.Emit = func(e p2p.Event) {
				if e.Kind == p2p.KindTip {
					if e.Removed > 0 {
						s.reorgs++
					}
					tip := c.Index.Tip()
					for k, t := range tip.Block.Transactions {
						if k > 0 {
							s.confirmed[t.Hash()] = t
						}
					}
				}
			}
		}
		s.cores[i] = c
	}
	return s
}

func (s *sim) after(d time.Duration, do func()) {
	s.seq++
	heap.Push(&s.queue, happening{s.now + d, s.seq, do})
}

func (s *sim) seconds(most float64) time.Duration {
	return time.Duration(s.rng.Float64() * most * float64(time.Second))
}

// post carries a message, perhaps twice, perhaps not at all.
func (s *sim) post(from, to int, m framing.Message) {
	copies := 1
	switch p := s.rng.Float64(); {
	case p < 0.05:
		copies = 0
	case p < 0.10:
		copies = 2
	}
	for range copies {
		s.after(s.seconds(0.5), func() {
			if !s.linked[from][to] || s.split && from%2 != to%2 {
				return
			}
			if err := s.cores[to].Receive(from, m); errors.Is(err, p2p.ErrPeer) {
				if from != hostile {
					panic(fmt.Sprintf("honest node %d refuses honest node %d: %v", to, from, err))
				}
				s.unlink(from, to)
			}
		})
	}
}

func (s *sim) link(a, b int) {
	if a == b || s.linked[a][b] {
		return
	}
	s.linked[a][b], s.linked[b][a] = true, true
	s.cores[a].Join(b, fmt.Sprint("n", b))
	s.cores[b].Join(a, fmt.Sprint("n", a))
}

func (s *sim) unlink(a, b int) {
	s.linked[a][b], s.linked[b][a] = false, false
	s.cores[a].Leave(b, nil)
	s.cores[b].Leave(a, nil)
}

// run is the life of a network: a while whole, a while in two parts, healed, and
// then drained block by block.
func (s *sim) run() {
	for i := range nodes - 1 {
		s.keys[i] = i % toycoin.Keys
		s.link(i, (i+1)%(nodes-1))
		s.link(i, s.rng.IntN(nodes-1))
		s.link(i, (i+2)%(nodes-1))
	}
	for range 6 {
		s.link(hostile, s.rng.IntN(nodes-1))
	}
	for i := range nodes - 1 {
		s.every(80, func() { s.mine(i) })
		s.every(10, func() { s.ask(i) })
	}
	for range 3 {
		s.every(12, s.pay)
	}
	s.every(9, s.attack)
	s.until(100 * time.Second)
	s.split = true
	s.until(220 * time.Second)
	s.split, s.mining = false, false
	s.until(280 * time.Second)
	for range 12 { // what is pending comes into blocks; the first of them breaks a tie
		s.dig(s.rng.IntN(nodes - 1))
		s.until(s.now + 40*time.Second)
	}
}

// every repeats something at random times, that many seconds apart on average.
func (s *sim) every(mean float64, do func()) {
	s.after(s.seconds(2*mean), func() { do(); s.every(mean, do) })
}

func (s *sim) until(end time.Duration) {
	for len(s.queue) > 0 && s.queue[0].at <= end {
		h := heap.Pop(&s.queue).(happening)
		s.now = h.at
		h.do()
	}
	s.now = end
}

func (s *sim) mine(i int) {
	if s.mining {
		s.dig(i)
	}
}

func (s *sim) dig(i int) {
	c := s.cores[i]
	b := c.Template(chain.Address(toycoin.Address(s.keys[i])))
	if err := c.Mined(s.worked(b)); err != nil {
		panic(err)
	}
}

// worked finds the nonce of a block, and with it the root of what it holds.
func (s *sim) worked(b chain.Block) chain.Block {
	b.Header.MerkleRoot = chain.MerkleRoot(b.Transactions)
	target, err := consensus.TargetOf(b.Header.Bits)
	if err != nil {
		panic(err)
	}
	for b.Header.Nonce = s.rng.Uint64() >> 8; ; b.Header.Nonce++ {
		b.Header.ThisHash = b.Header.Hash()
		if b.Header.ThisHash.Solves(target) {
			return b
		}
	}
}

func (s *sim) ask(i int) {
	c := s.cores[i]
	if peers := c.Peers(); len(peers) > 0 {
		p := peers[s.rng.IntN(len(peers))]
		c.Ask(p, nil)
		c.Remind(p)
	}
}

// pay lets the owner of a drawn key spend a confirmed token, at one node or, as a
// cheat does, differently at two.
func (s *sim) pay() {
	if !s.mining {
		return
	}
	i := s.rng.IntN(nodes - 1)
	from := s.rng.IntN(toycoin.Keys)
	tokens := s.cores[i].Index.Ledger.Owned(chain.Address(toycoin.Address(from)))
	if len(tokens) == 0 {
		return
	}
	k := tokens[s.rng.IntN(len(tokens))]
	for n := range 1 + s.rng.IntN(2) {
		to := (from + 1 + n) % toycoin.Keys
		t, err := consensus.PaySigned(toycoin.Key(from), []chain.Token{k}, chain.Address(toycoin.Address(to)), 1+s.rng.Int64N(k.Value))
		if err != nil {
			panic(err)
		}
		if err := s.cores[(i+n*7)%(nodes-1)].Submit(t); err != nil && !errors.Is(err, chain.ErrSpent) && !errors.Is(err, chain.ErrMissing) {
			panic(err)
		}
	}
}

// attack sends something wrong, with the work that it takes, to all who listen.
func (s *sim) attack() {
	c := s.cores[hostile]
	me := chain.Address(toycoin.Address(0))
	b := c.Template(me)
	m := framing.Message{Command: "block"}
	switch s.rng.IntN(7) {
	case 0: // a coinbase that makes too much
		b.Transactions[0].ReceiverValue *= 1000
	case 1: // two coinbases
		b.Transactions = append(b.Transactions, c.Index.Rules.NewCoinbase(c.Index.Height()+1, "nobody"))
	case 2: // someone else's coins, unsigned
		own := c.Index.Ledger.Owned(chain.Address(toycoin.Address(1)))
		if len(own) == 0 {
			return
		}
		b.Transactions = append(b.Transactions, chain.Transaction{Version: 2, Previous: []chain.Hash{own[0].Transaction},
			Sender: own[0].Owner, Receiver: me, ReceiverValue: own[0].Value})
	case 3: // a difficulty that is not due
		b.Header.Bits = 0x40010000
	case 4: // old time
		b.Header.Timestamp = 1
	case 5: // an orphan
		b.Header.PreviousHash[3] ^= 1
	case 6: // no block at all
		m.Payload = []byte(`{"header":[[[[[[[[[[[`)
	}
	if m.Payload == nil {
		m.Payload = chain.EncodeBlock(s.worked(b))
	}
	if s.rng.IntN(2) == 0 && m.Command == "block" { // the same as an answer
		m = framing.Message{Command: "blocks", Payload: append([]byte{0, 0, byte(len(m.Payload) >> 8), byte(len(m.Payload))}, m.Payload...)}
	}
	for _, p := range c.Peers() {
		s.post(hostile, p, m)
	}
	s.link(hostile, s.rng.IntN(nodes-1)) // whoever is dropped comes again
}

func (s *sim) verdict() error {
	first := s.cores[0].Index
	for i := range nodes - 1 {
		x := s.cores[i].Index
		if x.Tip().Block.Header.ThisHash != first.Tip().Block.Header.ThisHash {
			return fmt.Errorf("nodes 0 and %d disagree: heights %d and %d", i, first.Height(), x.Height())
		}
		total := int64(0)
		for h := range x.Height() + 1 {
			total += s.rules.RewardAt(h)
		}
		if x.Ledger.Total() != total {
			return fmt.Errorf("node %d: %d coins, of which %d were mined", i, x.Ledger.Total(), total)
		}
	}
	for h, t := range s.confirmed {
		if first.Ledger.Knows(h) {
			continue
		}
		if _, err := first.Ledger.Tokens(t); err == nil {
			return fmt.Errorf("transaction %v was confirmed once, could be again, and is lost", h)
		}
	}
	if first.Height() < 20 || len(s.confirmed) < 5 {
		return fmt.Errorf("height %d, %d payments: nothing happened", first.Height(), len(s.confirmed))
	}
	return nil
}
