package chain

import (
	"errors"

	"nodebook/lessons/todo"
)

// One sentinel for each reason to refuse a token or a transaction.
var (
	ErrToken     = errors.New("token does not match its transaction")
	ErrNoTokens  = errors.New("transaction spends nothing")
	ErrOwners    = errors.New("tokens of more than one owner")
	ErrSender    = errors.New("sender does not own the tokens")
	ErrPrevious  = errors.New("previous hashes are not those of the tokens")
	ErrTwice     = errors.New("token spent twice")
	ErrValue     = errors.New("value out of range")
	ErrSum       = errors.New("value in differs from value out")
	ErrSignature = errors.New("wrong signature")
	ErrVersion   = errors.New("unknown transaction version")
)

// Address names an owner: a public key as a PEM block, newlines included.
type Address string

// Coinbase is the sender of transactions that spend nothing.
var Coinbase = func() Address {
	h := HashOf([]byte("COINBASE"))
	return Address(h[:])
}()

// Token is a coin: one of the two outputs of a transaction.
type Token struct {
	Transaction Hash    // the transaction that made it
	Owner       Address // who may spend it
	Value       int64   // whole coins
	Signature   []byte  // the signature next to the output

	change bool // it was the second output; only the ledger looks at it
}

// Transaction spends tokens of one owner, the sender, and makes two: a payment
// to the receiver, and what is left for the sender.
type Transaction struct {
	Version           int     // 0, toycoin's; lesson 6 adds another
	Previous          []Hash  // transactions of the tokens that are spent, in order
	Receiver          Address // owner of the payment
	ReceiverValue     int64   // whole coins
	ReceiverSignature []byte  // sender's, over Previous and Receiver
	Sender            Address // owner of the spent tokens and of the change
	SenderChange      int64   // whole coins
	SenderSignature   []byte  // sender's, over Previous and Sender
}

// Pair is a transaction and the tokens that it spends.
type Pair struct {
	Tokens      []Token
	Transaction Transaction
}

// Hash is the name of a transaction: SHA-512 over, in order, all of Previous,
// Receiver, ReceiverValue, ReceiverSignature, Sender, SenderChange and
// SenderSignature. The values are ASCII decimals, such as "100"; there is
// nothing between the parts. Version is not hashed.
func (t Transaction) Hash() Hash {
	return Hash{}
}

// Payment is the receiver's token.
func (t Transaction) Payment() Token { return t.payment(t.Hash()) }

// payment is Payment where t's hash is known already: to hash costs time.
func (t Transaction) payment(h Hash) Token {
	return Token{Transaction: h, Owner: t.Receiver, Value: t.ReceiverValue, Signature: t.ReceiverSignature}
}

// Change is the sender's token. A change of 0 makes no token.
func (t Transaction) Change() Token { return t.change(t.Hash()) }

// change is Change where t's hash is known already.
func (t Transaction) change(h Hash) Token {
	return Token{Transaction: h, Owner: t.Sender, Value: t.SenderChange, Signature: t.SenderSignature, change: true}
}

// IsCoinbase reports whether t makes money out of nothing: it spends nothing, and
// its sender is [Coinbase].
func (t Transaction) IsCoinbase() bool {
	return len(t.Previous) == 0 && t.Sender == Coinbase
}

// Same reports whether k and o are the same token in every part.
func (k Token) Same(o Token) bool {
	return k.Transaction == o.Transaction && k.Owner == o.Owner && k.Value == o.Value &&
		string(k.Signature) == string(o.Signature)
}

// CheckToken reports whether k is one of the two outputs of t: k names t's hash,
// and its owner, value and signature are together those of the payment or
// together those of the change. A change of 0 makes no token.
//
// Errors: [ErrToken].
func CheckToken(t Transaction, k Token) error {
	return todo.Err
}

// CheckSpending reports whether p.Transaction spends p.Tokens as it should,
// signatures aside. The caller's slices stay unchanged. If several rules are broken,
// the error is that of any of them:
//
//   - it spends at least one token: [ErrNoTokens]
//   - the tokens belong to one owner: [ErrOwners]; if so, it is the sender: [ErrSender]
//   - Previous names the tokens' transactions, in order: [ErrPrevious]
//   - no token is in p.Tokens twice: [ErrTwice]
//   - every token and the payment are above 0, the change is at least 0, and no
//     sum overflows an int64: [ErrValue]; sums that overflow are not compared
//   - the tokens are worth as much as payment and change: [ErrSum]
func CheckSpending(p Pair) error {
	return todo.Err
}

// CheckTransaction reports whether p.Transaction is a payment that the owner of
// p.Tokens agreed to. Where the tokens come from is the ledger's business.
//
//   - a version other than 0 is [ErrVersion]
//   - a coinbase without tokens passes if its payment is above 0 and it has no
//     change: [ErrValue]
//   - anything else passes [CheckSpending], and both signatures are the
//     sender's, over all of Previous and then the receiver's (or the sender's)
//     address: [ErrSignature]
func CheckTransaction(p Pair) error {
	return todo.Err
}
