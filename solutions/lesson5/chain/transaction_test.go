package chain_test

//nodebook:limits timeout=45s

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
)

func TestTransaction_Hash(t *testing.T) {
	d := draw.From(t)
	for i := range 20 {
		value := []int64{d.Int64N(100_000), math.MaxInt64 - d.Int64N(100), -d.Int64N(100_000)}[i%3]
		x := chain.Transaction{
			Version: i % 4, Previous: hashes(d, d.IntN(4)), Receiver: chain.Address(d.Word(12)), ReceiverValue: value,
			ReceiverSignature: d.Bytes(d.IntN(9)), Sender: chain.Address(d.Word(9)), SenderChange: d.Int64N(300),
			SenderSignature: d.Bytes(d.IntN(9)),
		}
		try := expect.Tried(t, "Transaction.Hash of a transaction of version %d with %d previous hashes, value %d, change %d",
			x.Version, len(x.Previous), x.ReceiverValue, x.SenderChange)
		try.Why("the hash covers every field but Version in the order of the struct, values as ASCII decimals, with nothing between them")
		want := hashOf(x)
		got := x.Hash()
		try.Bytes("hash", got[:], want[:])
	}
}

func TestTransaction_Hash_vectors(t *testing.T) {
	want := toycoin.Hex("hashes.txt")
	i := 0
	for n, b := range vector(t, "chain.bloc.txt") {
		for _, x := range b.Transactions {
			try := expect.Tried(t, "Transaction.Hash of a transaction in block %d of a chain made by a toycoin node", n)
			try.Why("nodes that hash differently do not find each other's transactions")
			got := x.Hash()
			try.Bytes("hash", got[:], want[i])
			i++
		}
	}
}

func TestTransaction_Hash_pure(t *testing.T) {
	d := draw.From(t)
	x := chain.Transaction{Previous: hashes(d, 2), Receiver: "receiver", ReceiverValue: 7, ReceiverSignature: d.Bytes(20), Sender: "sender"}
	x.ReceiverSignature = x.ReceiverSignature[:3]
	kept := bytes.Clone(x.ReceiverSignature[:20])
	first, second := x.Hash(), x.Hash()
	try := expect.Tried(t, "Transaction.Hash of one transaction twice")
	try.Why("hashing reads a transaction and changes nothing, not even the spare room behind a slice")
	try.Bytes("the bytes around the receiver's signature", x.ReceiverSignature[:20], kept)
	try.Bytes("second hash", second[:], first[:])
	try.True(first == hashOf(x), "another hash", "the transaction's hash")
}

func TestCheckToken(t *testing.T) {
	d := draw.From(t)
	x := chain.Transaction{Previous: hashes(d, 1), Receiver: "bob", ReceiverValue: int64(d.Between(5, 60)),
		ReceiverSignature: d.Bytes(8), Sender: "alice", SenderChange: int64(d.Between(100, 200)), SenderSignature: d.Bytes(8)}
	toSelf := x
	toSelf.Receiver = "alice"
	noChange := x
	noChange.SenderChange = 0
	least := x
	least.SenderChange = 1
	mixed := payment(x)
	mixed.Signature = x.SenderSignature
	swapped := payment(x)
	swapped.Value = x.SenderChange
	taken := payment(x)
	taken.Owner = x.Sender
	stranger := change(x)
	stranger.Owner = "mallory"
	dear := payment(x)
	dear.Value++
	other := payment(x)
	other.Transaction[d.IntN(64)] ^= 1
	for _, tt := range []struct {
		name string
		x    chain.Transaction
		k    chain.Token
		ok   bool
		why  string
	}{
		{"the payment", x, payment(x), true, "the payment is the receiver's token"},
		{"the change", x, change(x), true, "the change is the sender's token"},
		{"a change of 1", least, change(least), true, "a change above 0 is a token"},
		{"the payment of someone who paid themselves", toSelf, payment(toSelf), true, "receiver and sender may be the same"},
		{"the change of someone who paid themselves", toSelf, change(toSelf), true, "anyone who pays themselves owns both tokens; toycoin lost the change"},
		{"a payment worth one coin more", x, dear, false, "the token's value is the output's"},
		{"a token that names another transaction", x, other, false, "the token names the hash of its transaction"},
		{"the payment with the change's signature", x, mixed, false, "owner, value and signature belong to one and the same output"},
		{"the payment, worth what the change is worth", x, swapped, false, "owner, value and signature belong to one and the same output"},
		{"the payment, owned by the sender", x, taken, false, "owner, value and signature belong to one and the same output"},
		{"the change under another owner", x, stranger, false, "toycoin did not compare the owner of the change with the sender"},
		{"a change of 0", noChange, change(noChange), false, "a change of 0 makes no token"},
	} {
		try := expect.Tried(t, "CheckToken(t, k), where k is %s", tt.name).Why("%s", tt.why)
		err := chain.CheckToken(tt.x, tt.k)
		if tt.ok {
			try.NoError(err)
		} else {
			try.ErrorIs(err, chain.ErrToken, "chain.ErrToken")
		}
	}
}

