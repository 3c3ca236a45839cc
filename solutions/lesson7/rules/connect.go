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
// coins, and applies them: it takes out the coins that they spend, adds those that
// they make, and returns what [Disconnect] needs. If there is an error, the coins
// are as they were before.
//
// First, for all transactions:
//
//	ErrOverwrite      no output has the outpoint of a coin of c, unless height is in p.Overwrites
//
// Then, transaction by transaction, in this order, of which the coinbase needs only
// ErrSigOps:
//
//	ErrNoCoin         each input spends a coin: of c, or of a transaction before it in the block,
//	                  and no coin twice
//	ErrImmature       a coinbase's coin has Maturity blocks: height - its own height >= 100
//	ErrTotal          the coins spent sum up to at most MaxMoney
//	ErrInflation      the outputs sum up to at most the coins spent; the difference is a fee
//	ErrCannotJudge    from p.CSV on, the transaction's version is below 2 (as a signed number), or all
//	                  its inputs have the top bit of their sequence set: no relative lock time (BIP 68)
//	ErrSigOps         SigOpCost of the transactions so far sums up to at most 4 * MaxSigOps
//	...               run accepts each of its inputs; its error is passed on, wrapped
//
// At the end:
//
//	ErrSubsidy        the coinbase's outputs sum up to at most Subsidy plus all fees
//
// An output that is [Unspendable] makes no coin, nor do the outputs of the block at
// height 0. run gets p.Soft(height). Text of an error about a transaction names its
// place, counted from 0 ("transaction 3: ...").
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

// Disconnect undoes [Connect] of the same block with what that returned: from the
// last transaction to the first, it takes out the coins made and puts back those
// spent.
//
// Errors: [ErrUndo] if undo has not one coin for each input, or a coin that the
// block made is not there or differs; the coins are then in no defined state.
func Disconnect(c Coins, b block.Block, height int, undo Undo) error {
	// BEGIN SOLUTION of Connect
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
