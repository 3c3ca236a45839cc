package p2p_test

//nodebook:limits timeout=45s

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"
)

func hashes(d *draw.Source, n int) []chain.Hash {
	out := make([]chain.Hash, n)
	for i := range out {
		out[i] = chain.Hash(d.Bytes(chain.HashSize))
	}
	return out
}

func address(i int) chain.Address { return chain.Address(toycoin.Address(i)) }

func TestCore_Gossip(t *testing.T) {
	d := draw.From(t)
	sent := []string{}
	c := p2p.NewCore("me", consensus.Classroom())
	for _, p := range []int{4, 2, 9} {
		c.Join(p, fmt.Sprint("peer ", p))
	}
	c.Send = func(peer int, m framing.Message) {
		sent = append(sent, fmt.Sprintf("%d:%s %s", peer, m.Command, m.Payload))
	}
	told := 0
	c.Emit = func(e p2p.Event) {
		if e.Kind == p2p.KindSent {
			told++
		}
	}
	h := hashes(d, 2)
	try := expect.Tried(t, "Gossip of a block to three peers 2, 4 and 9")
	try.Why("each peer that does not have the message gets its command and its payload, the peer with the lowest number first")
	c.Gossip(h[0], "block", []byte("one"))
	try.Shows("sent", expect.List(sent), "2:block one, 4:block one, 9:block one")
	try.Why("c.send also writes to the event stream: a message that goes past it is not seen there").Equal("messages told of", told, 3)
	try = expect.Tried(t, "Gossip of the same hash again").Why("a peer that was sent a message has it, and is not sent it again")
	sent = nil
	c.Gossip(h[0], "block", []byte("one"))
	try.Shows("sent", expect.List(sent), "none")
	try = expect.Tried(t, "Gossip of another hash, and then of the first after a new peer has come")
	try.Why("what a peer has is remembered by hash and by peer: a new hash is news to all, an old one to a new peer")
	c.Gossip(h[1], "tx", []byte("two"))
	try.Shows("sent", expect.List(sent), "2:tx two, 4:tx two, 9:tx two")
	c.Join(3, "peer 3")
	sent = nil
	c.Gossip(h[0], "block", []byte("one"))
	try.Shows("sent", expect.List(sent), "3:block one")
}

// mined is a block on the tip of x, with work, for a key.
func mined(x *consensus.Index, to int, txns ...chain.Transaction) chain.Block {
	return on(x.Tip().Block, x.Height()+1, x.Rules, to, txns...)
}

func on(parent chain.Block, height int, r consensus.Rules, to int, txns ...chain.Transaction) chain.Block {
	b := chain.Block{Transactions: append([]chain.Transaction{r.NewCoinbase(height, address(to))}, txns...)}
	b.Header = chain.Header{Timestamp: parent.Header.Timestamp + 1, PreviousHash: parent.Header.ThisHash, Bits: r.Easiest, MerkleRoot: chain.MerkleRoot(b.Transactions)}
	target, err := consensus.TargetOf(r.Easiest)
	if err != nil {
		return b
	}
	for range 10_000 {
		b.Header.Nonce++
		if b.Header.ThisHash = b.Header.Hash(); b.Header.ThisHash.Solves(target) {
			break
		}
	}
	return b
}

var rules = consensus.Rules{Genesis: 1000, Easiest: 0x407fffff, Interval: 10, Window: 1000, Reward: 50, Halving: 1000, Ahead: 120}

func add(try *expect.Try, x *consensus.Index, b chain.Block) consensus.Change {
	change, err := x.Add(b, b.Header.Timestamp)
	try.NoError(err)
	return change
}

func TestCore_Gossip_order(t *testing.T) {
	d := draw.From(t)
	c := p2p.NewCore("me", consensus.Classroom())
	const peers = 20
	for _, p := range d.Perm(peers) {
		c.Join(p, fmt.Sprint("peer ", p))
	}
	var sent, want []int
	c.Send = func(peer int, _ framing.Message) { sent = append(sent, peer) }
	for p := range peers {
		want = append(want, p)
	}
	try := expect.Tried(t, "Gossip to %d peers that joined in another order than their numbers'", peers)
	try.Why("the peer with the lowest number is served first: the order of a map is another one each time, and a simulation could not be repeated")
	c.Gossip(hashes(d, 1)[0], "tx", []byte("one"))
	try.Shows("peers served", expect.List(sent), expect.List(want))
}