func TestCheckSpending(t *testing.T) {
	d := draw.From(t)
	for n := 1; n <= 4; n++ {
		var tokens []chain.Token
		total := int64(0)
		for range n {
			tokens = append(tokens, coin(d, 3, int64(d.Between(1, 50))))
			total += tokens[len(tokens)-1].Value
		}
		for _, v := range []int64{total, 1} {
			p := unsigned(3, 4, v, tokens...)
			try := expect.Tried(t, "CheckSpending of a right pair without signatures: %d tokens worth %d, payment %d, change %d", n, total, v, total-v)
			try.Why("owners, hashes and values are in order, and no more is asked here: the signatures are for CheckTransaction")
			try.NoError(chain.CheckSpending(p))
		}
	}
	twins := coin(d, 0, 5)
	twin := twins
	twin.Signature = d.Bytes(256)
	try := expect.Tried(t, "CheckSpending of both tokens of one transaction, made by someone who paid themselves the same value as the change")
	try.Why("two tokens are the same only if they agree in every part, the signature too")
	try.NoError(chain.CheckSpending(unsigned(0, 1, 10, twins, twin)))
	twins.Signature = nil
	twin = twins
	twin.Value = 6
	try = expect.Tried(t, "CheckSpending of two tokens of one transaction, worth 5 and 6, both without a signature")
	try.Why("two tokens are the same only if they agree in every part, the value too")
	try.NoError(chain.CheckSpending(unsigned(0, 1, 10, twins, twin)))
	some := []chain.Token{coin(d, 0, 7), coin(d, 0, 3), coin(d, 0, 9), coin(d, 0, 5)}
	given := slices.Clone(some)
	try = expect.Tried(t, "CheckSpending of a right pair of 4 tokens; its tokens afterwards")
	try.Why("owners, hashes and values are in order")
	try.NoError(chain.CheckSpending(unsigned(0, 1, 10, some...)))
	try.Why("the caller owns the slices of a pair: to have its tokens in another order, sort a copy")
	try.True(slices.EqualFunc(some, given, chain.Token.Same), "the tokens in another order", "the tokens as they were")
}

func TestCheckSpending_all(t *testing.T) {
	d := draw.From(t)
	big := coin(d, 0, math.MaxInt64)
	try := expect.Tried(t, "CheckSpending of one token worth the largest int64, all of it paid")
	try.Why("the largest sum that fits does not overflow")
	try.NoError(chain.CheckSpending(unsigned(0, 1, math.MaxInt64, big)))
	try = expect.Tried(t, "CheckSpending of one token worth 1, paid in full").Why("a value above 0 is enough")
	try.NoError(chain.CheckSpending(unsigned(0, 1, 1, coin(d, 0, 1))))
	try = expect.Tried(t, "CheckSpending of two tokens worth the largest int64 together, half of it paid")
	try.Why("the largest sum that fits does not overflow")
	a, b := coin(d, 0, math.MaxInt64-9), coin(d, 0, 9)
	try.NoError(chain.CheckSpending(unsigned(0, 1, math.MaxInt64/2, a, b)))
}

func TestCheckSpending_refuses(t *testing.T) {
	none := func(p chain.Pair) chain.Pair { return p } // signatures are not looked at
	for _, tt := range spendings(draw.From(t), none) {
		try := expect.Tried(t, "CheckSpending of a pair with %s", tt.name).Why("%s", tt.why)
		tt.refused(try, chain.CheckSpending(tt.p))
	}
}

