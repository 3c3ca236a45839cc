// Package wallet keeps one owner's key and coins.
package wallet

import (
	"crypto/rsa"
	"errors"

	"nodebook/lessons/lesson5/chain"

	"nodebook/lessons/todo"
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
	return 0
}

// Send pays value to receiver: it takes tokens from the front of Tokens, as few
// as cover the value, makes the transaction of them with w.Pay, and adds them to
// the end of Pending under the transaction's hash. On an error the wallet is unchanged.
// The caller owns the pair's slices: they share no memory with the wallet's.
//
// Errors: [ErrFunds] for a value above the balance; what w.Pay returns, for
// instance [chain.ErrValue] for a value that is not above 0.
func (w *Wallet) Send(receiver chain.Address, value int64) (chain.Pair, error) {
	return chain.Pair{}, todo.Err
}

// Confirm ends a pending payment that has come into a block: its tokens are
// gone for good.
//
// Errors: [ErrUnknown].
func (w *Wallet) Confirm(transaction chain.Hash) error {
	return todo.Err
}

// Reject ends a pending payment that the network refused: its tokens go back to
// the front of Tokens, in the order they had.
//
// Errors: [ErrUnknown].
func (w *Wallet) Reject(transaction chain.Hash) error {
	return todo.Err
}

// Receive adds what a transaction gives the wallet's owner to the end of Tokens:
// the payment if they are the receiver, and then the change, unless it is 0, if they
// are the sender. A payment to oneself adds both.
func (w *Wallet) Receive(t chain.Transaction) {
}
