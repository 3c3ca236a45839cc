package rules

import (
	"nodebook/lessons/lesson7/block"

	"nodebook/lessons/todo"
)

const (
	Coin      = 100_000_000       // units in one bitcoin
	MaxMoney  = 21_000_000 * Coin // units that there will ever be, and a little more
	MaxWeight = 4_000_000         // of a block: 3 times its size without witnesses, plus its size
)

// CheckTx checks what can be checked in t alone. These must be true, in this order;
// if one is not, the error before it is returned:
//
//   - [ErrNoInputs]: it has an input.
//   - [ErrNoOutputs]: it has an output.
//   - [ErrTxSize]: its legacy format, times 4, has at most MaxWeight bytes.
//   - [ErrNegative]: output by output, the value is 0 or more.
//   - [ErrMaxMoney]: the value is at most MaxMoney.
//   - [ErrTotal]: the sum of the values so far is at most MaxMoney.
//   - [ErrDoubleInput]: no two inputs spend the same output.
//   - [ErrCoinbaseScript]: if it is a coinbase, the input's script has 2 to 100 bytes.
//   - [ErrNullPoint]: if it is not, no input spends the null outpoint.
func CheckTx(t block.Tx) error {
	return todo.Err
}
