package wallet_test

import (
	"crypto/rsa"
	"errors"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/wallet"
)

// These are the errors that these tests tell apart.
var _ = expect.Apart(map[string]error{
	"wallet.ErrFunds":   wallet.ErrFunds,
	"wallet.ErrUnknown": wallet.ErrUnknown,
	"chain.ErrValue":    chain.ErrValue,
	"chain.ErrFunds":    chain.ErrFunds,
})

func address(i int) chain.Address { return chain.Address(toycoin.Address(i)) }

// filled is a wallet of key 0 with tokens of these values, which pays without
// signatures, so that its tests need nothing of package chain but hashes.
func filled(d *draw.Source, values ...int64) *wallet.Wallet {
	w := &wallet.Wallet{Key: toycoin.Key(0), Address: address(0), Pay: unsigned}
	for _, v := range values {
		w.Tokens = append(w.Tokens, chain.Token{Transaction: chain.Hash(d.Bytes(64)), Owner: address(0), Value: v})
	}
	return w
}

func unsigned(_ *rsa.PrivateKey, tokens []chain.Token, to chain.Address, value int64) (chain.Transaction, error) {
	if value <= 0 {
		return chain.Transaction{}, chain.ErrValue
	}
	t := chain.Transaction{Receiver: to, ReceiverValue: value, Sender: address(0), SenderChange: chain.Sum(tokens) - value}
	for _, k := range tokens {
		t.Previous = append(t.Previous, k.Transaction)
	}
	return t, nil
}

func values(tokens []chain.Token) string {
	out := []int64{}
	for _, k := range tokens {
		out = append(out, k.Value)
	}
	return expect.List(out)
}

func pending(w *wallet.Wallet) string {
	s := []string{}
	for _, p := range w.Pending {
		s = append(s, values(p.Tokens))
	}
	if len(s) == 0 {
		return "none"
	}
	return strings.Join(s, "; ")
}

func TestWallet_Balance(t *testing.T) {
	d := draw.From(t)
	expect.Tried(t, "Balance of an empty wallet").Why("a sum of no tokens is 0").Equal("", filled(d).Balance(), int64(0))
	a, b, c := d.Int64N(100), d.Int64N(100), d.Int64N(100)
	w := filled(d, a, b, c)
	expect.Tried(t, "Balance of tokens worth %d, %d and %d", a, b, c).Why("a balance is the sum over all tokens").Equal("", w.Balance(), a+b+c)
	w.Pending = []wallet.Pending{{Tokens: filled(d, 1000).Tokens}}
	try := expect.Tried(t, "Balance of tokens worth %d, %d and %d, and 1000 more pending", a, b, c)
	try.Why("pending tokens are as good as spent").Equal("", w.Balance(), a+b+c)
}

func TestWallet_Send(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		have        []int64
		value       int64
		spent, left string
	}{
		{[]int64{10, 20, 30}, 5, "10", "20, 30"},
		{[]int64{10, 20, 30}, 10, "10", "20, 30"},
		{[]int64{10, 20, 30}, 11, "10, 20", "30"},
		{[]int64{10, 20, 30}, 60, "10, 20, 30", "none"},
		{[]int64{7}, 7, "7", "none"},
	} {
		w := filled(d, tt.have...)
		try := expect.Tried(t, "Send of %d from a wallet with tokens %v", tt.value, tt.have)
		try.Why("tokens are taken from the front, as few as cover the value")
		p, err := w.Send(address(1), tt.value)
		try.NoError(err)
		try.Shows("tokens of the pair", values(p.Tokens), tt.spent)
		try.Why("w.Pay makes the transaction of the value, the receiver and these tokens")
		try.Equal("ReceiverValue", p.Transaction.ReceiverValue, tt.value)
		try.Equal("Receiver", p.Transaction.Receiver, address(1))
		try.Equal("number of previous hashes", len(p.Transaction.Previous), len(p.Tokens))
		try.Why("a token that is on its way cannot be spent again: it moves from Tokens to Pending")
		try.Shows("tokens left", values(w.Tokens), tt.left)
		try.Shows("tokens pending", pending(w), tt.spent)
		try.True(w.Pending[0].Transaction == p.Transaction.Hash(), "another hash", "Pending under the transaction's hash")
		try.Why("slices of one array show each other's changes, so the pair gets its own: slices.Clone")
		for i := range p.Tokens {
			p.Tokens[i].Value = 99
		}
		clear(append(p.Tokens, chain.Token{})) // writes past the end if there is room
		try.Shows("tokens pending, after the caller has overwritten the pair's", pending(w), tt.spent)
		try.Equal("tokens left then", values(w.Tokens), tt.left)
	}
}

