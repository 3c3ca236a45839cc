package consensus

import (
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"nodebook/lessons/lesson5/chain"

	"nodebook/lessons/todo"
)

// SignedValues is the transaction version of this lesson. It has one signature, the
// sender's, in SenderSignature, over everything but the signatures; toycoin's
// signatures leave the values out, so that whoever passes a payment on can
// move coins between its two outputs.
const SignedValues = 2

// ErrSelf is the error of a payment to oneself, which version 2 does not have:
// its two tokens could not be told apart.
var ErrSelf = errors.New("sender pays themselves")

// SigningBytes is what the sender of a version 2 transaction signs, each field
// so marked that no two transactions give the same bytes:
//
//	4 bytes   Version, big endian
//	4 bytes   number of previous hashes, big endian
//	64 bytes  each of them
//	4 bytes   length of Receiver, big endian; then Receiver
//	8 bytes   ReceiverValue, big endian
//	4 bytes   length of Sender, big endian; then Sender
//	8 bytes   SenderChange, big endian
func SigningBytes(t chain.Transaction) []byte {
	return nil
}

// The ledger and the merkle tree of lesson 5 use a version's own rules.
func init() { chain.Register(SignedValues, chain.Version{Check: CheckPayment, Leaf: leaf}) }

// leaf is the [chain.Transaction.Leaf] of version 2. A transaction's hash covers no
// lengths and no version, so that someone could move a digit from one field to the
// next, or change the version, and pass the result off as the transaction in the
// block. The leaf covers everything: version, [SigningBytes], and each signature
// after its length.
func leaf(t chain.Transaction) chain.Hash {
	b := append(binary.BigEndian.AppendUint64(nil, uint64(t.Version)), SigningBytes(t)...)
	for _, s := range [][]byte{t.ReceiverSignature, t.SenderSignature} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	h := chain.HashOf(b)
	h[0] ^= 0x80 // no longer a hash of anything, and so not of a version 0 transaction
	return h
}

// CheckPayment reports whether a version 2 transaction passes [chain.CheckSpending] and
// is signed: it has no receiver's signature, and the sender's is over its
// [SigningBytes] ([chain.ErrSignature]).
// The sender may not be the receiver ([ErrSelf]); other versions are [chain.ErrVersion].
func CheckPayment(p chain.Pair) error {
	return todo.Err
}

// PaySigned is [chain.Pay] for version 2.
//
// Errors: [chain.ErrValue], [chain.ErrFunds], [ErrSelf].
func PaySigned(key *rsa.PrivateKey, tokens []chain.Token, receiver chain.Address, value int64) (chain.Transaction, error) {
	sum := chain.Sum(tokens)
	if value <= 0 || sum == math.MaxInt64 {
		return chain.Transaction{}, fmt.Errorf("pay %d: %w", value, chain.ErrValue)
	}
	if sum < value {
		return chain.Transaction{}, fmt.Errorf("pay %d with tokens worth %d: %w", value, sum, chain.ErrFunds)
	}
	t := chain.Transaction{Version: SignedValues, Receiver: receiver, ReceiverValue: value,
		Sender: chain.AddressOf(key), SenderChange: sum - value}
	if t.Sender == receiver {
		return chain.Transaction{}, fmt.Errorf("pay: %w", ErrSelf)
	}
	for _, k := range tokens {
		t.Previous = append(t.Previous, k.Transaction)
	}
	var err error
	t.SenderSignature, err = chain.Sign(key, SigningBytes(t))
	return t, err
}
