package consensus_test

import (
	"fmt"
	"math"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
)

var rules = consensus.Rules{Genesis: 1000, Easiest: 0x407fffff, Interval: 10, Window: 8, Reward: 50, Halving: 100, Ahead: 120}

// coined is the coinbase of a height, by hand.
func coined(height, to int) chain.Transaction {
	return chain.Transaction{Version: 2, Receiver: address(to), ReceiverValue: 50 >> (height / 100), Sender: chain.Coinbase,
		ReceiverSignature: []byte("height " + itoa(height))}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestRules_RewardAt(t *testing.T) {
	r := consensus.Rules{Reward: math.MaxInt64, Halving: 10}
	for _, tt := range []struct {
		r      consensus.Rules
		height int
		want   int64
	}{
		{rules, 0, 50}, {rules, 1, 50}, {rules, 99, 50}, {rules, 100, 25}, {rules, 199, 25}, {rules, 200, 12}, {rules, 300, 6}, {rules, 500, 1}, {rules, 600, 0},
		{rules, 6400, 0}, {rules, 100_000, 0}, {r, 619, math.MaxInt64 >> 61}, {r, 620, 1}, {r, 630, 0}, {r, 640, 0}, {r, 10 << 20, 0},
	} {
		try := expect.Tried(t, "RewardAt(%d), where the reward is %d at first and halves every %d blocks", tt.height, tt.r.Reward, tt.r.Halving)
		try.Why("block %d is the first with half the reward, and each halving rounds down: after 63 of them nothing is left of any int64", tt.r.Halving)
		try.Equal("", tt.r.RewardAt(tt.height), tt.want)
	}
}

func TestRules_RewardAt_draws(t *testing.T) {
	d := draw.From(t)
	for range 50 {
		r := consensus.Rules{Reward: d.Int64N(1 << 40), Halving: d.Between(1, 1000)}
		height := d.Between(0, 45*r.Halving)
		want := r.Reward
		for h := r.Halving; h <= height; h += r.Halving {
			want /= 2
		}
		try := expect.Tried(t, "RewardAt(%d), where the reward is %d at first and halves every %d blocks", height, r.Reward, r.Halving)
		try.Why("%d blocks below it make %d halvings, each rounded down", height, height/r.Halving)
		try.Equal("", r.RewardAt(height), want)
	}
}

func TestRules_CheckCoinbase(t *testing.T) {
	d := draw.From(t)
	for _, h := range []int{1, 7, 9, 10, 100, 150, 99_999, d.Between(2, 99), d.Between(200, 90_000)} {
		try := expect.Tried(t, "CheckCoinbase of the coinbase of height %d, at height %d", h, h)
		try.NoError(rules.CheckCoinbase(coined(h, d.Between(0, 3)), h))
	}
	for _, tt := range []struct {
		name   string
		height int
		f      func(x *chain.Transaction)
		why    string
	}{
		{"one coin too many", 7, func(x *chain.Transaction) { x.ReceiverValue++ }, "the reward is exact"},
		{"one coin too few", 7, func(x *chain.Transaction) { x.ReceiverValue-- }, "the reward is exact"},
		{"the reward of before the halving", 100, func(x *chain.Transaction) { x.ReceiverValue = 50 }, "the reward is exact"},
		{"another height's mark", 7, func(x *chain.Transaction) { x.ReceiverSignature = []byte("height 6") }, "the mark makes every coinbase another transaction"},
		{"no mark", 7, func(x *chain.Transaction) { x.ReceiverSignature = nil }, "the mark makes every coinbase another transaction"},
		{"a longer mark", 7, func(x *chain.Transaction) { x.ReceiverSignature = []byte("height 77") }, "the mark makes every coinbase another transaction"},
		{"a mark with a zero in front of its number", 7, func(x *chain.Transaction) { x.ReceiverSignature = []byte("height 07") }, "the mark is exact: one that can be written in two ways makes two coinbases for one height"},
		{"a mark with a blank after it", 7, func(x *chain.Transaction) { x.ReceiverSignature = []byte("height 7 ") }, "the mark is exact: one that can be written in two ways makes two coinbases for one height"},
		{"a mark with a sign", 7, func(x *chain.Transaction) { x.ReceiverSignature = []byte("height +7") }, "the mark is exact: one that can be written in two ways makes two coinbases for one height"},
		{"a mark and more after it", 7, func(x *chain.Transaction) { x.ReceiverSignature = []byte("height 7\n") }, "the mark is exact: one that can be written in two ways makes two coinbases for one height"},
		{"a change", 7, func(x *chain.Transaction) { x.SenderChange = 1 }, "a change would be one more coin than the reward"},
		{"a change of -1", 7, func(x *chain.Transaction) { x.SenderChange = -1 }, "a change is 0"},
		{"a sender's signature", 7, func(x *chain.Transaction) { x.SenderSignature = []byte{1} }, "what nobody checks could be anything"},
		{"version 0", 7, func(x *chain.Transaction) { x.Version = 0 }, "this network knows version 2 alone"},
		{"a sender who is someone", 7, func(x *chain.Transaction) { x.Sender = address(2) }, "the coinbase has its own sender"},
		{"a token that it spends", 7, func(x *chain.Transaction) { x.Previous = make([]chain.Hash, 1) }, "a coinbase spends nothing"},
	} {
		x := coined(tt.height, 1)
		tt.f(&x)
		try := expect.Tried(t, "CheckCoinbase at height %d of a coinbase with %s", tt.height, tt.name).Why("%s", tt.why)
		try.ErrorIs(rules.CheckCoinbase(x, tt.height), consensus.ErrCoinbase, "consensus.ErrCoinbase")
	}
}

func TestRules_CheckCoinbase_decoded(t *testing.T) {
	h := draw.From(t).Between(2, 90_000)
	x := coined(h, 1)
	x.Previous, x.SenderSignature = []chain.Hash{}, []byte{}
	try := expect.Tried(t, "CheckCoinbase, at height %d, of its coinbase as it comes over the wire, with slices that are empty and not nil", h)
	try.Why("ask for the length of a slice: an empty signature is none, and so is one that is nil")
	try.NoError(rules.CheckCoinbase(x, h))
}

// funded is a ledger in which each of four keys has the coinbase of a block.
func funded(t testing.TB) (*chain.Ledger, []chain.Token) {
	t.Helper()
	l := chain.NewLedger()
	var tokens []chain.Token
	for i := range 4 {
		x := coined(i+1, i)
		// Not Broken: Mint hashes with the learner's own Transaction.Hash.
		expect.Tried(t, "Ledger.Mint of a coinbase, which goes by its hash").NoError(l.Mint(x))
		tokens = append(tokens, payment(x))
	}
	return l, tokens
}

func TestConnect(t *testing.T) {
	l, k := funded(t)
	a := signedPair(t, 0, 1, 20, k[0])
	b := signedPair(t, 1, 2, 60, k[1], payment(a.Transaction))
	block := chain.Block{Transactions: []chain.Transaction{coined(5, 3), a.Transaction, b.Transaction}}
	try := expect.Tried(t, "Connect of a block with a coinbase, a payment, and a payment that spends the first one's, at height 5")
	try.Why("each transaction is entered in order, so that a later one can spend an earlier one's tokens; the tokens spent come back, one slice per transaction")
	spent, err := consensus.Connect(l, rules, block, 5)
	try.NoError(err)
	try.Equal("length of what it returns, one for each transaction", len(spent), 3)
	try.True(len(spent[0]) == 0 && len(spent[1]) == 1 && len(spent[2]) == 2, expect.Value(len(spent[1])), "0, 1 and 2 tokens")
	try.Equal("coins in the ledger", l.Total(), int64(250))
	for _, x := range block.Transactions {
		try.True(l.Knows(hashOf(x)), "a transaction that is not known", "all three known")
	}
	consensus.Disconnect(l, block, spent)
	try.Why("with what Connect returned, Disconnect undoes it all")
	try.Equal("coins in the ledger after Disconnect", l.Total(), int64(200))
	for _, x := range k {
		try.NoError(l.CheckUnspent(x))
	}
	_, err = consensus.Connect(l, rules, block, 5)
	try.NoError(err)
}

// The coinbase is entered first, so its token is there for the next transaction.
func TestConnect_coinbase(t *testing.T) {
	l, _ := funded(t)
	coinbase := coined(5, 3)
	x := signedPair(t, 3, 0, 10, payment(coinbase))
	try := expect.Tried(t, "Connect of a block with a coinbase and a payment that spends its token")
	try.Why("each transaction is entered in order, the coinbase too, so that a later one can spend an earlier one's tokens")
	_, err := consensus.Connect(l, rules, chain.Block{Transactions: []chain.Transaction{coinbase, x.Transaction}}, 5)
	try.NoError(err)
	try.Equal("coins in the ledger", l.Total(), int64(250))
}

func TestConnect_refuses(t *testing.T) {
	d := draw.From(t)
	_, k := funded(t)
	good := signedPair(t, 0, 1, 20, k[0]).Transaction
	next := signedPair(t, 1, 2, 60, k[1], payment(good)).Transaction
	moved := signedPair(t, 1, 2, 20, k[1]).Transaction
	moved.ReceiverValue--
	moved.SenderChange++
	rich := signedPair(t, 1, 2, 20, k[1])
	rich.Transaction.ReceiverValue = 1_000_000
	high := coined(5, 3)
	high.ReceiverValue = 51
	for _, tt := range []struct {
		name string
		txns []chain.Transaction
		want error
		is   string
	}{
		{"no transactions", nil, chain.ErrEmpty, "chain.ErrEmpty"},
		{"a slice of no transactions that is not nil", []chain.Transaction{}, chain.ErrEmpty, "chain.ErrEmpty"},
		{"no coinbase", []chain.Transaction{good}, consensus.ErrCoinbase, "consensus.ErrCoinbase"},
		{"the coinbase after a payment", []chain.Transaction{good, coined(5, 3)}, consensus.ErrCoinbase, "consensus.ErrCoinbase"},
		{"a coinbase of 51 coins, where 50 are due", []chain.Transaction{high}, consensus.ErrCoinbase, "consensus.ErrCoinbase"},
		{"a coinbase of another height", []chain.Transaction{coined(4, 3)}, consensus.ErrCoinbase, "consensus.ErrCoinbase"},
		{"a second coinbase", []chain.Transaction{coined(5, 3), good, coined(6, 3)}, nil, ""},
		{"a second coinbase, of the right height for another receiver", []chain.Transaction{coined(5, 3), good, coined(5, 2)}, nil, ""},
		{"toycoin's coinbase as its second transaction", []chain.Transaction{coined(5, 3), minted(3, 50)}, nil, ""},
		{"a toycoin payment", []chain.Transaction{coined(5, 3), paid(t, 0, 1, 5, k[0]).Transaction}, chain.ErrVersion, "chain.ErrVersion"},
		{"a token spent twice", []chain.Transaction{coined(5, 3), good, signedPair(t, 0, 2, 20, k[0]).Transaction}, chain.ErrSpent, "chain.ErrSpent"},
		{"a transaction twice", []chain.Transaction{coined(5, 3), good, good}, chain.ErrKnown, "chain.ErrKnown"},
		{"a token that nobody made", []chain.Transaction{coined(5, 3), good, signedPair(t, 1, 2, 5, coin(d, 1, 9)).Transaction}, chain.ErrMissing, "chain.ErrMissing"},
		{"a payment, one that spends its token, and one of a token that nobody made", []chain.Transaction{coined(5, 3), good, next, signedPair(t, 2, 1, 5, coin(d, 2, 9)).Transaction}, chain.ErrMissing, "chain.ErrMissing"},
		{"coins moved from receiver to sender", []chain.Transaction{coined(5, 3), good, moved}, chain.ErrSignature, "chain.ErrSignature"},
		{"a payment of more than its tokens", []chain.Transaction{coined(5, 3), good, signedAgain(t, 1, rich).Transaction}, chain.ErrSum, "chain.ErrSum"},
	} {
		l, k := funded(t)
		try := expect.Tried(t, "Connect at height 5 of a block with %s", tt.name).Why("every transaction of a received block is verified; toycoin verified none")
		_, err := consensus.Connect(l, rules, chain.Block{Transactions: tt.txns}, 5)
		if tt.want != nil {
			try.ErrorIs(err, tt.want, tt.is)
		} else if err == nil {
			try.Fail("no error", "an error")
		}
		try.Why("a block that is refused changes nothing: take all of it back, the last transaction first, since it may have spent what one before it made")
		try.Equal("coins in the ledger afterwards", l.Total(), int64(200))
		for _, x := range k {
			try.NoError(l.CheckUnspent(x))
		}
		try.True(!l.Knows(hashOf(coined(5, 3))) && !l.Knows(hashOf(good)), "a transaction of the block is known", "none is")
	}
}

// A block cannot be connected twice: its coinbase is in the ledger already.
func TestConnect_again(t *testing.T) {
	l, k := funded(t)
	x := signedPair(t, 0, 1, 20, k[0]).Transaction
	try := expect.Tried(t, "Connect at height 4 of a block whose coinbase is in the ledger already, and a good payment")
	try.Why("Mint refuses a coinbase that is known: return its error")
	_, err := consensus.Connect(l, rules, chain.Block{Transactions: []chain.Transaction{coined(4, 3), x}}, 4)
	try.ErrorIs(err, chain.ErrKnown, "chain.ErrKnown")
	try.Why("a block that is refused changes nothing")
	try.Equal("coins in the ledger afterwards", l.Total(), int64(200))
	try.True(!l.Knows(hashOf(x)), "the payment is known", "it is not")
}

func TestRules_CheckCoinbase_random(t *testing.T) {
	d := draw.From(t)
	for range 40 {
		h := d.Between(1, 599)
		x := coined(h, d.IntN(4))
		name, why, right := "", "the reward of this height, and its mark", false
		switch d.IntN(6) {
		case 0:
			name, why = " with more coins", "the reward is exact"
			x.ReceiverValue += int64(d.Between(1, 1000))
		case 1:
			other := h + d.Between(1, 99)
			name, why = " with the mark of height "+itoa(other), "the mark makes every coinbase another transaction"
			x.ReceiverSignature = []byte("height " + itoa(other))
		case 2:
			name, why = " with a change", "a change would be more coins than the reward"
			x.SenderChange = int64(d.Between(1, 1000))
		default:
			right = true
		}
		try := expect.Tried(t, "CheckCoinbase of the coinbase of height %d%s, at this height", h, name).Why("%s", why)
		if right {
			try.NoError(rules.CheckCoinbase(x, h))
		} else {
			try.ErrorIs(rules.CheckCoinbase(x, h), consensus.ErrCoinbase, "consensus.ErrCoinbase")
		}
	}
}

func TestConnect_random(t *testing.T) {
	d := draw.From(t)
	for range 8 {
		l, k := funded(t)
		height := d.Between(5, 99)
		txns := []chain.Transaction{coined(height, 3)}
		for _, i := range d.Perm(4)[:d.Between(1, 3)] {
			txns = append(txns, signedPair(t, i, 3-i, int64(d.Between(1, 49)), k[i]).Transaction)
		}
		name, why, want, is := "nothing wrong", "a coinbase that is due, and payments of tokens that are unspent", error(nil), ""
		at := d.Between(1, len(txns)-1)
		switch d.IntN(5) {
		case 0:
			name, why, want, is = fmt.Sprintf("coins moved from receiver to sender in transaction %d", at+1), "every transaction of a received block is verified", chain.ErrSignature, "chain.ErrSignature"
			txns[at].ReceiverValue, txns[at].SenderChange = txns[at].SenderChange, txns[at].ReceiverValue
			if txns[at].ReceiverValue == txns[at].SenderChange {
				txns[at].ReceiverValue, txns[at].SenderChange = 1, 49
			}
		case 1:
			name, why, want, is = "a coinbase of another height", "the coinbase passes Rules.CheckCoinbase", consensus.ErrCoinbase, "consensus.ErrCoinbase"
			txns[0] = coined(height+1, 3)
		case 2:
			name, why, want, is = fmt.Sprintf("transaction %d again at its end", at+1), "a transaction is entered once", chain.ErrKnown, "chain.ErrKnown"
			txns = append(txns, txns[at])
		}
		try := expect.Tried(t, "Connect at height %d of a block of %d transactions with %s", height, len(txns), name).Why("%s", why)
		_, err := consensus.Connect(l, rules, chain.Block{Transactions: txns}, height)
		coins := int64(250)
		if want == nil {
			try.NoError(err)
		} else {
			coins = 200
			try.ErrorIs(err, want, is)
		}
		try.Why("a block that is connected makes its coinbase's coins, and one that is refused changes nothing")
		try.Equal("coins in the ledger", l.Total(), coins)
		for _, x := range txns[1:] {
			try.Equal("a payment of the block is known", l.Knows(hashOf(x)), want == nil)
		}
	}
}