func TestCheckSpending_several(t *testing.T) {
	d := draw.From(t)
	v := int64(d.Between(10, 90))
	a, b := coin(d, 0, v), coin(d, 0, v+3)
	broken := unsigned(0, 1, v, a, b)
	broken.Transaction.Sender, broken.Transaction.ReceiverValue = address(2), 0
	twice := unsigned(0, 1, v, a, b, a)
	twice.Transaction.SenderChange++
	for _, tt := range []struct {
		name, is string
		p        chain.Pair
		one, two error
	}{
		{"another sender and a payment of 0", "chain.ErrSender, chain.ErrValue or chain.ErrSum", broken, chain.ErrSender, chain.ErrValue},
		{"a token twice, and one coin more out than in", "chain.ErrTwice or chain.ErrSum", twice, chain.ErrTwice, chain.ErrSum},
	} {
		try := expect.Tried(t, "CheckSpending of a pair with %s", tt.name)
		err := chain.CheckSpending(tt.p)
		try.Why("a check may stop at the first broken rule that it finds, and which one that is depends on its order")
		try.True(expect.Is(err, tt.one) || expect.Is(err, tt.two) || expect.Is(err, chain.ErrSum), expect.Error(err), "an error that wraps "+tt.is)
	}
}

func TestCheckTransaction(t *testing.T) {
	for _, name := range []string{"coinbase.txn.txt", "payment.txn.txt", "change.txn.txt"} {
		p, err := chain.DecodePair(toycoin.File(name))
		expect.Tried(t, "setting up: DecodePair of a pair that a toycoin node made").NoError(err)
		try := expect.Tried(t, "CheckTransaction of a pair with %d tokens that a toycoin node made", len(p.Tokens))
		try.Why("the sender signs both outputs, each over all of Previous and then that output's address; a coinbase has no signatures")
		try.NoError(chain.CheckTransaction(p))
	}
	d := draw.From(t)
	bare := coin(d, 1, 5)
	bare.Signature = nil
	try := expect.Tried(t, "CheckTransaction of a right pair that spends a token without a signature")
	try.Why("a coinbase makes such a token; whether there is one like it is the ledger's question")
	try.NoError(chain.CheckTransaction(paid(t, 1, 2, 3, bare)))
	p := paid(t, 2, 3, 7, coin(d, 2, 9), coin(d, 2, 1))
	try = expect.Tried(t, "CheckTransaction of a right pair, twice")
	try.Why("a check reads a pair and changes nothing in it")
	try.NoError(chain.CheckTransaction(p))
	try.NoError(chain.CheckTransaction(p))
}

func TestCheckTransaction_refuses(t *testing.T) {
	sign := func(p chain.Pair) chain.Pair { return resigned(t, 0, p) }
	for _, tt := range spendings(draw.From(t), sign) {
		try := expect.Tried(t, "CheckTransaction of a signed pair with %s", tt.name).Why("%s", tt.why)
		tt.refused(try, chain.CheckTransaction(tt.p))
	}
}

