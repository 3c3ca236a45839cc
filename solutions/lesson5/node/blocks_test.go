package node_test

//nodebook:limits timeout=45s

import (
	"slices"
	"sync"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"
)

func TestNode_HandleBlocks(t *testing.T) {
	a, b := minted(0, 30), minted(1, 20)
	c := paid(t, 0, 1, 12, a.Transaction.Payment())
	d := paid(t, 1, 2, 20, b.Transaction.Payment())
	rival := paid(t, 0, 3, 30, a.Transaction.Payment())
	known := map[string]chain.Transaction{"a": a.Transaction, "b": b.Transaction, "c": c.Transaction, "d": d.Transaction, "rival": rival.Transaction}
	n := node.New()
	take(t, n, a, b, c, d)
	one := grown(nil, 1, a.Transaction, c.Transaction)
	try := expect.Tried(t, "HandleBlocks of a block with a and c, where a, b, c, d are pending")
	try.Why("what another block has included leaves the pool, the rest stays")
	try.NoError(n.HandleBlocks(one))
	try.Equal("blocks", len(n.Blocks()), 1)
	try.Shows("pool", names(known, n.Pool()), "b, d")

	other := grown(grown(nil, 1, b.Transaction, a.Transaction), 2, d.Transaction)
	try = expect.Tried(t, "HandleBlocks of a longer chain with a, b and d, but without c, which our chain had")
	try.Why("what only our old chain held is pending again: toycoin lost it")
	try.NoError(n.HandleBlocks(other))
	try.Equal("blocks", len(n.Blocks()), 2)
	try.Shows("pool", names(known, n.Pool()), "c")

	e := paid(t, 0, 2, 18, c.Transaction.Change())
	known["e"] = e.Transaction
	n = node.New()
	take(t, n, a, b, c, d)
	try = expect.Tried(t, "HandleBlocks of the same two chains, where e, which spends c, is pending")
	try.Why("a longer chain that is valid replaces ours")
	try.NoError(n.HandleBlocks(one))
	take(t, n, e)
	try.NoError(n.HandleBlocks(other))
	try.Why("transactions of our old blocks come before those of the pool, which may spend them").Shows("pool", names(known, n.Pool()), "c, e")

	third := grown(other, 3, rival.Transaction)
	try = expect.Tried(t, "HandleBlocks of a chain with a transaction that spends the same token as the pending c")
	try.Why("what spends a token that the chain has spent can never come into a block")
	try.NoError(n.HandleBlocks(third))
	try.Shows("pool", names(known, n.Pool()), "none")
}

// Two old blocks, and then a chain that has nothing of them.
func TestNode_HandleBlocks_deep(t *testing.T) {
	a, b := minted(0, 30), minted(1, 20)
	c := paid(t, 0, 1, 12, a.Transaction.Payment())
	known := map[string]chain.Transaction{"a": a.Transaction, "b": b.Transaction, "c": c.Transaction}
	n := node.New()
	try := expect.Tried(t, "HandleBlocks of a longer chain that has nothing of ours: a coinbase a in the first block, a coinbase b and c, which spends a, in the second")
	try.Why("a longer chain that is valid replaces ours")
	try.NoError(n.HandleBlocks(grown(grown(nil, 1, a.Transaction), 2, b.Transaction, c.Transaction)))
	rival := grown(grown(nil, 1, minted(3, 9).Transaction), 2, minted(4, 9).Transaction)
	try.NoError(n.HandleBlocks(grownFrom(92414, rival, 3, minted(5, 9).Transaction)))
	try.Why("all of our old blocks are offered again, coinbases too, the oldest block first: a later one may spend what it made")
	try.Shows("pool", names(known, n.Pool()), "a, b, c")
}

func TestNode_HandleBlocks_shared(t *testing.T) {
	n := node.New()
	blocks := grown(grown(nil, 1, minted(0, 30).Transaction), 2, minted(1, 20).Transaction)
	given := append([]chain.Block{}, blocks...)
	try := expect.Tried(t, "HandleBlocks of two blocks; then the caller overwrites its slice")
	try.Why("the caller may go on using its slice: a node that keeps it has a chain that others write to")
	try.NoError(n.HandleBlocks(given))
	clear(given)
	got := n.Blocks()
	try.Equal("number of blocks", len(got), 2)
	try.True(got[1].Header.ThisHash == blocks[1].Header.ThisHash, "another last block", "the chain as it was given")
}

