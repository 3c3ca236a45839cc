package chain_test

import (
	"errors"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
)

func enter(t testing.TB, l *chain.Ledger, txns ...chain.Transaction) {
	t.Helper()
	for i, x := range txns {
		if _, err := l.Spend(x); err != nil {
			expect.Tried(t, "Ledger.Spend of right transaction %d of %d", i+1, len(txns)).Why("the ledger has the tokens that it spends, and its signatures are right").NoError(err)
		}
	}
}

func TestLedger_Spend(t *testing.T) {
	d := draw.From(t)
	v := int64(d.Between(20, 90))
	c := minted(0, v)
	p := paid(t, 0, 1, v-1, payment(c))
	q := paid(t, 1, 2, v-1, payment(p.Transaction))
	l := chain.NewLedger()
	for _, s := range []struct {
		what      string
		x         chain.Transaction
		took      []chain.Token
		has, gone []chain.Token
	}{
		{"a coinbase", c, nil, []chain.Token{payment(c)}, nil},
		{"a payment with a change", p.Transaction, p.Tokens, []chain.Token{payment(p.Transaction), change(p.Transaction)}, p.Tokens},
		{"a payment without a change", q.Transaction, q.Tokens, []chain.Token{payment(q.Transaction), change(p.Transaction)}, []chain.Token{payment(p.Transaction), change(q.Transaction)}},
	} {
		try := expect.Tried(t, "Ledger.Spend of %s", s.what)
		try.Why("the ledger has the tokens that it spends, and its signatures are right")
		took, err := l.Spend(s.x)
		try.NoError(err)
		try.Why("a caller needs the spent tokens to undo the transaction")
		try.True(len(took) == len(s.took) && (len(took) == 0 || took[0].Same(s.took[0])), expect.Value(took), "the tokens that were spent")
		try.Why("a transaction makes a payment for the receiver and a change for the sender, which both can be spent from now on")
		for _, k := range s.has {
			if err := l.CheckUnspent(k); err != nil {
				try.Fail("afterwards, CheckUnspent of a token of "+expect.Value(k.Value)+" coins: "+expect.Error(err), "it can be spent")
			}
		}
		try.Why("a token can be spent once, and a change of 0 is not a token")
		for _, k := range s.gone {
			try.True(l.CheckUnspent(k) != nil, "afterwards, a token that can still be spent", "spent tokens, and a change of 0, are not in the ledger")
		}
		try.Why("a transaction is entered once: the ledger remembers its hash").True(l.Knows(hashOf(s.x)), "afterwards, Knows(its hash) = false", "true")
		try.Why("only a coinbase makes coins: the others pass on what they spend").Equal("coins in the ledger", l.Total(), v)
	}
}

func TestLedger_Spend_refuses(t *testing.T) {
	d := draw.From(t)
	c := minted(0, 50)
	p := paid(t, 0, 1, 20, payment(c))
	again := paid(t, 0, 2, 20, payment(c))
	rich := paid(t, 0, 2, 10, change(p.Transaction))
	rich.Transaction.ReceiverValue, rich.Transaction.SenderChange = 1_000_000_000, 30
	bent := paid(t, 0, 1, 5, change(p.Transaction))
	bent.Transaction.SenderSignature[9] ^= 1
	thief := resigned(t, 2, paid(t, 1, 2, 20, payment(p.Transaction)))
	for _, tt := range []struct {
		name string
		x    chain.Transaction
		want error
		is   string
		why  string
	}{
		{"a transaction that is in the ledger already", p.Transaction, chain.ErrKnown, "chain.ErrKnown", "toycoin's nodes put one transaction into two blocks"},
		{"a coinbase that is in the ledger already", c, chain.ErrKnown, "chain.ErrKnown", "entered twice, a coinbase would make its coins twice"},
		{"a token that is spent", again.Transaction, chain.ErrSpent, "chain.ErrSpent", "toycoin never asked whether a token in the chain had been spent"},
		{"a token of an unknown transaction", paid(t, 0, 1, 3, coin(d, 0, 9)).Transaction, chain.ErrMissing, "chain.ErrMissing", "a token comes from a transaction in the chain"},
		{"a payment raised to 1,000,000,000 coins", rich.Transaction, chain.ErrSum, "chain.ErrSum", "toycoin's signatures leave the values out; at least the sum must be right"},
		{"a bent signature", bent.Transaction, chain.ErrSignature, "chain.ErrSignature", "transactions in blocks of others are checked as well"},
		{"someone else's token", thief.Transaction, chain.ErrSignature, "chain.ErrSignature", "only its owner may spend a token"},
		{"one token twice", paid(t, 0, 1, 60, change(p.Transaction), change(p.Transaction)).Transaction, chain.ErrTwice, "chain.ErrTwice", "a coin cannot be spent twice in one payment"},
	} {
		l := chain.NewLedger()
		enter(t, l, c, p.Transaction)
		try := expect.Tried(t, "Ledger.Spend of a transaction with %s", tt.name).Why("%s", tt.why)
		_, err := l.Spend(tt.x)
		try.ErrorIs(err, tt.want, tt.is)
		try.Why("a transaction that is refused changes nothing")
		try.Equal("coins in the ledger afterwards", l.Total(), int64(50))
		try.NoError(l.CheckUnspent(payment(p.Transaction)))
		try.NoError(l.CheckUnspent(change(p.Transaction)))
		if tt.want != chain.ErrKnown {
			try.True(!l.Knows(hashOf(tt.x)), "Knows(its hash) = true", "false")
		}
	}
}

