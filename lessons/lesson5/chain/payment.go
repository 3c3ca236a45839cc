package chain

import (
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"nodebook/lessons/todo"
)

// SignedValues is the transaction version of part B. It has one signature, the
// sender's, in SenderSignature, over everything but the signatures; toycoin's
// signatures leave the values out, so that whoever passes a payment on can
// move coins between its two outputs.
const SignedValues = 2

// ErrSelf is the error of a payment to oneself, which version 2 does not have:
// its two tokens could not be told apart.
var ErrSelf = errors.New("sender pays himself")

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
func (t Transaction) SigningBytes() []byte {
	return nil
}

// Leaf is what stands for t in the merkle tree of a block: in version 0 its hash,
// as toycoin has it. That hash covers no lengths and no version, so that someone
// could move a digit from one field to the next, or change the version, and pass
// the result off as the transaction in the block. In later versions everything is
// covered: version, [Transaction.SigningBytes], each signature behind its length.
func (t Transaction) Leaf() Hash {
	if t.Version == 0 {
		return t.Hash()
	}
	b := append(binary.BigEndian.AppendUint64(nil, uint64(t.Version)), t.SigningBytes()...)
	for _, s := range [][]byte{t.ReceiverSignature, t.SenderSignature} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	h := HashOf(b)
	h[0] ^= 0x80 // no longer a hash of anything, and so not of a version 0 transaction
	return h
}

// CheckPayment tells whether a version 2 transaction passes [CheckSpending] and
// is signed: it has no receiver's signature, and the sender's is over its
// [Transaction.SigningBytes] ([ErrSignature]).
// The sender may not be the receiver ([ErrSelf]); other versions are [ErrVersion].
func CheckPayment(p Pair) error {
	return todo.Err
}

// PaySigned is [Pay] for version 2.
//
// Errors: [ErrValue], [ErrFunds], [ErrSelf].
func PaySigned(key *rsa.PrivateKey, tokens []Token, receiver Address, value int64) (Transaction, error) {
	sum := Sum(tokens)
	if value <= 0 || sum == math.MaxInt64 {
		return Transaction{}, fmt.Errorf("pay %d: %w", value, ErrValue)
	}
	if sum < value {
		return Transaction{}, fmt.Errorf("pay %d with tokens worth %d: %w", value, sum, ErrFunds)
	}
	t := Transaction{Version: SignedValues, Receiver: receiver, ReceiverValue: value,
		Sender: AddressOf(key), SenderChange: sum - value}
	if t.Sender == receiver {
		return Transaction{}, fmt.Errorf("pay: %w", ErrSelf)
	}
	for _, k := range tokens {
		t.Previous = append(t.Previous, k.Transaction)
	}
	var err error
	t.SenderSignature, err = Sign(key, t.SigningBytes())
	return t, err
}