func TestNode_HandleBlocks_refuses(t *testing.T) {
	d := draw.From(t)
	a := minted(0, 30).Transaction
	p := paid(t, 0, 1, 12, a.Payment())
	again := paid(t, 0, 2, 30, a.Payment())
	rich := p.Transaction
	rich.ReceiverValue = 1_000_000_000
	bent := paid(t, 0, 1, 12, a.Payment()).Transaction
	bent.ReceiverSignature[d.IntN(256)] ^= 1
	ours := grown(nil, 10, a)
	lazy := grown(ours, 11, p.Transaction)
	lazy[1].Header.Nonce++
	longer := grown(ours, 11, p.Transaction)
	changed := slices.Clone(longer)
	changed[0].Transactions = []chain.Transaction{minted(0, 31).Transaction}
	for _, tt := range []struct {
		name   string
		blocks []chain.Block
		want   error
		is     string
		why    string
	}{
		{"no blocks", nil, node.ErrShort, "node.ErrShort", "only a longer chain replaces ours"},
		{"another chain of the same length", grown(nil, 10, minted(3, 9).Transaction), node.ErrShort, "node.ErrShort", "only a longer chain replaces ours: of two that are as long, the first stays"},
		{"our own chain", ours, node.ErrShort, "node.ErrShort", "a relay sends us what we sent"},
		{"a longer chain with a nonce changed", lazy, chain.ErrHash, "chain.ErrHash", "a chain must pass chain.CheckChain; return its error"},
		{"a longer chain whose last block is older", grown(ours, 9, p.Transaction), chain.ErrTimestamp, "chain.ErrTimestamp", "a chain must pass chain.CheckChain; return its error"},
		{"a longer chain with another transaction in our own first block", changed, chain.ErrMerkleRoot, "chain.ErrMerkleRoot", "every block of a chain is checked: a header that is known says nothing about the transactions under it"},
		{"a longer chain that spends a token twice", grown(grown(ours, 11, p.Transaction), 12, again.Transaction), chain.ErrSpent, "chain.ErrSpent", "toycoin took over whatever had enough work"},
		{"a longer chain that spends a token nobody made", grown(ours, 11, paid(t, 3, 4, 5, minted(3, 9).Transaction.Payment()).Transaction), chain.ErrMissing, "chain.ErrMissing", "toycoin took over whatever had enough work"},
		{"a longer chain with a payment of 1,000,000,000 coins out of 30", grown(ours, 11, rich), chain.ErrSum, "chain.ErrSum", "toycoin took over whatever had enough work"},
		{"a longer chain with a bent signature", grown(ours, 11, bent), chain.ErrSignature, "chain.ErrSignature", "toycoin took over whatever had enough work"},
		{"a longer chain with one transaction twice", grown(grown(ours, 11, minted(1, 4).Transaction), 12, minted(1, 4).Transaction), chain.ErrKnown, "chain.ErrKnown", "it would mint twice"},
	} {
		n := node.New()
		try := expect.Tried(t, "HandleBlocks of %s, where ours has 1 block", tt.name).Why("%s", tt.why)
		try.NoError(n.HandleBlocks(ours))
		take(t, n, minted(5, 5))
		try.ErrorIs(n.HandleBlocks(tt.blocks), tt.want, tt.is)
		got := n.Blocks()
		try.True(len(got) == 1 && got[0].Header.ThisHash == ours[0].Header.ThisHash, "another chain", "our chain as it was")
		try.Equal("transactions in the pool", len(n.Pool()), 1)
		try.Why("a chain that was refused has left nothing behind, not even in the ledger: one that is right, with a transaction of it, still replaces ours")
		try.NoError(n.HandleBlocks(longer))
	}
}

func TestNode_HandleBlocks_at_once(t *testing.T) {
	pairs := make([]chain.Pair, 40)
	for i := range pairs {
		pairs[i] = minted(i%2, int64(1+i))
	}
	var blocks []chain.Block
	for i := range 2 {
		blocks = grown(blocks, int64(i), minted(5, int64(1+i)).Transaction)
	}
	try := expect.Tried(t, "HandleBlocks of two chains while another goroutine calls HandleTransaction with 40 coinbases, 50 times over")
	try.Why("a node is safe for concurrent use: all code that touches what it knows holds n.mu")
	for range 50 {
		n := node.New()
		var all sync.WaitGroup
		begin, errs := make(chan struct{}), make(chan error, len(pairs)+len(blocks))
		all.Go(func() {
			<-begin
			for _, p := range pairs {
				errs <- n.HandleTransaction(p)
			}
		})
		all.Go(func() {
			<-begin
			for i := range blocks {
				errs <- n.HandleBlocks(blocks[:i+1])
			}
		})
		close(begin)
		all.Wait()
		close(errs)
		for err := range errs {
			try.NoError(err)
		}
		try.Equal("transactions in the pool", len(n.Pool()), len(pairs))
	}
}

func TestNode_HandleBlocks_random(t *testing.T) {
	d := draw.From(t)
	for range 6 {
		n := node.New()
		known := map[string]chain.Transaction{}
		fresh := func(name string) chain.Transaction {
			known[name] = minted(d.IntN(4), int64(d.Between(1, 1_000_000_000))).Transaction
			return known[name]
		}
		var txns []chain.Transaction // pending
		var left []string            // of these, what the longer chain does not hold
		for i := range d.Between(2, 6) {
			name := string(rune('a' + i))
			take(t, n, chain.Pair{Transaction: fresh(name)})
			if d.IntN(2) == 0 {
				txns = append(txns, known[name])
			} else {
				left = append(left, name)
			}
		}
		ours := grown(nil, 10, fresh("ours"))
		longer := grown(grown(nil, 10, append(txns, fresh("x"))...), 11, fresh("y"))
		try := expect.Tried(t, "HandleBlocks of a block with a new coinbase, and then of another chain of two blocks with %s of the %d pending", expect.Count(len(txns), "transaction"), len(txns)+len(left))
		try.Why("a longer chain that is valid replaces ours")
		try.NoError(n.HandleBlocks(ours))
		if d.IntN(2) == 0 {
			rotten := slices.Clone(longer)
			bad := d.IntN(2)
			rotten[bad].Transactions = slices.Clone(rotten[bad].Transactions)
			rotten[bad].Transactions[0].ReceiverValue++
			try.Why("a chain must pass chain.CheckChain: here block %d is not what its header says", bad+1)
			try.ErrorIs(n.HandleBlocks(rotten), chain.ErrMerkleRoot, "chain.ErrMerkleRoot")
		}
		try.Why("a longer chain that is valid replaces ours")
		try.NoError(n.HandleBlocks(longer))
		try.Why("what the new chain holds leaves the pool, and what only our old chain held is pending again, before the rest")
		try.Shows("pool", names(known, n.Pool()), expect.List(append([]string{"ours"}, left...)))
	}
}
