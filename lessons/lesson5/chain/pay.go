package chain

import (
	"crypto/rsa"
	"errors"

	"nodebook/lessons/todo"
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
	return Transaction{}, todo.Err
}