func TestCheckTransaction_signatures(t *testing.T) {
	d := draw.From(t)
	p := paid(t, 0, 1, 5, coin(d, 0, 8))
	x := p.Transaction
	forged := func(f func(x *chain.Transaction)) chain.Pair {
		y := x
		y.ReceiverSignature, y.SenderSignature = bytes.Clone(x.ReceiverSignature), bytes.Clone(x.SenderSignature)
		f(&y)
		return chain.Pair{Tokens: p.Tokens, Transaction: y}
	}
	stolen := func(key int) chain.Pair { return resigned(t, key, p) }
	for _, tt := range []struct {
		name string
		p    chain.Pair
		why  string
	}{
		{"one bit of the receiver's signature turned", forged(func(x *chain.Transaction) { x.ReceiverSignature[d.IntN(256)] ^= 4 }), "the receiver's output is signed"},
		{"one bit of the sender's signature turned", forged(func(x *chain.Transaction) { x.SenderSignature[d.IntN(256)] ^= 4 }), "the sender's output is signed"},
		{"no receiver's signature", forged(func(x *chain.Transaction) { x.ReceiverSignature = nil }), "the receiver's output is signed"},
		{"no sender's signature", forged(func(x *chain.Transaction) { x.SenderSignature = nil }), "the sender's output is signed"},
		{"the two signatures swapped", forged(func(x *chain.Transaction) {
			x.ReceiverSignature, x.SenderSignature = x.SenderSignature, x.ReceiverSignature
		}), "each signature covers its own output's address"},
		{"another receiver than the signed one", forged(func(x *chain.Transaction) { x.Receiver = address(2) }), "the receiver's address is signed, so that nobody can redirect a payment"},
		{"both signatures by the receiver", stolen(1), "only the owner of the tokens can spend them"},
		{"signatures of another payment between the same two", func() chain.Pair {
			q := paid(t, 0, 1, 5, coin(d, 0, 8))
			return forged(func(x *chain.Transaction) {
				x.ReceiverSignature, x.SenderSignature = q.Transaction.ReceiverSignature, q.Transaction.SenderSignature
			})
		}(), "the previous hashes are signed, so that a signature spends only once"},
	} {
		try := expect.Tried(t, "CheckTransaction of a pair with %s", tt.name).Why("%s", tt.why)
		try.ErrorIs(chain.CheckTransaction(tt.p), chain.ErrSignature, "chain.ErrSignature")
	}
}

// Receiver and sender are the same, and so is what the two signatures are over.
func TestCheckTransaction_self(t *testing.T) {
	d := draw.From(t)
	p := paid(t, 0, 0, 5, coin(d, 0, 8))
	try := expect.Tried(t, "CheckTransaction of a right payment to oneself")
	try.Why("each signature has its own salt: two over the same bytes differ, and both are right")
	try.NoError(chain.CheckTransaction(p))
	for _, name := range []string{"receiver", "sender"} {
		q := p
		bent := &q.Transaction.SenderSignature
		if name == "receiver" {
			bent = &q.Transaction.ReceiverSignature
		}
		*bent = bytes.Clone(*bent)
		(*bent)[d.IntN(256)] ^= 4
		try := expect.Tried(t, "CheckTransaction of a payment to oneself with one bit of the %s's signature turned", name)
		try.Why("both outputs are signed, even if one owner gets both: a signature that nobody verifies can be changed on the way")
		try.ErrorIs(chain.CheckTransaction(q), chain.ErrSignature, "chain.ErrSignature")
	}
}

