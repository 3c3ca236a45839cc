package chain

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// One sentinel for each reason not to let a transaction into a ledger.
var (
	ErrMissing = errors.New("token of an unknown transaction")
	ErrSpent   = errors.New("token already spent")
	ErrKnown   = errors.New("transaction is already in the ledger")
)

// Output is where a token comes from: a transaction has two places for one.
type Output struct {
	Transaction Hash
	Change      bool // the change rather than the payment
}

// Ledger knows the tokens that transactions have made and not spent.
type Ledger struct {
	unspent map[Output]Token
	seen    map[Hash]bool // the transactions
}

// NewLedger is the ledger of no transactions.
func NewLedger() *Ledger {
	return &Ledger{unspent: map[Output]Token{}, seen: map[Hash]bool{}}
}

// Clone returns an independent ledger with the same content.
func (l *Ledger) Clone() *Ledger { return &Ledger{maps.Clone(l.unspent), maps.Clone(l.seen)} }

// Knows reports whether a transaction is in the ledger.
func (l *Ledger) Knows(h Hash) bool { return l.seen[h] }

// Total is the value of all unspent tokens.
func (l *Ledger) Total() int64 {
	sum := int64(0)
	for _, k := range l.unspent {
		sum += k.Value
	}
	return sum
}

// Owned returns the unspent tokens of an owner, in no particular order.
func (l *Ledger) Owned(a Address) []Token {
	var out []Token
	for _, k := range l.unspent {
		if k.Owner == a {
			out = append(out, k)
		}
	}
	return out
}

// CheckUnspent reports whether a token may still be spent.
//
// Errors: [ErrMissing] if its transaction is not in the ledger, [ErrSpent] if
// the transaction is but no unspent token of it is this one.
func (l *Ledger) CheckUnspent(k Token) error {
	for _, change := range []bool{false, true} {
		if have, ok := l.unspent[Output{k.Transaction, change}]; ok && have.Same(k) {
			return nil
		}
	}
	return fmt.Errorf("token of %v: %w", k.Transaction, l.absent(k.Transaction))
}

func (l *Ledger) absent(transaction Hash) error {
	if l.seen[transaction] {
		return ErrSpent
	}
	return ErrMissing
}

// Tokens returns the unspent tokens that t spends, in the order of Previous.
//
// A transaction names a token by the transaction that made it and by its owner.
// That leaves open which of two tokens is meant if someone has paid themselves:
// they are then chosen so that the sum is right, if it can be.
//
// Errors: [ErrMissing], [ErrSpent].
func (l *Ledger) Tokens(t Transaction) ([]Token, error) {
	first := make([]Token, len(t.Previous))
	other := map[int]Token{} // if there is a choice
	var choices []int
	for i, h := range t.Previous {
		pay, ok := l.unspent[Output{h, false}]
		change, also := l.unspent[Output{h, true}]
		ok, also = ok && pay.Owner == t.Sender, also && change.Owner == t.Sender
		switch {
		case ok && also:
			other[i] = change
			choices = append(choices, i)
		case also:
			pay = change
		case !ok:
			return nil, fmt.Errorf("token %d of %v: %w", i, t.Hash(), l.absent(h))
		}
		first[i] = pay
	}
	for mask := range 1 << min(len(choices), maxChoices) {
		tokens := slices.Clone(first)
		for bit, i := range choices {
			if mask>>bit&1 == 1 {
				tokens[i] = other[i]
			}
		}
		if addsUp(t, tokens) {
			return tokens, nil
		}
	}
	return first, nil
}

// maxChoices bounds the search of [Ledger.Tokens] to 2^maxChoices sums.
const maxChoices = 8

// addsUp reports whether tokens differ and are worth what t pays out.
func addsUp(t Transaction, tokens []Token) bool {
	sum := t.ReceiverValue + t.SenderChange
	for i, k := range tokens {
		sum -= k.Value
		if slices.ContainsFunc(tokens[:i], k.Same) {
			return false
		}
	}
	return sum == 0
}

// Spend enters a transaction: it takes out the tokens that the transaction
// spends, enters its payment and, unless that is 0, its change, and returns the
// tokens taken out. A transaction that is refused changes nothing.
//
//   - a transaction that is in the ledger already is [ErrKnown]
//   - the tokens come from [Ledger.Tokens]: [ErrMissing], [ErrSpent]
//   - transaction and tokens must pass [Check]
//
// l.take takes out a token that Tokens has found; t.payment and t.change make tokens
// from a hash that is known; l.unspent and l.seen are the rest of the ledger.
func (l *Ledger) Spend(t Transaction) ([]Token, error) {
	// BEGIN SOLUTION
	h := t.Hash()
	if l.seen[h] {
		return nil, fmt.Errorf("transaction %v: %w", h, ErrKnown)
	}
	tokens, err := l.Tokens(t)
	if err != nil {
		return nil, err
	}
	if err := Check(Pair{tokens, t}); err != nil {
		return nil, fmt.Errorf("transaction %v: %w", h, err)
	}
	for _, k := range tokens {
		l.take(k)
	}
	l.unspent[Output{h, false}] = t.payment(h)
	if t.SenderChange > 0 {
		l.unspent[Output{h, true}] = t.change(h)
	}
	l.seen[h] = true
	return tokens, nil
	// END SOLUTION
}

// take takes out a token that the ledger itself has handed out.
func (l *Ledger) take(k Token) { delete(l.unspent, Output{k.Transaction, k.change}) }

// Mint enters a transaction that spends nothing and does not check it: the caller
// knows where its coins come from. Errors: [ErrKnown].
func (l *Ledger) Mint(t Transaction) error {
	h := t.Hash()
	if l.seen[h] {
		return fmt.Errorf("coinbase %v: %w", h, ErrKnown)
	}
	l.seen[h] = true
	if t.ReceiverValue > 0 {
		l.unspent[Output{h, false}] = t.payment(h)
	}
	return nil
}

// Undo takes out the last transaction that was entered, by [Ledger.Mint] or by
// [Ledger.Spend], which returned spent.
func (l *Ledger) Undo(t Transaction, spent []Token) {
	h := t.Hash()
	delete(l.seen, h)
	delete(l.unspent, Output{h, false})
	delete(l.unspent, Output{h, true})
	for _, k := range spent {
		l.unspent[Output{k.Transaction, k.change}] = k
	}
}

// Replay returns the ledger of a chain: every transaction of every block entered in
// order. It refuses the chain at the first transaction that [Ledger.Spend] refuses.
func Replay(blocks []Block) (*Ledger, error) {
	l := NewLedger()
	for i, b := range blocks {
		for _, t := range b.Transactions {
			if _, err := l.Spend(t); err != nil {
				return nil, fmt.Errorf("block %d: %w", i, err)
			}
		}
	}
	return l, nil
}
