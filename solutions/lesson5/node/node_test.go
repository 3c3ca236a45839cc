package node_test

//nodebook:limits timeout=45s

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"math/bits"
	"strings"
	"sync"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"
)

// What package node and package chain have to say, whatever a learner has changed.
const (
	maxWaiting      = 100
	maxPool         = 1_000
	typeBlocks      = "BLOC"
	maxTransactions = 10
)

// coinbase and beginning are what chain.Coinbase and chain.Start have to be.
var (
	coinbase  = func() chain.Address { h := sha512.Sum512([]byte("COINBASE")); return chain.Address(h[:]) }()
	beginning = chain.Hash(sha512.Sum512([]byte("genesis")))
)

// These are errors of which no two can be true at the same time.
var _ = expect.Apart(map[string]error{
	"node.ErrType":             node.ErrType,
	"node.ErrPoolFull":         node.ErrPoolFull,
	"node.ErrShort":            node.ErrShort,
	"node.ErrLate":             node.ErrLate,
	"context.Canceled":         context.Canceled,
	"context.DeadlineExceeded": context.DeadlineExceeded,
})

func address(i int) chain.Address { return chain.Address(toycoin.Address(i)) }

func minted(to int, value int64) chain.Pair {
	return chain.Pair{Transaction: chain.Transaction{Receiver: address(to), ReceiverValue: value, Sender: coinbase}}
}

// paid is a right payment; what it needs of package chain are exercises of
// the beginning of a chain.
func paid(t testing.TB, from, to int, value int64, tokens ...chain.Token) chain.Pair {
	t.Helper()
	x := chain.Transaction{Receiver: address(to), ReceiverValue: value, Sender: address(from), SenderChange: -value}
	prev := ""
	for _, k := range tokens {
		x.Previous = append(x.Previous, k.Transaction)
		prev += string(k.Transaction[:])
		x.SenderChange += k.Value
	}
	sign := func(s string) []byte {
		d := sha512.Sum512([]byte(s))
		sig, err := rsa.SignPSS(rand.Reader, toycoin.Key(from), crypto.SHA512, d[:], nil)
		expect.Broken(t, err)
		return sig
	}
	x.ReceiverSignature, x.SenderSignature = sign(prev+string(x.Receiver)), sign(prev+string(x.Sender))
	return chain.Pair{Tokens: tokens, Transaction: x}
}

// grown adds a block to blocks, mined by the test itself.
func grown(blocks []chain.Block, at int64, txns ...chain.Transaction) []chain.Block {
	return grownFrom(0, blocks, at, txns...)
}