func TestWallet_Send_twice(t *testing.T) {
	w := filled(draw.From(t), 10, 20, 30)
	try := expect.Tried(t, "Send of 5 and then of 15 from a wallet with tokens [10 20 30]")
	try.Why("a token that is pending cannot be sent again")
	_, err := w.Send(address(1), 5)
	try.NoError(err)
	p, err := w.Send(address(2), 15)
	try.NoError(err)
	try.Shows("tokens of the second pair", values(p.Tokens), "20")
	try.Shows("tokens pending", pending(w), "10; 20")
}

func TestWallet_Send_refuses(t *testing.T) {
	d := draw.From(t)
	broken := errors.New("no signature today")
	for _, tt := range []struct {
		name  string
		value int64
		pay   error
		want  error
		is    string
		why   string
	}{
		{"one coin more than the balance", 31, nil, wallet.ErrFunds, "wallet.ErrFunds", "a wallet cannot pay more than it has, and says so before it asks for a transaction"},
		{"nothing", 0, nil, chain.ErrValue, "chain.ErrValue", "w.Pay knows why it refused; its error is passed on, wrapped with %w"},
		{"less than nothing", -3, nil, chain.ErrValue, "chain.ErrValue", "w.Pay knows why it refused; its error is passed on, wrapped with %w"},
		{"15 coins when w.Pay fails", 15, broken, broken, "the error of w.Pay", "w.Pay knows why it refused; its error is passed on, wrapped with %w"},
	} {
		w := filled(d, 10, 20)
		if tt.pay != nil {
			w.Pay = func(*rsa.PrivateKey, []chain.Token, chain.Address, int64) (chain.Transaction, error) {
				return chain.Transaction{}, tt.pay
			}
		}
		try := expect.Tried(t, "Send of %s from a wallet with tokens [10 20]", tt.name).Why("%s", tt.why)
		_, err := w.Send(address(1), tt.value)
		try.ErrorIs(err, tt.want, tt.is)
		try.Why("a payment that failed took nothing: take tokens out and add to Pending after w.Pay has succeeded")
		try.Shows("tokens", values(w.Tokens), "10, 20")
		try.Shows("tokens pending", pending(w), "none")
	}
}

// waiting is a wallet with a token of 1 and three pending payments.
func waiting(d *draw.Source) *wallet.Wallet {
	w := filled(d, 1)
	for i := range int64(3) {
		w.Pending = append(w.Pending, wallet.Pending{Transaction: chain.Hash(d.Bytes(64)), Tokens: filled(d, 10*i+10, 10*i+11).Tokens})
	}
	return w
}

func TestWallet_Confirm(t *testing.T) {
	d := draw.From(t)
	for i, left := range []string{"20, 21; 30, 31", "10, 11; 30, 31", "10, 11; 20, 21"} {
		w := waiting(d)
		try := expect.Tried(t, "Confirm of pending payment %d of 3", i+1).Why("a confirmed payment is over: its tokens do not come back")
		try.NoError(w.Confirm(w.Pending[i].Transaction))
		try.Shows("tokens pending", pending(w), left)
		try.Shows("tokens", values(w.Tokens), "1")
	}
	w := waiting(d)
	try := expect.Tried(t, "Confirm of a hash that is not pending").Why("a payment that the wallet does not know is somebody else's, or over already")
	try.ErrorIs(w.Confirm(chain.Hash(d.Bytes(64))), wallet.ErrUnknown, "wallet.ErrUnknown")
	try.Equal("payments pending", len(w.Pending), 3)
}

