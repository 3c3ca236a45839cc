package consensus_test

import (
	"errors"
	"math"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
)

// spendings are pairs that break one rule each; sign signs them, or does not.
type spending struct {
	name string
	p    chain.Pair
	want error
	is   string
	why  string
	or   error // of another rule that the pair cannot help breaking: as good
}

func (s spending) refused(try *expect.Try, err error) {
	if s.or == nil || !errors.Is(err, s.or) {
		try.ErrorIs(err, s.want, s.is)
	}
}

func spendings(d *draw.Source, sign func(chain.Pair) chain.Pair) []spending {
	v := int64(d.Between(10, 90))
	a, b := coin(d, 0, v), coin(d, 0, v+3)
	paid := func(value int64, tokens ...chain.Token) chain.Pair { return sign(unsigned(0, 1, value, tokens...)) }
	right := unsigned(0, 1, v+1, a, b)
	change := func(f func(p *chain.Pair)) chain.Pair {
		p := chain.Pair{Tokens: append([]chain.Token{}, right.Tokens...), Transaction: right.Transaction}
		p.Transaction.Previous = append([]chain.Hash{}, right.Transaction.Previous...)
		f(&p)
		return sign(p)
	}
	x := func(p *chain.Pair) *chain.Transaction { return &p.Transaction }
	return []spending{
		{"no tokens", paid(0), chain.ErrNoTokens, "chain.ErrNoTokens", "only a coinbase makes coins out of nothing", chain.ErrValue},
		{"a second token of another owner", change(func(p *chain.Pair) { p.Tokens[1].Owner = address(2) }), chain.ErrOwners, "chain.ErrOwners", "one signature speaks for one owner", nil},
		{"tokens of an owner who is not the sender", change(func(p *chain.Pair) { p.Tokens[0].Owner, p.Tokens[1].Owner = address(2), address(2) }), chain.ErrSender, "chain.ErrSender", "toycoin let anyone name themselves as the sender and so take the change", nil},
		{"one previous hash too few", change(func(p *chain.Pair) { x(p).Previous = x(p).Previous[:1] }), chain.ErrPrevious, "chain.ErrPrevious", "the signatures cover Previous, so Previous must name what is spent", nil},
		{"one previous hash too many", change(func(p *chain.Pair) { x(p).Previous = append(x(p).Previous, hashes(d, 1)...) }), chain.ErrPrevious, "chain.ErrPrevious", "the signatures cover Previous, so Previous must name what is spent", nil},
		{"previous hashes in another order", change(func(p *chain.Pair) {
			x(p).Previous[0], x(p).Previous[1] = x(p).Previous[1], x(p).Previous[0]
		}), chain.ErrPrevious, "chain.ErrPrevious", "hash i names token i", nil},
		{"the same token twice", paid(2*v, a, a), chain.ErrTwice, "chain.ErrTwice", "a coin cannot be spent twice in one payment", nil},
		{"the same token twice with another between", paid(2*v, a, b, a), chain.ErrTwice, "chain.ErrTwice", "a coin cannot be spent twice in one payment", nil},
		{"a payment of 0", change(func(p *chain.Pair) { x(p).ReceiverValue, x(p).SenderChange = 0, 2*v+3 }), chain.ErrValue, "chain.ErrValue", "a payment is above 0", nil},
		{"a payment below 0", change(func(p *chain.Pair) { x(p).ReceiverValue, x(p).SenderChange = -5, 2*v+8 }), chain.ErrValue, "chain.ErrValue", "a payment below 0 would take coins from the receiver", nil},
		{"a change below 0", change(func(p *chain.Pair) { x(p).ReceiverValue, x(p).SenderChange = 2*v+4, -1 }), chain.ErrValue, "chain.ErrValue", "a change below 0 would make coins", nil},
		{"a token worth 0", change(func(p *chain.Pair) { p.Tokens[0].Value, x(p).SenderChange = 0, 2 }), chain.ErrValue, "chain.ErrValue", "no token is worth nothing", nil},
		{"a token worth less than 0", change(func(p *chain.Pair) { p.Tokens[0].Value, x(p).SenderChange = -1, 1 }), chain.ErrValue, "chain.ErrValue", "no token is worth less than nothing", nil},
		{"a second token worth 0", change(func(p *chain.Pair) { p.Tokens[1].Value, x(p).ReceiverValue, x(p).SenderChange = 0, 1, v-1 }), chain.ErrValue, "chain.ErrValue", "every token is looked at, not only the first", nil},
		{"outputs whose sum overflows an int64", change(func(p *chain.Pair) {
			x(p).ReceiverValue, x(p).SenderChange = math.MaxInt64, math.MaxInt64
			p.Tokens[0].Value, p.Tokens[1].Value = math.MaxInt64-1, 1
		}), chain.ErrValue, "chain.ErrValue", "two huge outputs wrap around to a small sum: bitcoin made 184 billion coins that way in 2010", nil},
		{"tokens whose sum overflows an int64", change(func(p *chain.Pair) {
			p.Tokens[0].Value, p.Tokens[1].Value = math.MaxInt64, math.MaxInt64
		}), chain.ErrValue, "chain.ErrValue", "two huge tokens wrap around to a small sum", nil},
		{"three tokens whose sum overflows an int64 to just what is paid", change(func(p *chain.Pair) {
			k := coin(d, 0, 2*v+5)
			p.Tokens = append(p.Tokens, k)
			x(p).Previous = append(x(p).Previous, k.Transaction)
			p.Tokens[0].Value, p.Tokens[1].Value = math.MaxInt64, math.MaxInt64 // and 2 more are 2^64
		}), chain.ErrValue, "chain.ErrValue", "a sum that wraps around twice is above 0 again: every addition needs the check, not only the last", nil},
		{"one coin more out than in", change(func(p *chain.Pair) { x(p).ReceiverValue++ }), chain.ErrSum, "chain.ErrSum", "coins are not made on the way; toycoin did not look", nil},
		{"one coin less out than in", change(func(p *chain.Pair) { x(p).SenderChange-- }), chain.ErrSum, "chain.ErrSum", "there are no fees, so nothing may get lost either", nil},
	}
}
