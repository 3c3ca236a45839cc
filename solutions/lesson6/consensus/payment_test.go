package consensus_test

//nodebook:limits timeout=45s

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
)

// signing is what is signed, by hand.
func signing(t chain.Transaction) []byte {
	var w bytes.Buffer
	u32 := func(n int) { binary.Write(&w, binary.BigEndian, uint32(n)) }
	u32(t.Version)
	u32(len(t.Previous))
	w.WriteString(joined(t.Previous))
	u32(len(t.Receiver))
	w.WriteString(string(t.Receiver))
	binary.Write(&w, binary.BigEndian, t.ReceiverValue)
	u32(len(t.Sender))
	w.WriteString(string(t.Sender))
	binary.Write(&w, binary.BigEndian, t.SenderChange)
	return w.Bytes()
}

// signedPair is a right payment of version 2.
func signedPair(t testing.TB, from, to int, value int64, tokens ...chain.Token) chain.Pair {
	t.Helper()
	p := chain.Pair{Tokens: tokens, Transaction: chain.Transaction{Version: 2, Receiver: address(to), ReceiverValue: value, Sender: address(from), SenderChange: -value}}
	for _, k := range tokens {
		p.Transaction.Previous = append(p.Transaction.Previous, k.Transaction)
		p.Transaction.SenderChange += k.Value
	}
	return signedAgain(t, from, p)
}

func signedAgain(t testing.TB, key int, p chain.Pair) chain.Pair {
	p.Transaction.Version = 2
	p.Transaction.ReceiverSignature = nil
	p.Transaction.SenderSignature = signed(t, key, string(signing(p.Transaction)))
	return p
}

func TestSigningBytes(t *testing.T) {
	d := draw.From(t)
	for range 10 {
		n := d.IntN(3)
		x := chain.Transaction{Version: d.Between(2, 9), Previous: hashes(d, n), Receiver: chain.Address(d.Word(d.Between(0, 9))),
			ReceiverValue: d.Int64(), ReceiverSignature: d.Bytes(7), Sender: chain.Address(d.Word(5)), SenderChange: d.Int64(), SenderSignature: d.Bytes(7)}
		try := expect.Tried(t, "SigningBytes of a transaction with %d previous hashes, a receiver of %s and a sender of 5", n, expect.Count(len(x.Receiver), "byte"))
		try.Why("with a length before each part, no two transactions give the same bytes; signatures cannot sign themselves")
		try.Bytes("", consensus.SigningBytes(x), signing(x), expect.Field{Name: "version", Size: 4}, expect.Field{Name: "hashes", Size: 4},
			expect.Field{Name: "previous", Size: max(1, 64*n)}, expect.Field{Name: "length", Size: 4}, expect.Field{Name: "the rest"})
	}
}

func TestSigningBytes_bytes(t *testing.T) {
	d := draw.From(t)
	x := chain.Transaction{Version: 1<<24 + 2, Receiver: chain.Address("é日" + d.Word(3) + "\xff"), ReceiverValue: 1, Sender: chain.Address(d.Word(3) + "ж\x00"), SenderChange: 2}
	y := chain.Transaction{Version: 2, Receiver: "r", ReceiverValue: 7, Sender: "s"}
	try := expect.Tried(t, "SigningBytes of a transaction of version %d, with the receiver %q and the sender %q", x.Version, x.Receiver, x.Sender)
	try.Why("a length counts bytes, as it does in every message: a letter may have several")
	got := consensus.SigningBytes(x)
	try.Bytes("", got, signing(x))
	try = expect.Tried(t, "SigningBytes of two transactions; then the first result again").Why("each call makes bytes of its own: others would change while they are signed")
	consensus.SigningBytes(y)
	try.Bytes("", got, signing(x))
}

func TestCheckPayment(t *testing.T) {
	d := draw.From(t)
	try := expect.Tried(t, "CheckPayment of a right payment of two tokens")
	right := signedPair(t, 0, 1, 9, coin(d, 0, 5), coin(d, 0, 5))
	try.NoError(consensus.CheckPayment(right))
	sent, err := chain.DecodePair(chain.EncodePair(right))
	expect.Tried(t, "setting up: DecodePair of what EncodePair makes of a right payment").NoError(err)
	try = expect.Tried(t, "CheckPayment of a right payment that was encoded and decoded, as on its way through the network")
	try.Why("a slice without bytes need not be nil: ask for its length")
	try.NoError(consensus.CheckPayment(sent))
	right.Transaction.ReceiverSignature = []byte{}
	try = expect.Tried(t, "CheckPayment of a right payment whose ReceiverSignature is an empty slice and not nil")
	try.Why("a slice without bytes need not be nil: ask for its length").NoError(consensus.CheckPayment(right))
	for _, tt := range spendings(d, func(p chain.Pair) chain.Pair { return signedAgain(t, 0, p) }) {
		try := expect.Tried(t, "CheckPayment of a signed pair with %s", tt.name).Why("%s", tt.why)
		tt.refused(try, consensus.CheckPayment(tt.p))
	}
}