func TestWallet_Reject(t *testing.T) {
	d := draw.From(t)
	for i, tt := range []struct{ pending, tokens string }{
		{"20, 21; 30, 31", "10, 11, 1"}, {"10, 11; 30, 31", "20, 21, 1"}, {"10, 11; 20, 21", "30, 31, 1"},
	} {
		w := waiting(d)
		try := expect.Tried(t, "Reject of pending payment %d of 3, in a wallet with a token of 1", i+1).Why("its tokens go back to the front, in their order")
		try.NoError(w.Reject(w.Pending[i].Transaction))
		try.Shows("tokens pending", pending(w), tt.pending)
		try.Shows("tokens", values(w.Tokens), tt.tokens)
	}
	w := waiting(d)
	try := expect.Tried(t, "Reject of a hash that is not pending").Why("a payment that the wallet does not know is somebody else's, or over already")
	try.ErrorIs(w.Reject(chain.Hash(d.Bytes(64))), wallet.ErrUnknown, "wallet.ErrUnknown")
	try.Shows("tokens", values(w.Tokens), "1")
}

func TestWallet_Reject_shared(t *testing.T) {
	all := filled(draw.From(t), 10, 20, 30).Tokens
	w := filled(draw.From(t), 1)
	for i := range all {
		w.Pending = append(w.Pending, wallet.Pending{Transaction: all[i].Transaction, Tokens: all[i : i+1]})
	}
	try := expect.Tried(t, "Reject of the first of three pending payments, whose tokens [10], [20] and [30] lie one behind the other in one array")
	try.Why("append writes into the slice's array if there is room, and that may be someone else's: copy the slice first")
	try.NoError(w.Reject(all[0].Transaction))
	try.Shows("tokens pending", pending(w), "20; 30")
	try.Shows("tokens", values(w.Tokens), "10, 1")
}

func TestWallet_Receive(t *testing.T) {
	d := draw.From(t)
	me, other := address(0), address(1)
	for _, tt := range []struct {
		name      string
		from, to  chain.Address
		pay, rest int64
		want      string
		why       string
	}{
		{"30 coins from someone else, who keeps 70", other, me, 30, 70, "1, 30", "the receiver gets the payment"},
		{"70 coins of change", me, other, 30, 70, "1, 70", "the sender gets the change"},
		{"1 coin of change", me, other, 30, 1, "1, 1", "a change above 0 is a token"},
		{"a payment to someone else without change", me, other, 30, 0, "1", "a change of 0 makes no token"},
		{"a payment between others", other, address(2), 30, 70, "1", "what others pay each other is not ours"},
		{"30 coins paid to oneself, of 100", me, me, 30, 70, "1, 30, 70", "toycoin lost the change of those who paid themselves"},
		{"30 coins paid to oneself, of 30", me, me, 30, 0, "1, 30", "a change of 0 makes no token"},
	} {
		w := filled(d, 1)
		x := chain.Transaction{Sender: tt.from, Receiver: tt.to, ReceiverValue: tt.pay, SenderChange: tt.rest,
			ReceiverSignature: d.Bytes(8), SenderSignature: d.Bytes(8)}
		w.Receive(x)
		try := expect.Tried(t, "Receive of %s, in a wallet with a token of 1", tt.name).Why("%s", tt.why)
		try.Shows("tokens", values(w.Tokens), tt.want)
		for _, k := range w.Tokens[1:] {
			sig := x.ReceiverSignature
			if k.Value == tt.rest {
				sig = x.SenderSignature
			}
			try.True(k.Owner == me && k.Transaction == x.Hash() && string(k.Signature) == string(sig),
				"a token with another owner, hash or signature", "tokens as Transaction.Payment and Transaction.Change give them")
		}
	}
}

func TestWallet_Receive_one(t *testing.T) {
	w := filled(draw.From(t))
	try := expect.Tried(t, "Receive of a payment of 1 coin").Why("a payment is received however small it is")
	w.Receive(chain.Transaction{Receiver: address(0), ReceiverValue: 1, Sender: address(1)})
	try.Shows("Tokens", values(w.Tokens), "1")
}

func TestWallet_Send_asks(t *testing.T) {
	own := errors.New("an error of this version")
	for _, value := range []int64{0, -5} {
		w := filled(draw.From(t), 3, 4)
		w.Pay = func(*rsa.PrivateKey, []chain.Token, chain.Address, int64) (chain.Transaction, error) {
			return chain.Transaction{}, own
		}
		try := expect.Tried(t, "Send of %d, where w.Pay has an error of its own for such a value", value)
		try.Why("w.Pay decides which values are too small, and what the error is: another version may have other rules")
		_, err := w.Send(address(1), value)
		try.ErrorIs(err, own, "the error of w.Pay")
	}
}