func TestCore_Gossip_received(t *testing.T) {
	c := p2p.NewCore("me", rules)
	for p := range 3 {
		c.Join(p, fmt.Sprint("peer ", p))
	}
	sent := []string{}
	c.Send = func(peer int, m framing.Message) { sent = append(sent, fmt.Sprintf("%d:%s", peer, m.Command)) }
	b := mined(c.Index, 0)
	try := expect.Tried(t, "a block from peer 1, handed to a node with peers 0, 1 and 2 by Core.Receive, which calls Gossip")
	try.Why("a message is not sent back to the peer that it came from; toycoin's nodes heard themselves")
	for range 2 {
		try.NoError(c.Receive(1, framing.Message{Command: "block", Payload: chain.EncodeBlock(b)}))
	}
	try.Shows("sent", expect.List(sent), "0:block, 2:block")
}

func names(known map[string]chain.Transaction, txns []chain.Transaction) string {
	out := []string{}
	for _, x := range txns {
		name := "?"
		for s, k := range known {
			if k.Hash() == x.Hash() {
				name = s
			}
		}
		out = append(out, name)
	}
	return expect.List(out)
}

func TestPool_Update(t *testing.T) {
	x := consensus.NewIndex(rules)
	try := expect.Tried(t, "setting up: blocks through Index.Add, payments through consensus.PaySigned, the pool through Pool.Add")
	start := mined(x, 0)
	add(try, x, start)
	pay := func(from, to int, v int64, k chain.Token) chain.Transaction {
		p, err := consensus.PaySigned(toycoin.Key(from), []chain.Token{k}, address(to), v)
		try.NoError(err)
		return p
	}
	coin := start.Transactions[0].Payment()
	a := pay(0, 1, 20, coin)
	b := pay(1, 2, 5, a.Payment())
	c := pay(0, 3, 30, a.Change())
	known := map[string]chain.Transaction{"a": a, "b": b, "c": c}
	p := p2p.NewPool(x.Ledger)
	for _, s := range []chain.Transaction{a, b, c} {
		try.NoError(p.Add(s))
	}

	try = expect.Tried(t, "Update after a block with a, where a, b (spends a) and c (spends a) are pending")
	one := mined(x, 4, a)
	p.Update(x.Ledger, add(try, x, one))
	try.Why("what a block holds leaves the pool").Shows("pool", names(known, p.Transactions()), "b, c")
	try.NoError(p.Pending().CheckUnspent(b.Payment()))

	two := mined(x, 4, c)
	p.Update(x.Ledger, add(try, x, two))
	try.Shows("pool after a block with c", names(known, p.Transactions()), "b")

	try = expect.Tried(t, "Update after a reorganisation that takes back the blocks with a and c, where b is pending")
	s2 := on(start, 2, rules, 5)
	s3 := on(s2, 3, rules, 5)
	s4 := on(s3, 4, rules, 5)
	add(try, x, s2)
	add(try, x, s3)
	change := add(try, x, s4)
	try.Equal("blocks removed", len(change.Removed), 2)
	p.Update(x.Ledger, change)
	try.Why("what a removed block held is pending again, the oldest block's first, before what was pending; its coinbase is gone")
	try.Shows("pool", names(known, p.Transactions()), "a, c, b")
	try.NoError(p.Pending().CheckUnspent(c.Payment()))

	rival := pay(0, 5, 50, coin)
	try = expect.Tried(t, "Update after a block that spends what a spends").Why("what can never come into a block any more is dropped, and all that builds on it")
	p.Update(x.Ledger, add(try, x, mined(x, 4, rival)))
	try.Shows("pool", names(known, p.Transactions()), "none")
	try.ErrorIs(p.Pending().CheckUnspent(coin), chain.ErrSpent, "chain.ErrSpent")
	try.NoError(p.Pending().CheckUnspent(rival.Payment()))
}

const magic = 0x63796f74 // "toyc", lowest byte first