// grownFrom is grown that tries nonces above one, which may have been found before.
func grownFrom(nonce uint64, blocks []chain.Block, at int64, txns ...chain.Transaction) []chain.Block {
	h := chain.Header{Timestamp: at, PreviousHash: beginning, Nonce: nonce, MerkleRoot: chain.MerkleRoot(txns)}
	due := 1
	if n := len(blocks); n > 0 {
		h.PreviousHash = blocks[n-1].Header.ThisHash
		due = max(1, bits.Len(uint(n)))
	}
	for h.ThisHash[0] = 1; string(h.ThisHash[:due]) != strings.Repeat("\x00", due); h.Nonce++ {
		next := h
		next.Nonce++
		h.ThisHash = next.Hash()
	}
	return append(blocks[:len(blocks):len(blocks)], chain.Block{Header: h, Transactions: txns})
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

func take(t testing.TB, n *node.Node, pairs ...chain.Pair) {
	t.Helper()
	for i, p := range pairs {
		if err := n.HandleTransaction(p); err != nil {
			expect.Tried(t, "HandleTransaction of right transaction %d of %d", i+1, len(pairs)).Why("a pair that passes chain.CheckTransaction, and whose tokens are unspent, comes into the pool").NoError(err)
		}
	}
}

func TestNode_HandleTransaction(t *testing.T) {
	n := node.New()
	a, b := minted(0, 30), minted(1, 20)
	c := paid(t, 0, 1, 12, a.Transaction.Payment())
	d := paid(t, 1, 2, 32, c.Transaction.Payment(), b.Transaction.Payment())
	known := map[string]chain.Transaction{"a": a.Transaction, "b": b.Transaction, "c": c.Transaction, "d": d.Transaction}
	var want []string
	for _, p := range []struct {
		name string
		p    chain.Pair
	}{{"a", a}, {"b", b}, {"c", c}, {"d", d}} {
		try := expect.Tried(t, "HandleTransaction of two coinbases a and b, of c that spends a, of d that spends c and b: now %s", p.name)
		try.Why("a token may come from a pending transaction; toycoin's nodes refused it until a block held it, and lost the payment")
		try.NoError(n.HandleTransaction(p.p))
		want = append(want, p.name)
		try.Shows("pool", names(known, n.Pool()), expect.List(want))
	}
}

func TestNode_HandleTransaction_wakes(t *testing.T) {
	n := node.New()
	a := minted(0, 30)
	try := expect.Tried(t, "HandleTransaction of a coinbase; then n.Woken()")
	try.Why("a worker that found too little in the pool sleeps until it is woken: n.wakeWorker")
	try.NoError(n.HandleTransaction(a))
	try.True(n.Woken(), "false", "true")

	n = node.New()
	b := paid(t, 0, 1, 12, a.Transaction.Payment())
	try = expect.Tried(t, "HandleTransaction of a payment whose token is unknown, then of the token's coinbase; n.Woken() after each")
	try.Why("a transaction that waits is not in the pool yet, and the error says so to the caller")
	try.ErrorIs(n.HandleTransaction(b), chain.ErrMissing, "chain.ErrMissing")
	try.Why("there is nothing to look at: the pool is empty").True(!n.Woken(), "true after the first", "false")
	try.Why("a worker that found too little in the pool sleeps until it is woken: n.wakeWorker")
	try.NoError(n.HandleTransaction(a))
	try.True(n.Woken(), "false after the second", "true")
}

func TestNode_HandleTransaction_refuses(t *testing.T) {
	d := draw.From(t)
	a, b, gone := minted(0, 30), minted(1, 20), minted(0, 7)
	spent := paid(t, 0, 2, 7, gone.Transaction.Payment())
	first := paid(t, 0, 1, 12, a.Transaction.Payment())
	again := paid(t, 0, 2, 13, a.Transaction.Payment())
	bent := paid(t, 1, 2, 5, b.Transaction.Payment())
	bent.Transaction.SenderSignature[d.IntN(256)] ^= 1
	dear := b.Transaction.Payment()
	dear.Value = 1000
	for _, tt := range []struct {
		name string
		p    chain.Pair
		want error
		is   string
		why  string
	}{
		{"a transaction that is pending already", first, chain.ErrKnown, "chain.ErrKnown", "a relay sends us our own and everybody's more than once"},
		{"a coinbase that is pending already", a, chain.ErrKnown, "chain.ErrKnown", "entered twice, a coinbase would make its coins twice"},
		{"a transaction that is in a block", spent, chain.ErrKnown, "chain.ErrKnown", "a block holds it already"},
		{"a coinbase that is in a block", gone, chain.ErrKnown, "chain.ErrKnown", "entered twice, a coinbase would make its coins twice"},
		{"a token that a pending transaction spends", again, chain.ErrSpent, "chain.ErrSpent", "toycoin looked for the token in a list of lists, and never found it"},
		{"a token that a block has spent", paid(t, 0, 1, 3, gone.Transaction.Payment()), chain.ErrSpent, "chain.ErrSpent", "toycoin asked only whether the token had ever been made"},
		{"a token that is not the one Previous names", chain.Pair{Tokens: []chain.Token{first.Transaction.Payment()}, Transaction: paid(t, 1, 2, 5, b.Transaction.Payment()).Transaction}, chain.ErrPrevious, "chain.ErrPrevious", "a pair must pass chain.CheckTransaction, which compares Previous with the tokens; return its error"},
		{"a bent signature", bent, chain.ErrSignature, "chain.ErrSignature", "the signatures are the owner's word"},
		{"a token that says it is worth more", paid(t, 1, 2, 900, dear), chain.ErrSpent, "chain.ErrSpent", "the ledger knows what a token is worth; the sender's word does not count"},
	} {
		n := node.New()
		try := expect.Tried(t, "HandleTransaction of %s", tt.name).Why("%s", tt.why)
		try.NoError(n.HandleBlocks(grown(nil, 1, gone.Transaction, spent.Transaction)))
		take(t, n, a, b, first)
		try.ErrorIs(n.HandleTransaction(tt.p), tt.want, tt.is)
		try.Equal("transactions in the pool", len(n.Pool()), 3)
	}
}

func TestNode_HandleTransaction_waits(t *testing.T) {
	n := node.New()
	a := minted(0, 30)
	b := paid(t, 0, 1, 12, a.Transaction.Payment())
	c := paid(t, 1, 2, 5, b.Transaction.Payment())
	known := map[string]chain.Transaction{"a": a.Transaction, "b": b.Transaction, "c": c.Transaction}
	try := expect.Tried(t, "HandleTransaction of c, which spends b, which spends a, in the order c, b, a")
	try.Why("on a network things overtake each other; what comes early waits")
	try.ErrorIs(n.HandleTransaction(c), chain.ErrMissing, "chain.ErrMissing")
	try.ErrorIs(n.HandleTransaction(b), chain.ErrMissing, "chain.ErrMissing")
	try.Shows("pool", names(known, n.Pool()), "none")
	try.NoError(n.HandleTransaction(a))
	try.Shows("pool", names(known, n.Pool()), "a, b, c")

	n = node.New()
	try = expect.Tried(t, "HandleTransaction of b, which spends a, then HandleBlocks of a block with a")
	try.Why("a transaction that waits gets its chance when a block brings its token, too")
	try.ErrorIs(n.HandleTransaction(b), chain.ErrMissing, "chain.ErrMissing")
	try.NoError(n.HandleBlocks(grown(nil, 1, a.Transaction)))
	try.Shows("pool", names(known, n.Pool()), "b")
}

func TestNode_HandleTransaction_waits_alone(t *testing.T) {
	n := node.New()
	a, other := minted(0, 30), minted(1, 7)
	b := paid(t, 0, 1, 12, a.Transaction.Payment())
	known := map[string]chain.Transaction{"a": a.Transaction, "b": b.Transaction, "other": other.Transaction}
	try := expect.Tried(t, "HandleTransaction of b, which spends an unknown a, then %d times of one that is pending already, then of a", maxWaiting+1)
	try.Why("only what lacks a token waits: what is refused for another reason would push it out")
	try.ErrorIs(n.HandleTransaction(b), chain.ErrMissing, "chain.ErrMissing")
	take(t, n, other)
	for range maxWaiting + 1 {
		try.ErrorIs(n.HandleTransaction(other), chain.ErrKnown, "chain.ErrKnown")
	}
	try.NoError(n.HandleTransaction(a))
	try.Shows("pool", names(known, n.Pool()), "other, a, b")
}

func TestNode_HandleTransaction_at_once(t *testing.T) {
	n := node.New()
	var pairs [4][]chain.Pair
	for g := range pairs {
		for i := range 100 {
			pairs[g] = append(pairs[g], minted(g, int64(1+i)))
		}
	}
	try := expect.Tried(t, "HandleTransaction from 4 goroutines at once, 100 coinbases each")
	try.Why("a node is safe for concurrent use: all code that touches what it knows holds n.mu")
	var all sync.WaitGroup
	errs := make(chan error, len(pairs))
	for _, mine := range pairs {
		all.Go(func() {
			for _, p := range mine {
				if err := n.HandleTransaction(p); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(errs)
	try.NoError(<-errs)
	try.Equal("transactions in the pool", len(n.Pool()), 400)
}

func TestNode_HandleTransaction_bounds(t *testing.T) {
	n := node.New()
	early := []chain.Pair{}
	for i := range maxWaiting + 1 {
		early = append(early, paid(t, 0, 1, 1, minted(0, int64(1000+i)).Transaction.Payment()))
		n.HandleTransaction(early[i])
	}
	try := expect.Tried(t, "HandleTransaction of %d transactions whose tokens are unknown, then of the first two tokens' coinbases", maxWaiting+1)
	try.Why("only the latest %d wait: a peer that invents tokens must not fill the memory", maxWaiting)
	take(t, n, minted(0, 1000), minted(0, 1001))
	try.Equal("transactions in the pool", len(n.Pool()), 3)

	n = node.New()
	for i := range maxPool {
		take(t, n, minted(i, int64(1+i)))
	}
	try = expect.Tried(t, "HandleTransaction of one more than %d", maxPool)
	try.Why("the pool is bounded too, or strangers could fill the memory with right transactions")
	try.ErrorIs(n.HandleTransaction(minted(2, 5000)), node.ErrPoolFull, "node.ErrPoolFull")
	try = expect.Tried(t, "HandleTransaction of one more than %d, and then HandleBlocks of a block with 2 of the pool", maxPool)
	try.Why("only what lacks a token waits: what was refused for lack of room does not come back by itself")
	try.NoError(n.HandleBlocks(grown(nil, 1, minted(0, 1).Transaction, minted(1, 2).Transaction)))
	try.Equal("transactions in the pool", len(n.Pool()), maxPool-2)
}

func TestNode_HandleTransaction_random(t *testing.T) {
	d := draw.From(t)
	n := node.New()
	var entered []chain.Pair
	var free, spent []chain.Token // all of key 0
	value := func(k chain.Token) int64 { return int64(d.Between(1, int(k.Value))) }
	for i := range 14 {
		p := minted(0, int64(d.Between(1, 1_000_000_000)))
		name, why, want, is := "a coinbase", "a pair that passes chain.CheckTransaction, and whose tokens are unspent, comes into the pool", error(nil), ""
		switch kind := d.IntN(7); {
		case i == 0:
		case kind == 0:
			name, why, want, is = "a transaction that is pending already", "a relay sends us our own and everybody's more than once", chain.ErrKnown, "chain.ErrKnown"
			p = entered[d.IntN(len(entered))]
		case kind == 1 && len(spent) > 0:
			name, why, want, is = "a payment whose token is spent", "a coin is spent once", chain.ErrSpent, "chain.ErrSpent"
			k := spent[d.IntN(len(spent))]
			p = paid(t, 0, 2, value(k), k)
		case kind == 2:
			name, why, want, is = "a payment of a token that nobody made", "a token comes from a transaction that the node knows", chain.ErrMissing, "chain.ErrMissing"
			k := p.Transaction.Payment()
			p = paid(t, 0, 2, value(k), k)
		case kind >= 3 && len(free) > 0:
			name = "a payment"
			at := d.IntN(len(free))
			k := free[at]
			p = paid(t, 0, 1, value(k), k)
			if kind == 3 {
				name, why, want, is = "a payment with a bent signature", "a pair must pass chain.CheckTransaction; return its error", chain.ErrSignature, "chain.ErrSignature"
				p.Transaction.SenderSignature[d.IntN(256)] ^= 1
				break
			}
			free = append(free[:at], free[at+1:]...)
			spent = append(spent, k)
		}
		if want == nil {
			entered = append(entered, p)
			if name == "a coinbase" {
				free = append(free, p.Transaction.Payment())
			}
		}
		try := expect.Tried(t, "HandleTransaction number %d of 14: %s", i+1, name).Why("%s", why)
		if want == nil {
			try.NoError(n.HandleTransaction(p))
		} else {
			try.ErrorIs(n.HandleTransaction(p), want, is)
		}
		try.Equal("transactions in the pool", len(n.Pool()), len(entered))
	}
}
