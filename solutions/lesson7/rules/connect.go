package rules

import (
	"fmt"
	"slices"

	"nodebook/solutions/lesson7/block"
)

// Maturity is how many blocks after its own a coinbase can be spent at the
// earliest.
const Maturity = 100

// Undo are the coins that a block spent, in the order of its inputs, without the
// coinbase's.
type Undo []UTXO

// Subsidy returns how many units a block at a height may make: 50 BTC, halved
// (rounded down) with each p.Halving blocks, and nothing from the 64th halving on.
func Subsidy(height int, p Params) int64 {
	// BEGIN SOLUTION of Connect
	halvings := height / p.Halving
	if halvings >= 64 {
		return 0
	}
	return 50 * Coin >> halvings
	// END SOLUTION
}

// Connect checks the transactions of a block that passed [CheckBlock] against the
// coins and applies them: it takes out the coins that they spend, adds those that
// they make, and returns the former, for [Disconnect]. If it returns an error, the
// coins are as they were before. These must be true, in this order; if one is not,
// the error before it is returned:
//
//   - [ErrOverwrite]: no output of the block has the outpoint of a coin of c, unless height is in p.Overwrites.
//   - [ErrNoCoin]: transaction by transaction, each input of all but the first spends a coin of c, or of a transaction before it in the block, and no coin is spent twice.
//   - [ErrImmature]: if a coinbase made the coin, its height is at least [Maturity] below this one.
//   - [ErrTotal]: the coins that a transaction spends sum up to at most MaxMoney.
//   - [ErrInflation]: its outputs sum up to at most as much; the difference is a fee.
//   - block.ErrCannotJudge: from p.CSV on, it has no relative lock time (BIP 68): its version, read without a sign, is below 2, or all its inputs have the top bit of their sequence set.
//   - [ErrSigOps]: the [SigOpCost] of the transactions so far, including the first, sums up to at most 4 * MaxSigOps.
//   - For each of its inputs, run returns nil; its error is wrapped.
//   - [ErrSubsidy]: at the end, the outputs of the first transaction sum up to at most the [Subsidy] and all fees.
//
// The Spend that run gets has the p.Soft of the height, and may be kept: it stays as it
// is. The text of an error about a transaction has its place, counted from 0
// ("transaction 3: ..."). An output that is [Unspendable] makes no coin. The outputs of
// the block at height 0 make no coins.
func Connect(c Coins, b block.Block, height int, p Params, run func(block.Spend) error) (Undo, error) {
	// BEGIN SOLUTION
	v, err := newView(c, b, height, p)
	if err != nil {
		return nil, err
	}
	var undo Undo
	for i := range b.Txs {
		spent, err := v.connect(i, run)
		if err != nil {
			return nil, fmt.Errorf("transaction %d: %w", i, err)
		}
		undo = append(undo, spent...)
	}
	if got, most := sumOf(b.Txs[0].Out), Subsidy(height, p)+v.fees; got > most {
		return nil, fmt.Errorf("%w: %d, at most %d", ErrSubsidy, got, most)
	}
	v.apply()
	return undo, nil
	// END SOLUTION
}

// Disconnect undoes [Connect] of the same block with what that returned. From the
// last transaction to the first, it takes out the coins made and puts back those
// spent.
//
// Errors: [ErrUndo] if undo does not have one coin for each input; [ErrUndo] if a
// coin that the block made is not there or has another value, script, height or
// origin. After an error the coins are in no defined state.
func Disconnect(c Coins, b block.Block, height int, undo Undo) error {
	// BEGIN SOLUTION of Connect
	// UNTESTED "After an error": it is a permission.
	left := len(undo)
	for i, t := range slices.Backward(b.Txs) {
		id := t.ID()
		for k, out := range t.Out {
			if height == 0 || Unspendable(out) {
				continue
			}
			got, ok := c.Spend(block.OutPoint{TxID: id, Index: uint32(k)})
			if !ok || got.Height != height || got.Coinbase != (i == 0) || got.Out.Value != out.Value || !slices.Equal(got.Out.Script, out.Script) {
				return fmt.Errorf("transaction %d, output %d: %w", i, k, ErrUndo)
			}
		}
		if i == 0 {
			break
		}
		if left -= len(t.In); left < 0 {
			return fmt.Errorf("transaction %d: %w: %d coins to put back", i, ErrUndo, len(undo))
		}
		for k, in := range t.In {
			c.Add(in.Previous, undo[left+k])
		}
	}
	if left != 0 {
		return fmt.Errorf("%w: %d coins too many", ErrUndo, left)
	}
	return nil
	// END SOLUTION
}
