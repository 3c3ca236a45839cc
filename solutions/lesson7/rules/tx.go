package rules

import (
	"fmt"

	"nodebook/solutions/lesson7/block"
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
	// BEGIN SOLUTION
	switch {
	case len(t.In) == 0:
		return ErrNoInputs
	case len(t.Out) == 0:
		return ErrNoOutputs
	}
	if n := t.Size(false); 4*n > MaxWeight {
		return fmt.Errorf("%w: %d bytes", ErrTxSize, n)
	}
	var total int64
	for i, out := range t.Out {
		if out.Value < 0 {
			return fmt.Errorf("output %d: %w: %d", i, ErrNegative, out.Value)
		}
		if out.Value > MaxMoney {
			return fmt.Errorf("output %d: %w: %d", i, ErrMaxMoney, out.Value)
		}
		if total += out.Value; total > MaxMoney {
			return fmt.Errorf("output %d: %w: %d", i, ErrTotal, total)
		}
	}
	seen := make(map[block.OutPoint]bool, len(t.In))
	for i, in := range t.In {
		if seen[in.Previous] {
			return fmt.Errorf("input %d: %w: %s, %d", i, ErrDoubleInput, in.Previous.TxID, in.Previous.Index)
		}
		seen[in.Previous] = true
	}
	if t.Coinbase() {
		if n := len(t.In[0].Script); n < 2 || n > 100 {
			return fmt.Errorf("%w: %d", ErrCoinbaseScript, n)
		}
		return nil
	}
	if seen[block.NullPoint] {
		return ErrNullPoint
	}
	return nil
	// END SOLUTION
}