// drawnValues are values of tokens, and their sum.
func drawnValues(d *draw.Source) (values []int64, sum int64) {
	for range d.Between(1, 5) {
		v := int64(d.Between(1, 1000))
		values, sum = append(values, v), sum+v
	}
	return values, sum
}

func TestWallet_Send_random(t *testing.T) {
	d := draw.From(t)
	for range 10 {
		have, sum := drawnValues(d)
		w := filled(d, have...)
		value := int64(d.Between(1, int(sum)+200))
		try := expect.Tried(t, "Send of %d from a wallet with tokens %v", value, have)
		p, err := w.Send(address(1), value)
		if value > sum {
			try.Why("a wallet cannot pay more than it has").ErrorIs(err, wallet.ErrFunds, "wallet.ErrFunds")
			try.Shows("tokens", values(w.Tokens), expect.List(have))
			continue
		}
		n := 0
		for covered := int64(0); covered < value; n++ {
			covered += have[n]
		}
		try.Why("tokens are taken from the front, as few as cover the value").NoError(err)
		try.Shows("tokens of the pair", values(p.Tokens), expect.List(have[:n]))
		try.Shows("tokens left", values(w.Tokens), expect.List(have[n:]))
		try.Shows("tokens pending", pending(w), expect.List(have[:n]))
	}
}

// drawnPending is a wallet with pending payments, what pending says of it without
// one of them, and this one.
func drawnPending(d *draw.Source) (w *wallet.Wallet, left string, one wallet.Pending) {
	have, _ := drawnValues(d)
	w = filled(d, have...)
	n := d.Between(2, 5)
	at := d.IntN(n)
	rest := []string{}
	for i := range n {
		some, _ := drawnValues(d)
		p := wallet.Pending{Transaction: chain.Hash(d.Bytes(64)), Tokens: filled(d, some...).Tokens}
		w.Pending = append(w.Pending, p)
		if i == at {
			one = p
		} else {
			rest = append(rest, values(p.Tokens))
		}
	}
	return w, strings.Join(rest, "; "), one
}

func TestWallet_Confirm_random(t *testing.T) {
	d := draw.From(t)
	for range 8 {
		w, left, one := drawnPending(d)
		tokens := values(w.Tokens)
		try := expect.Tried(t, "Confirm of the payment of %s, where these are pending: %s", values(one.Tokens), pending(w))
		try.Why("a confirmed payment is over: its tokens do not come back")
		try.NoError(w.Confirm(one.Transaction))
		try.Shows("tokens pending", pending(w), left)
		try.Shows("tokens", values(w.Tokens), tokens)
	}
}

func TestWallet_Reject_random(t *testing.T) {
	d := draw.From(t)
	for range 8 {
		w, left, one := drawnPending(d)
		tokens := values(one.Tokens) + ", " + values(w.Tokens)
		try := expect.Tried(t, "Reject of the payment of %s, where these are pending: %s", values(one.Tokens), pending(w))
		try.Why("its tokens go back to the front, in their order")
		try.NoError(w.Reject(one.Transaction))
		try.Shows("tokens pending", pending(w), left)
		try.Shows("tokens", values(w.Tokens), tokens)
	}
}

func TestWallet_Receive_random(t *testing.T) {
	d := draw.From(t)
	w := filled(d)
	var want []int64
	for range 16 {
		from, to := d.IntN(2), d.IntN(2)
		pay, rest := int64(d.Between(1, 1000)), int64(d.IntN(2)*d.Between(1, 1000))
		if to == 0 {
			want = append(want, pay)
		}
		if from == 0 && rest > 0 {
			want = append(want, rest)
		}
		try := expect.Tried(t, "Receive of a payment of %d with a change of %d from %s to %s", pay, rest, whose(from), whose(to))
		try.Why("the receiver gets the payment, and the sender gets the change if it is above 0")
		w.Receive(chain.Transaction{Sender: address(from), Receiver: address(to), ReceiverValue: pay, SenderChange: rest})
		try.Shows("tokens", values(w.Tokens), expect.List(want))
	}
}

func whose(key int) string {
	if key == 0 {
		return "the owner"
	}
	return "somebody else"
}
