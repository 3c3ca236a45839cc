// Package wallet keeps one owner's key and coins.
package wallet

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"

	"nodebook/solutions/lesson5/chain"
)

// Errors of a wallet.
var (
	ErrFunds   = errors.New("not enough coins")
	ErrUnknown = errors.New("no such payment is pending")
)

// Pending is a payment that was made and is not in a block yet.
type Pending struct {
	Transaction chain.Hash
	Tokens      []chain.Token // what it spends
}

// Wallet is a key, the tokens it can spend, and the payments that wait for a
// block. It is not safe for concurrent use.
type Wallet struct {
	Key     *rsa.PrivateKey
	Address chain.Address // the key's
	Tokens  []chain.Token // spent from the front
	Pending []Pending     // oldest first

	// Pay makes a transaction: chain.Pay, or what another version has instead.
	Pay func(key *rsa.PrivateKey, tokens []chain.Token, receiver chain.Address, value int64) (chain.Transaction, error)
}

// New is an empty wallet that pays with [chain.Pay].
func New(key *rsa.PrivateKey) *Wallet {
	return &Wallet{Key: key, Address: chain.AddressOf(key), Pay: chain.Pay}
}

// Balance returns what the wallet can spend now: the sum of Tokens. What is pending
// does not count.
func (w *Wallet) Balance() int64 {
	// BEGIN SOLUTION
	sum := int64(0)
	for _, k := range w.Tokens {
		sum += k.Value
	}
	return sum
	// END SOLUTION
}

// Send pays value to receiver: it takes tokens from the front of Tokens, as few
// as cover the value, makes the transaction of them with w.Pay, and adds them to
// the end of Pending under the transaction's hash. On an error the wallet is unchanged.
// The caller owns the pair's slices: they share no memory with the wallet's.
//
// Errors: [ErrFunds] for a value above the balance; what w.Pay returns, for
// instance [chain.ErrValue] for a value that is not above 0.
func (w *Wallet) Send(receiver chain.Address, value int64) (chain.Pair, error) {
	// BEGIN SOLUTION
	if value > w.Balance() {
		return chain.Pair{}, fmt.Errorf("send %d of %d: %w", value, w.Balance(), ErrFunds)
	}
	n, sum := 0, int64(0)
	for sum < value {
		sum += w.Tokens[n].Value
		n++
	}
	tokens := slices.Clone(w.Tokens[:n])
	t, err := w.Pay(w.Key, tokens, receiver, value)
	if err != nil {
		return chain.Pair{}, fmt.Errorf("send: %w", err)
	}
	w.Tokens = slices.Clone(w.Tokens[n:])
	w.Pending = append(w.Pending, Pending{t.Hash(), tokens})
	return chain.Pair{Tokens: slices.Clone(tokens), Transaction: t}, nil
	// END SOLUTION
}

// Confirm ends a pending payment that has come into a block: its tokens are
// gone for good.
//
// Errors: [ErrUnknown].
func (w *Wallet) Confirm(transaction chain.Hash) error {
	// BEGIN SOLUTION
	i := slices.IndexFunc(w.Pending, func(p Pending) bool { return p.Transaction == transaction })
	if i < 0 {
		return fmt.Errorf("confirm %v: %w", transaction, ErrUnknown)
	}
	w.Pending = slices.Delete(w.Pending, i, i+1)
	return nil
	// END SOLUTION
}

// Reject ends a pending payment that the network refused: its tokens go back to
// the front of Tokens, in the order they had.
//
// Errors: [ErrUnknown].
func (w *Wallet) Reject(transaction chain.Hash) error {
	// BEGIN SOLUTION
	i := slices.IndexFunc(w.Pending, func(p Pending) bool { return p.Transaction == transaction })
	if i < 0 {
		return fmt.Errorf("reject %v: %w", transaction, ErrUnknown)
	}
	w.Tokens = append(slices.Clone(w.Pending[i].Tokens), w.Tokens...)
	w.Pending = slices.Delete(w.Pending, i, i+1)
	return nil
	// END SOLUTION
}

// Receive adds what a transaction gives the wallet's owner to the end of Tokens:
// the payment if they are the receiver, and then the change, unless it is 0, if they
// are the sender. A payment to oneself adds both.
func (w *Wallet) Receive(t chain.Transaction) {
	// BEGIN SOLUTION
	if t.Receiver == w.Address {
		w.Tokens = append(w.Tokens, t.Payment())
	}
	if t.Sender == w.Address && t.SenderChange > 0 {
		w.Tokens = append(w.Tokens, t.Change())
	}
	// END SOLUTION
}
