package chain_test

//nodebook:limits timeout=45s

import (
	"fmt"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
)

// drawnPair is a pair without signatures that breaks one rule, which was drawn, or
// none: then its want is nil.
func drawnPair(d *draw.Source) spending {
	var tokens []chain.Token
	total := 0
	for range d.Between(2, 4) {
		v := d.Between(1, 1000)
		total += v
		tokens = append(tokens, coin(d, 0, int64(v)))
	}
	s := spending{name: "nothing wrong", p: unsigned(0, 1, int64(d.Between(1, total-1)), tokens...), why: "owners, hashes and values are in order"}
	at := d.IntN(len(tokens))
	switch d.IntN(6) {
	case 0:
		s.name, s.want, s.is, s.why = "more coins out than in", chain.ErrSum, "chain.ErrSum", "coins are not made on the way; toycoin did not look"
		s.p.Transaction.ReceiverValue += int64(d.Between(1, 1000))
	case 1:
		at = d.Between(1, len(tokens)-1)
		s.name, s.want, s.is, s.why = fmt.Sprintf("a token of another owner at place %d", at+1), chain.ErrOwners, "chain.ErrOwners", "one signature speaks for one owner"
		tokens[at].Owner = address(2)
	case 2:
		s.name, s.want, s.is, s.why = fmt.Sprintf("another hash at place %d of Previous", at+1), chain.ErrPrevious, "chain.ErrPrevious", "hash i names token i"
		s.p.Transaction.Previous[at] = hashes(d, 1)[0]
	}
	return s
}

func TestCheckSpending_random(t *testing.T) {
	d := draw.From(t)
	for range 20 {
		s := drawnPair(d)
		try := expect.Tried(t, "CheckSpending of a pair of %d tokens with %s", len(s.p.Tokens), s.name).Why("%s", s.why)
		if s.want == nil {
			try.NoError(chain.CheckSpending(s.p))
		} else {
			try.ErrorIs(chain.CheckSpending(s.p), s.want, s.is)
		}
	}
}

func TestCheckTransaction_random(t *testing.T) {
	d := draw.From(t)
	for range 10 {
		s := drawnPair(d)
		s.p = resigned(t, 0, s.p)
		if s.want == nil && d.IntN(2) == 0 {
			s.name, s.want, s.is, s.why = "another receiver than the signed one", chain.ErrSignature, "chain.ErrSignature", "the receiver's address is signed, so that nobody can redirect a payment"
			s.p.Transaction.Receiver = address(d.Between(2, 3))
		}
		try := expect.Tried(t, "CheckTransaction of a signed pair of %d tokens with %s", len(s.p.Tokens), s.name).Why("%s", s.why)
		if s.want == nil {
			try.NoError(chain.CheckTransaction(s.p))
		} else {
			try.ErrorIs(chain.CheckTransaction(s.p), s.want, s.is)
		}
	}
}
