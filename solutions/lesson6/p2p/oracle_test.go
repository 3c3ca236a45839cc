package p2p_test

import (
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/wallet"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"
)

// twoWallets is a chain of one block, whose coinbase the first of two wallets owns, and their
// oracle.
func twoWallets(t *testing.T) (*consensus.Index, []*wallet.Wallet, *p2p.Oracle, *expect.Try) {
	x := consensus.NewIndex(rules)
	try := expect.Tried(t, "setting up: blocks through Index.Add, payments through wallet.Send")
	w := []*wallet.Wallet{wallet.New(toycoin.Key(0)), wallet.New(toycoin.Key(1))}
	for _, s := range w {
		s.Pay = consensus.PaySigned
	}
	add(try, x, mined(x, 0))
	return x, w, &p2p.Oracle{Wallets: w}, try
}

func TestOracle_Settle(t *testing.T) {
	x, w, o, try := twoWallets(t)
	two := mined(x, 0)
	add(try, x, two)

	try = expect.Tried(t, "Settle of two wallets, the first of which owns two coinbases on the main chain")
	try.Why("a wallet's Tokens become what the ledger says that it owns: they replace the old ones, so that settling twice changes nothing")
	o.Settle(x.Ledger)
	try.Equal("balance of the first", w[0].Balance(), int64(100))
	try.Equal("balance of the second", w[1].Balance(), int64(0))
	o.Settle(x.Ledger)
	try.Equal("balance of the first, settled again", w[0].Balance(), int64(100))

	pair, err := w[0].Send(address(1), 20)
	try.NoError(err)
	o.Settle(x.Ledger)
	try = expect.Tried(t, "Settle after the first has sent 20 that no block holds yet").Why("the oracle waits: nothing unconfirmed is spent, and nothing spent is spent again")
	try.Equal("balance of the first", w[0].Balance(), int64(50))
	try.Equal("balance of the second", w[1].Balance(), int64(0))
	try.Equal("payments pending", len(w[0].Pending), 1)

	add(try, x, mined(x, 5, pair.Transaction))
	o.Settle(x.Ledger)
	try = expect.Tried(t, "Settle after a block has confirmed the payment of 20")
	try.Why("a payment whose transaction the ledger knows is over: Confirm takes it out of Pending")
	try.Equal("balance of the first", w[0].Balance(), int64(80))
	try.Equal("balance of the second", w[1].Balance(), int64(20))
	try.Equal("payments pending", len(w[0].Pending), 0)

	lost, err := w[1].Send(address(0), 7)
	try.NoError(err)
	rival, err := consensus.PaySigned(toycoin.Key(1), lost.Tokens, address(3), 9)
	try.NoError(err)
	add(try, x, mined(x, 5, rival))
	o.Settle(x.Ledger)
	try = expect.Tried(t, "Settle after a block spends, in another payment, the token that a pending one spends").Why("that payment can never be confirmed")
	try.Equal("payments pending", len(w[1].Pending), 0)
	try.Equal("balance of the second", w[1].Balance(), int64(11))
}

// Two wallets own the two tokens of one transaction.
func TestOracle_Settle_claims(t *testing.T) {
	x, w, o, try := twoWallets(t)
	o.Settle(x.Ledger)
	pair, err := w[0].Send(address(1), 20)
	try.NoError(err)
	add(try, x, mined(x, 5, pair.Transaction))
	o.Settle(x.Ledger)
	_, err = w[0].Send(address(3), 30)
	try.NoError(err)
	o.Settle(x.Ledger)
	try = expect.Tried(t, "Settle of two wallets, where the first has paid the second 20 of 50, in a block, and then the change of 30 to somebody else, pending")
	try.Why("a pending payment claims its wallet's tokens and no other wallet's, even if both tokens are of one transaction")
	try.Equal("balance of the first", w[0].Balance(), int64(0))
	try.Equal("balance of the second", w[1].Balance(), int64(20))
}

func TestOracle_Settle_parts(t *testing.T) {
	for gone, which := range []string{"first", "second"} {
		settleParts(t, gone, which)
	}
}

func settleParts(t *testing.T, gone int, which string) {
	x := consensus.NewIndex(rules)
	try := expect.Tried(t, "setting up: blocks through Index.Add, payments through wallet.Send")
	w := wallet.New(toycoin.Key(0))
	w.Pay = consensus.PaySigned
	o := &p2p.Oracle{Wallets: []*wallet.Wallet{w}}
	for range 4 {
		add(try, x, mined(x, 0))
	}
	o.Settle(x.Ledger)
	one, err := w.Send(address(1), 70) // two of the four coins of 50
	try.NoError(err)
	two, err := w.Send(address(1), 60) // the other two
	try.NoError(err)
	o.Settle(x.Ledger)
	try = expect.Tried(t, "Settle of a wallet whose four coins of 50 are all spent by two pending payments of two coins each")
	try.Why("the ledger still has these coins, but a pending payment claims them, and what is claimed is not spent again")
	try.Equal("balance", w.Balance(), int64(0))
	try.Equal("payments pending", len(w.Pending), 2)

	rival, err := consensus.PaySigned(toycoin.Key(0), one.Tokens[gone:gone+1], address(3), 9)
	try.NoError(err)
	add(try, x, mined(x, 5, rival))
	o.Settle(x.Ledger)
	try = expect.Tried(t, "Settle after a block has spent, in another payment of 9, the %s coin of the first of these payments", which)
	try.Why("one coin that is gone is enough: that payment can never be confirmed, and its other coin is free again")
	try.Equal("payments pending", len(w.Pending), 1)
	try.True(w.Pending[0].Transaction == two.Transaction.Hash(), "another payment", "the second of them")
	try.Equal("balance", w.Balance(), int64(50+41))
}

func TestOracle_Settle_random(t *testing.T) {
	x, w, o, setup := twoWallets(t)
	d := draw.From(t)
	balance, other := int64(50), int64(0)
	for range 5 {
		o.Settle(x.Ledger)
		try := expect.Tried(t, "Settle after payments that blocks have confirmed, and some that they have made impossible")
		try.Why("a wallet owns what the ledger says, without the tokens that its pending payments spend")
		try.Equal("balance of the first", w[0].Balance(), balance)
		try.Equal("balance of the second", w[1].Balance(), other)
		try.Equal("payments pending", len(w[0].Pending), 0)
		value := int64(d.Between(1, int(balance)-1))
		pair, err := w[0].Send(address(1), value)
		setup.NoError(err)
		if d.IntN(2) == 0 { // another payment of the same tokens comes first
			value = int64(d.Between(1, int(chain.Sum(pair.Tokens))-1))
			pair.Transaction, err = consensus.PaySigned(toycoin.Key(0), pair.Tokens, address(3), value)
			setup.NoError(err)
		} else {
			other += value
		}
		add(setup, x, mined(x, 0, pair.Transaction))
		balance += 50 - value
	}
}