func TestPool_Update_many(t *testing.T) {
	x := consensus.NewIndex(rules)
	try := expect.Tried(t, "setting up: blocks through Index.Add, payments through consensus.PaySigned, the pool through Pool.Add")
	var coins []chain.Token
	for range 6 {
		b := mined(x, 0)
		add(try, x, b)
		coins = append(coins, b.Transactions[0].Payment())
	}
	start := x.Tip().Block
	known := map[string]chain.Transaction{}
	p := p2p.NewPool(x.Ledger)
	for i, k := range coins {
		pay, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{k}, address(1), int64(5+i))
		try.NoError(err)
		known[string(rune('a'+i))] = pay
		try.NoError(p.Add(pay))
	}
	for i := range 3 {
		b := mined(x, 2, known[string(rune('a'+2*i))])
		p.Update(x.Ledger, add(try, x, b))
	}
	try = expect.Tried(t, "Update after three blocks with a, c and e, where a to f were pending")
	try.Why("what a block holds leaves the pool, and the others stay, however many there are")
	try.Shows("pool", names(known, p.Transactions()), "b, d, f")

	rival, err := consensus.PaySigned(toycoin.Key(0), []chain.Token{coins[1]}, address(2), 7)
	try.NoError(err)
	fork := on(start, 7, rules, 5, rival)
	add(try, x, fork)
	for h := range 3 {
		next := on(fork, 8+h, rules, 5)
		change := add(try, x, next)
		fork = next
		if h == 2 {
			try = expect.Tried(t, "Update after a reorganisation that removes these three blocks and adds four, the first of which spends what b spends")
			try.Why("what removed blocks held comes back, the oldest block's first, before what was pending; one that can never be confirmed is dropped, and the others after it stay")
			try.Equal("blocks removed", len(change.Removed), 3)
			p.Update(x.Ledger, change)
		}
	}
	try.Shows("pool", names(known, p.Transactions()), "a, c, e, d, f")
}

func TestCore_Gossip_random(t *testing.T) {
	d := draw.From(t)
	c := p2p.NewCore("me", rules)
	joining := d.Perm(1000)[:12]
	h := hashes(d, 3)
	known := map[int][3]bool{}
	var sent, want []string
	for i := range 20 {
		if i < 3 || len(joining) > 0 && d.IntN(2) == 0 {
			c.Send = func(int, framing.Message) {}
			c.Join(joining[0], fmt.Sprint("peer ", joining[0]))
			known[joining[0]] = [3]bool{}
			joining = joining[1:]
		}
		c.Send = func(peer int, m framing.Message) {
			sent = append(sent, fmt.Sprintf("%d:%s %s", peer, m.Command, m.Payload))
		}
		k, payload := d.IntN(len(h)), d.Word(d.Between(1, 9))
		sent, want = nil, nil
		for _, p := range slices.Sorted(maps.Keys(known)) {
			if has := known[p]; !has[k] {
				want = append(want, fmt.Sprintf("%d:tx %s", p, payload))
				has[k] = true
				known[p] = has
			}
		}
		try := expect.Tried(t, "Gossip number %d of 20, each of one of %d hashes, while peers join", i+1, len(h))
		try.Why("each peer that does not have the message gets its command and its payload, the peer with the lowest number first")
		c.Gossip(h[k], "tx", []byte(payload))
		try.Shows("sent", expect.List(sent), expect.List(want))
	}
}

func TestPool_Update_random(t *testing.T) {
	d := draw.From(t)
	x := consensus.NewIndex(rules)
	setup := expect.Tried(t, "setting up: blocks through Index.Add, payments through consensus.PaySigned, the pool through Pool.Add")
	const n = 5
	var coins []chain.Token
	for range n {
		b := mined(x, 0)
		add(setup, x, b)
		coins = append(coins, b.Transactions[0].Payment())
	}
	start := x.Tip().Block
	known := map[string]chain.Transaction{}
	p := p2p.NewPool(x.Ledger)
	var pending []string
	for _, i := range d.Perm(n) {
		pay, err := consensus.PaySigned(toycoin.Key(0), coins[i:i+1], address(1), int64(d.Between(1, 49)))
		setup.NoError(err)
		name := string(rune('a' + i))
		known[name] = pay
		pending = append(pending, name)
		setup.NoError(p.Add(pay))
	}
	try := expect.Tried(t, "Update after a block with some of the pending %s", expect.List(pending))
	var confirmed, left []string
	var txns []chain.Transaction
	for _, name := range pending {
		if d.IntN(2) == 0 {
			confirmed = append(confirmed, name)
			txns = append(txns, known[name])
		} else {
			left = append(left, name)
		}
	}
	p.Update(x.Ledger, add(setup, x, mined(x, 4, txns...)))
	try.Why("what a block holds leaves the pool").Shows("pool", names(known, p.Transactions()), expect.List(left))

	try = expect.Tried(t, "Update after a reorganisation that takes this block back, and confirms none of them")
	try.Why("what a removed block held is pending again, before what was pending; its coinbase is gone")
	one := on(start, n+1, rules, 5)
	add(setup, x, one)
	p.Update(x.Ledger, add(setup, x, on(one, n+2, rules, 5)))
	try.Shows("pool", names(known, p.Transactions()), expect.List(append(confirmed, left...)))
}