func TestCheckTransaction_coinbase(t *testing.T) {
	d := draw.From(t)
	with := func(f func(*chain.Transaction)) chain.Pair {
		x := minted(0, 10)
		f(&x)
		return chain.Pair{Transaction: x}
	}
	try := expect.Tried(t, "CheckTransaction of a coinbase over 10 coins, no tokens, no signatures")
	try.Why("a coinbase spends nothing, so nobody has to sign")
	try.NoError(chain.CheckTransaction(with(func(*chain.Transaction) {})))
	try = expect.Tried(t, "CheckTransaction of a coinbase over 1 coin").Why("a value above 0 is enough")
	try.NoError(chain.CheckTransaction(with(func(x *chain.Transaction) { x.ReceiverValue = 1 })))
	const (
		positive = "a coinbase is free of the rules about tokens, not of the one that a payment is above 0"
		noChange = "change is what is left of the tokens, and a coinbase has none"
		unknown  = "a node cannot check rules that it does not know: version 0 is the only one here"
	)
	for _, tt := range []struct {
		name, is string
		p        chain.Pair
		want     error
		why      string
	}{
		{"a coinbase over 0 coins", "chain.ErrValue", with(func(x *chain.Transaction) { x.ReceiverValue = 0 }), chain.ErrValue, positive},
		{"a coinbase over -5 coins", "chain.ErrValue", with(func(x *chain.Transaction) { x.ReceiverValue = -5 }), chain.ErrValue, positive},
		{"a coinbase with a change of -1", "chain.ErrValue", with(func(x *chain.Transaction) { x.SenderChange = -1 }), chain.ErrValue, noChange},
		{"a coinbase with a change", "chain.ErrValue", with(func(x *chain.Transaction) { x.SenderChange = 1 }), chain.ErrValue, noChange},
		{"no tokens and no coinbase sender", "chain.ErrNoTokens", with(func(x *chain.Transaction) { x.Sender = address(1) }), chain.ErrNoTokens, "only a coinbase makes coins out of nothing"},
		{"version 2", "chain.ErrVersion", with(func(x *chain.Transaction) { x.Version = 2 }), chain.ErrVersion, unknown},
		{"version -1", "chain.ErrVersion", with(func(x *chain.Transaction) { x.Version = -1 }), chain.ErrVersion, unknown},
	} {
		try := expect.Tried(t, "CheckTransaction of a transaction with %s", tt.name).Why("%s", tt.why)
		try.ErrorIs(chain.CheckTransaction(tt.p), tt.want, tt.is)
	}
	k := coin(d, 0, 10)
	paid := paid(t, 0, 1, 5, k)
	paid.Transaction.Version = 1
	try = expect.Tried(t, "CheckTransaction of a payment of version 1").Why(unknown)
	try.ErrorIs(chain.CheckTransaction(paid), chain.ErrVersion, "chain.ErrVersion")
	p := chain.Pair{Tokens: []chain.Token{k}, Transaction: chain.Transaction{Previous: []chain.Hash{k.Transaction}, Receiver: address(1), ReceiverValue: 10, Sender: coinbase}}
	try = expect.Tried(t, "CheckTransaction of someone else's token spent by the coinbase sender, unsigned")
	try.Why("the coinbase's freedom is to spend nothing, not to spend what belongs to others")
	if chain.CheckTransaction(p) == nil {
		try.Fail("no error", "an error")
	}
	q := with(func(x *chain.Transaction) { x.Previous = hashes(d, 1) })
	try = expect.Tried(t, "CheckTransaction of a transaction of the coinbase sender that names a transaction in Previous and brings no tokens")
	try.Why("a coinbase spends nothing, so it has nothing to name: IsCoinbase asks for both")
	if chain.CheckTransaction(q) == nil {
		try.Fail("no error", "an error")
	}
	q = with(func(*chain.Transaction) {})
	q.Tokens = []chain.Token{k}
	try = expect.Tried(t, "CheckTransaction of a coinbase that brings a token but names none in Previous")
	try.Why("only a coinbase without tokens is let off; this one passes CheckSpending or not at all")
	if chain.CheckTransaction(q) == nil {
		try.Fail("no error", "an error")
	}
}

func TestCheckToken_unsigned(t *testing.T) {
	x := chain.Transaction{Receiver: "bob", ReceiverValue: 5, Sender: "alice", SenderChange: 3}
	for _, signature := range [][]byte{nil, {}} {
		for name, k := range map[string]chain.Token{"payment": payment(x), "change": change(x)} {
			k.Signature = signature
			try := expect.Tried(t, "CheckToken(t, k), where t has no signatures, k is its %s, and k.Signature is %#v", name, signature)
			try.Why("what comes over the wire has an empty signature, not nil, if there is none: compare the bytes")
			try.NoError(chain.CheckToken(x, k))
		}
	}
}

func TestCheckSpending_twins(t *testing.T) {
	d := draw.From(t)
	var tokens []chain.Token
	for i := range 6 {
		tokens = append(tokens, coin(d, 0, int64(d.Between(1, 50)+i)))
	}
	for _, at := range [][2]int{{0, 5}, {1, 3}, {2, 5}, {1, 4}} {
		twice := slices.Clone(tokens)
		twice[at[1]] = twice[at[0]]
		p := unsigned(0, 1, 5, twice...)
		try := expect.Tried(t, "CheckSpending of 6 tokens, of which number %d is number %d again", at[1]+1, at[0]+1)
		try.Why("a token is spent once, wherever in the list it comes again")
		try.ErrorIs(chain.CheckSpending(p), chain.ErrTwice, "chain.ErrTwice")
	}
}

func TestCheckTransaction_noTokens(t *testing.T) {
	x := minted(0, 9)
	try := expect.Tried(t, "CheckTransaction of a coinbase whose tokens are empty and not nil")
	try.Why("a coinbase that was decoded has an empty slice: ask for its length")
	try.NoError(chain.CheckTransaction(chain.Pair{Tokens: []chain.Token{}, Transaction: x}))
}
