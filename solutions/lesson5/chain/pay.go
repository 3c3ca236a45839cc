package chain

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
)

// ErrFunds is the error of a payment that its tokens do not cover.
var ErrFunds = errors.New("not enough coins")

// Pay makes the transaction that spends tokens, all of them owned by the owner
// of key, to pay value to receiver; what is left over is the change. Both
// outputs are signed with [Sign], each over Previous and then its own owner's address.
//
// Errors: [ErrValue] for a value that is not above 0; [ErrFunds] for tokens worth
// less than value.
func Pay(key *rsa.PrivateKey, tokens []Token, receiver Address, value int64) (Transaction, error) {
	// BEGIN SOLUTION
	if value <= 0 {
		return Transaction{}, fmt.Errorf("pay %d: %w", value, ErrValue)
	}
	sum := int64(0)
	t := Transaction{Receiver: receiver, ReceiverValue: value, Sender: AddressOf(key)}
	var prev []byte
	for _, k := range tokens {
		sum += k.Value
		t.Previous = append(t.Previous, k.Transaction)
		prev = append(prev, k.Transaction[:]...)
	}
	if sum < value {
		return Transaction{}, fmt.Errorf("pay %d with tokens worth %d: %w", value, sum, ErrFunds)
	}
	t.SenderChange = sum - value
	var err error
	if t.ReceiverSignature, err = Sign(key, append(slices.Clip(prev), receiver...)); err != nil {
		return Transaction{}, err
	}
	if t.SenderSignature, err = Sign(key, append(slices.Clip(prev), t.Sender...)); err != nil {
		return Transaction{}, err
	}
	return t, nil
	// END SOLUTION
}