func TestLedger_Spend_twice(t *testing.T) {
	c := minted(0, 50)
	p := paid(t, 0, 1, 20, payment(c))
	l := chain.NewLedger()
	enter(t, l, c, p.Transaction, paid(t, 1, 2, 20, payment(p.Transaction)).Transaction)
	try := expect.Tried(t, "Ledger.Spend of a payment of 20 that is spent, where the change of 30 beside it is not").Why("the change is another owner's")
	_, err := l.Spend(paid(t, 1, 3, 20, payment(p.Transaction)).Transaction)
	try.ErrorIs(err, chain.ErrSpent, "chain.ErrSpent")
	try.NoError(l.CheckUnspent(change(p.Transaction)))
}

func TestLedger_Spend_version(t *testing.T) {
	const version = 1 << 20
	asked, no := 0, errors.New("refused")
	var says error
	chain.Register(version, chain.Version{Leaf: hashOf, Check: func(chain.Pair) error { asked++; return says }})
	c := minted(0, 50)
	x := paid(t, 0, 1, 20, payment(c)).Transaction
	x.Version, x.SenderSignature = version, []byte("signed in another way")
	for _, says = range []error{nil, no} {
		l := chain.NewLedger()
		enter(t, l, c)
		asked = 0
		try := expect.Tried(t, "Ledger.Spend of a transaction of a registered version, of which the version's own rule says %s", expect.Error(says))
		try.Why("Check knows the rules of the transaction's version; lesson 6 gives this ledger another version")
		_, err := l.Spend(x)
		if says == nil {
			try.NoError(err)
		} else {
			try.ErrorIs(err, says, "that error")
		}
		try.Equal("times that the version's rule was asked", asked, 1)
	}
	l := chain.NewLedger()
	enter(t, l, c)
	x = paid(t, 0, 1, 20, payment(c)).Transaction
	x.Version = 3
	_, err := l.Spend(x)
	expect.Tried(t, "Ledger.Spend of a transaction of version 3").Why("a ledger cannot check rules that it does not know").ErrorIs(err, chain.ErrVersion, "chain.ErrVersion")
}

func TestLedger_Spend_self(t *testing.T) {
	c := minted(0, 100)
	self := paid(t, 0, 0, 30, payment(c)).Transaction
	for _, order := range [][]chain.Token{{payment(self), change(self)}, {change(self), payment(self)}} {
		l := chain.NewLedger()
		enter(t, l, c, self)
		for _, k := range order {
			try := expect.Tried(t, "Ledger.Spend of %d coins by someone who had paid themselves 30 of their 100", k.Value)
			try.Why("the sender owns both tokens and may spend them in any order: Ledger.Tokens finds the one whose value is right")
			x := paid(t, 0, 1, k.Value-1, k).Transaction
			took, err := l.Spend(x)
			try.NoError(err)
			try.True(len(took) == 1 && took[0].Same(k), expect.Value(took), "that token spent")
			try.ErrorIs(l.CheckUnspent(k), chain.ErrSpent, "chain.ErrSpent")
			l.Undo(x, took)
			try.Why("Undo puts back what Spend has returned, each token where it was: it has to be the ledger's own, which knows whether it was the payment or the change")
			try.Equal("coins in the ledger after Undo", l.Total(), int64(100))
		}
	}
	l := chain.NewLedger()
	enter(t, l, c, self)
	try := expect.Tried(t, "Ledger.Spend of both tokens of someone who had paid themselves, together")
	try.Why("payment and change are two tokens, even if both are of one owner and one transaction")
	took, err := l.Spend(paid(t, 0, 1, 100, change(self), payment(self)).Transaction)
	try.NoError(err)
	try.Equal("tokens spent", len(took), 2)
}

func TestLedger_Spend_replay(t *testing.T) {
	blocks := vector(t, "chain.bloc.txt")
	try := expect.Tried(t, "Replay, by Ledger.Spend, of a chain of 3 blocks that a toycoin node made")
	try.Why("each transaction spends tokens of those before it, so they are entered in the chain's order")
	l, err := chain.Replay(blocks)
	try.NoError(err)
	try.Equal("coins in the ledger", l.Total(), int64(185))
	try = expect.Tried(t, "Replay of the same chain with its last block twice").Why("a transaction that is in the ledger already would make its coins again")
	_, err = chain.Replay(append(blocks, blocks[2]))
	try.ErrorIs(err, chain.ErrKnown, "chain.ErrKnown")
}
