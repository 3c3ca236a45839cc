// REFERENCE ONLY

package rules

import (
	"fmt"
	"slices"

	"nodebook/solutions/lesson7/block"
)

// view is coins as they would be after a part of a block. It changes them at the
// end, or not at all.
type view struct {
	under  Coins
	made   map[block.OutPoint]*UTXO // by this block, and unspent
	spent  map[block.OutPoint]bool  // of the coins under it; nil until there is one
	block  block.Block
	ids    []block.Hash
	height int
	params Params
	fees   int64
	cost   int // of signature operations
}

func newView(c Coins, b block.Block, height int, p Params) (view, error) {
	v := view{under: c, made: map[block.OutPoint]*UTXO{}, block: b, height: height, params: p}
	v.ids = make([]block.Hash, len(b.Txs))
	mayOverwrite := slices.Contains(p.Overwrites, height)
	for i, t := range b.Txs {
		v.ids[i] = t.ID()
		for k := range t.Out {
			if _, ok := c.Get(block.OutPoint{TxID: v.ids[i], Index: uint32(k)}); ok && !mayOverwrite {
				return view{}, fmt.Errorf("transaction %d: output %d: %w", i, k, ErrOverwrite)
			}
		}
	}
	return v, nil
}

func (v *view) get(p block.OutPoint) (UTXO, bool) {
	if u, ok := v.made[p]; ok {
		return *u, true
	}
	if v.spent[p] {
		return UTXO{}, false
	}
	return v.under.Get(p)
}

func (v *view) spend(p block.OutPoint) {
	if _, ok := v.made[p]; ok {
		delete(v.made, p)
		return
	}
	if v.spent == nil {
		v.spent = map[block.OutPoint]bool{}
	}
	v.spent[p] = true
}

// connect adds the transaction at index i and returns the coins that it spends.
func (v *view) connect(i int, run func(block.Spend) error) (Undo, error) {
	t, soft := &v.block.Txs[i], v.params.Soft(v.height)
	var undo Undo
	if i > 0 {
		var err error
		if undo, err = v.inputs(t); err != nil {
			return nil, err
		}
		if v.height >= v.params.CSV && relative(t) {
			return nil, fmt.Errorf("relative lock time: %w", block.ErrCannotJudge)
		}
	}
	spent := make([]block.Out, len(undo))
	for k, u := range undo {
		spent[k] = u.Out
	}
	if v.cost += SigOpCost(*t, spent, soft); v.cost > 4*MaxSigOps {
		return nil, fmt.Errorf("%w: cost %d, at most %d", ErrSigOps, v.cost, 4*MaxSigOps)
	}
	for k := range undo {
		if err := run(block.Spend{Tx: t, Index: k, Spent: spent, Soft: soft}); err != nil {
			return nil, fmt.Errorf("input %d: %w", k, err)
		}
	}
	for k, out := range t.Out {
		if v.height > 0 && !Unspendable(out) {
			v.made[block.OutPoint{TxID: v.ids[i], Index: uint32(k)}] = &UTXO{Out: out, Height: v.height, Coinbase: i == 0}
		}
	}
	return undo, nil
}

// inputs takes out the coins that t spends, and counts its fee.
func (v *view) inputs(t *block.Tx) (Undo, error) {
	undo := make(Undo, len(t.In))
	var have int64
	for i, in := range t.In {
		u, ok := v.get(in.Previous)
		if !ok {
			return nil, fmt.Errorf("input %d: %w: %s, %d", i, ErrNoCoin, in.Previous.TxID, in.Previous.Index)
		}
		if u.Coinbase && v.height-u.Height < Maturity {
			return nil, fmt.Errorf("input %d: %w: made at %d", i, ErrImmature, u.Height)
		}
		if have += u.Out.Value; have > MaxMoney {
			return nil, fmt.Errorf("input %d: %w: %d", i, ErrTotal, have)
		}
		v.spend(in.Previous)
		undo[i] = u
	}
	want := sumOf(t.Out)
	if want > have {
		return nil, fmt.Errorf("%w: %d, has %d", ErrInflation, want, have)
	}
	v.fees += have - want
	return undo, nil
}

// relative reports whether an input has a relative lock time. BIP 68 reads the version
// without a sign, so that only 0 and 1 are below 2.
func relative(t *block.Tx) bool {
	if uint32(t.Version) < 2 {
		return false
	}
	return slices.ContainsFunc(t.In, func(in block.In) bool { return in.Sequence>>31 == 0 })
}

func sumOf(outs []block.Out) (sum int64) {
	for _, o := range outs {
		sum += o.Value
	}
	return sum
}

// apply changes the coins under the view.
func (v *view) apply() {
	for p := range v.spent {
		v.under.Spend(p)
	}
	for p, u := range v.made {
		v.under.Add(p, *u)
	}
}