func TestCheckPayment_signature(t *testing.T) {
	d := draw.From(t)
	p := signedPair(t, 0, 1, 5, coin(d, 0, 8), coin(d, 0, 2))
	old := paid(t, 0, 1, 5, p.Tokens...)
	with := func(f func(x *chain.Transaction)) chain.Pair {
		q := p
		q.Transaction.SenderSignature = bytes.Clone(p.Transaction.SenderSignature)
		f(&q.Transaction)
		return q
	}
	versioned := func(v int) chain.Pair { // signed, as if version v were signed like version 2
		return with(func(x *chain.Transaction) {
			x.Version = v
			x.SenderSignature = signed(t, 0, string(signing(*x)))
		})
	}
	for _, tt := range []struct {
		name string
		p    chain.Pair
		want error
		is   string
		why  string
	}{
		{"a coin moved from the receiver to the sender", with(func(x *chain.Transaction) { x.ReceiverValue--; x.SenderChange++ }), chain.ErrSignature, "chain.ErrSignature", "with toycoin's signatures, a node that passed a payment on could move coins between its outputs; these cover the values"},
		{"another receiver", with(func(x *chain.Transaction) { x.Receiver = address(2) }), chain.ErrSignature, "chain.ErrSignature", "the receiver is signed"},
		{"a bent signature", with(func(x *chain.Transaction) { x.SenderSignature[d.IntN(256)] ^= 1 }), chain.ErrSignature, "chain.ErrSignature", "the sender signs"},
		{"no signature", with(func(x *chain.Transaction) { x.SenderSignature = nil }), chain.ErrSignature, "chain.ErrSignature", "the sender signs"},
		{"something as the receiver's signature", with(func(x *chain.Transaction) { x.ReceiverSignature = []byte("x") }), chain.ErrSignature, "chain.ErrSignature", "what nobody signs could be changed on the way, and with it the hash"},
		{"the receiver's signature", signedAgain(t, 1, p), chain.ErrSignature, "chain.ErrSignature", "only the owner of the tokens can spend them"},
		{"toycoin's two signatures", func() chain.Pair { old.Transaction.Version = 2; return old }(), chain.ErrSignature, "chain.ErrSignature", "version 2 is signed otherwise"},
		{"version 0", versioned(0), chain.ErrVersion, "chain.ErrVersion", "this network knows version 2 alone"},
		{"version 3", versioned(3), chain.ErrVersion, "chain.ErrVersion", "this network knows version 2 alone"},
		{"a sender who pays themselves", signedPair(t, 0, 0, 5, p.Tokens...), consensus.ErrSelf, "consensus.ErrSelf", "the two tokens could not be told apart"},
	} {
		try := expect.Tried(t, "CheckPayment of a pair with %s", tt.name).Why("%s", tt.why)
		try.ErrorIs(consensus.CheckPayment(tt.p), tt.want, tt.is)
	}
	// A hash covers no lengths: with a digit moved, it is the same.
	right := signedPair(t, 0, 1, 25, coin(d, 0, 20), coin(d, 0, 8))
	try := expect.Tried(t, "CheckPayment of a right payment of 25")
	try.NoError(consensus.CheckPayment(right))
	moved := right
	moved.Transaction.Receiver += "2"
	moved.Transaction.ReceiverValue = 5
	moved.Tokens = slices.Clone(right.Tokens)
	moved.Tokens[0].Value = 5
	moved.Tokens[1].Value = 3
	try = expect.Tried(t, "CheckPayment of a right payment of 25, and then of the same with the digit 2 moved from the value to the receiver and tokens worth 20 less")
	try.Why("a Hash has no lengths, so both transactions have the same: the sender has signed the first and not the second")
	try.ErrorIs(consensus.CheckPayment(moved), chain.ErrSignature, "chain.ErrSignature")
	try = expect.Tried(t, "CheckPayment of a coinbase").Why("a coinbase is not a payment: Connect checks it with Rules.CheckCoinbase")
	if consensus.CheckPayment(chain.Pair{Transaction: coined(3, 1)}) == nil {
		try.Fail("no error", "an error")
	}
}

func TestCheckPayment_random(t *testing.T) {
	d := draw.From(t)
	for range 10 {
		a, b := d.Between(1, 1000), d.Between(2, 1000)
		value := d.Between(1, a+b-1)
		p := signedPair(t, 0, 1, int64(value), coin(d, 0, int64(a)), coin(d, 0, int64(b)))
		name, why, want, is := "nothing wrong", "it passes chain.CheckSpending, and its sender has signed its SigningBytes", error(nil), ""
		switch d.IntN(5) {
		case 0:
			name, why, want, is = "another receiver than the signed one", "the receiver is signed", chain.ErrSignature, "chain.ErrSignature"
			p.Transaction.Receiver = address(d.Between(2, 3))
		case 1:
			name, why, want, is = "more coins out than in", "a payment passes chain.CheckSpending", chain.ErrSum, "chain.ErrSum"
			p.Transaction.ReceiverValue += int64(d.Between(1, 1000))
			p = signedAgain(t, 0, p)
		case 2:
			name, why, want, is = "its sender as the receiver", "the two tokens could not be told apart", consensus.ErrSelf, "consensus.ErrSelf"
			p.Transaction.Receiver = address(0)
			p = signedAgain(t, 0, p)
		}
		try := expect.Tried(t, "CheckPayment of a payment of %d out of %d with %s", value, a+b, name).Why("%s", why)
		if want == nil {
			try.NoError(consensus.CheckPayment(p))
		} else {
			try.ErrorIs(consensus.CheckPayment(p), want, is)
		}
	}
}
