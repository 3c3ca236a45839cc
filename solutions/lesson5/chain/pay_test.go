package chain_test

//nodebook:limits timeout=45s

import (
	"math"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
)

func TestPay(t *testing.T) {
	d := draw.From(t)
	a, b := coin(d, 0, 30), coin(d, 0, int64(d.Between(10, 40)))
	for _, tt := range []struct {
		value  int64
		tokens []chain.Token
	}{{30, []chain.Token{a}}, {1, []chain.Token{b}}, {31, []chain.Token{a, b}}, {30 + b.Value, []chain.Token{b, a}}} {
		have := int64(0)
		var prev []chain.Hash
		for _, k := range tt.tokens {
			have += k.Value
			prev = append(prev, k.Transaction)
		}
		try := expect.Tried(t, "Pay(key, %d tokens worth %d, receiver, %d)", len(tt.tokens), have, tt.value)
		try.Why("the tokens cover the value, all of it included")
		x, err := chain.Pay(toycoin.Key(0), tt.tokens, address(1), tt.value)
		try.NoError(err)
		try.Why("a token is named by the hash of the transaction that made it, in the order of the tokens")
		try.Equal("Previous", x.Previous, prev)
		try.Why("the payment goes to the receiver, and the owner of the key is the sender")
		try.Equal("Receiver", x.Receiver, address(1))
		try.Equal("ReceiverValue", x.ReceiverValue, tt.value)
		try.Equal("Sender", x.Sender, address(0))
		try.Why("the change is what the tokens are worth less what is paid: together both are as much as what goes in")
		try.Equal("SenderChange", x.SenderChange, have-tt.value)
		try.Equal("Version", x.Version, 0)
		try.Why("each output's signature covers its own owner's address, so that neither output can be given to anyone else")
		try.True(verified(0, joined(prev)+string(address(1)), x.ReceiverSignature), "a signature that does not verify",
			"ReceiverSignature = the sender's, over all of Previous and then the receiver's address")
		try.True(verified(0, joined(prev)+string(address(0)), x.SenderSignature), "a signature that does not verify",
			"SenderSignature = the sender's, over all of Previous and then the sender's own address")
	}
}

func TestPay_refuses(t *testing.T) {
	d := draw.From(t)
	k := coin(d, 0, 30)
	for _, v := range []int64{0, -1, math.MinInt64} {
		try := expect.Tried(t, "Pay with a value of %d", v).Why("toycoin paid 0 and less")
		_, err := chain.Pay(toycoin.Key(0), []chain.Token{k}, address(1), v)
		try.ErrorIs(err, chain.ErrValue, "chain.ErrValue")
	}
	_, err := chain.Pay(toycoin.Key(0), []chain.Token{k}, address(1), 31)
	const funds = "a payment of more than its tokens are worth would need a change below 0"
	expect.Tried(t, "Pay 31 with one token worth 30").Why(funds).ErrorIs(err, chain.ErrFunds, "chain.ErrFunds")
	try := expect.Tried(t, "Pay 1 with no tokens").Why(funds)
	_, err = chain.Pay(toycoin.Key(0), nil, address(1), 1)
	try.ErrorIs(err, chain.ErrFunds, "chain.ErrFunds")
}
