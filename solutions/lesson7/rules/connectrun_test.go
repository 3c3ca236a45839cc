package rules_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

func TestConnect_run(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	first := pays(d, points(s.old, s.two), 57*coin)
	second := pays(d, points(output(first, 0)), 57*coin)
	b := unsealed(coinbase(d, 50*coin), first, second)
	outs := [][]block.Out{{s.coins[s.old].Out, s.coins[s.two].Out}, {first.Out[0]}}
	want := []string{"1.0", "1.1", "2.0"}
	p := from(func(p *rules.Params) { p.BIP66, p.Segwit = 120, 121 })
	var got []string
	var kept []keptSpend
	run := func(x block.Spend) error {
		at := slices.IndexFunc(b.Txs, func(t block.Tx) bool { return x.Tx != nil && idOf(t) == idOf(*x.Tx) })
		try := expect.Tried(t, "Connect(c, b, 120, p, run), and what run is called with")
		try.Why("run needs the transaction")
		if at < 1 {
			try.Fail(fmt.Sprintf("transaction %d of the block", at), "a transaction that spends")
		}
		got = append(got, fmt.Sprintf("%d.%d", at, x.Index))
		try.Why("Spent has the outputs that all inputs of the transaction spend, in their order: signatures cover them")
		try.Equal("number of outputs in Spent", len(x.Spent), len(outs[at-1]))
		for i, o := range outs[at-1] {
			try.Equal(fmt.Sprintf("Spent[%d].Value", i), x.Spent[i].Value, o.Value)
			try.Bytes(fmt.Sprintf("Spent[%d].Script", i), x.Spent[i].Script, o.Script)
		}
		try.Why("the rules are those of the block's height")
		try.Equal("Soft", x.Soft, block.Soft{StrictDER: true})
		kept = append(kept, keptSpend{x, idOf(*x.Tx)})
		return nil
	}
	try := expect.Tried(t, "Connect(c, b, 120, p, run), where two payments have three inputs together")
	_, err := rules.Connect(s.coins, b, 120, p, run)
	try.NoError(err)
	try.Why("run is called for each input but the coinbase's; the order of inputs does not matter")
	try.Why("a caller that checks inputs later keeps what run got: each transaction needs its own list of what it spends")
	for _, x := range kept {
		outs := outs[slices.IndexFunc(b.Txs, func(t block.Tx) bool { return idOf(t) == idOf(*x.Tx) })-1]
		try.Equal("transaction of a Spend afterwards", idOf(*x.Tx), x.id)
		try.Equal("number of outputs in its Spent", len(x.Spent), len(outs))
		for i, o := range outs {
			try.Equal(fmt.Sprintf("its Spent[%d].Value", i), x.Spent[i].Value, o.Value)
		}
	}
	slices.Sort(got)
	try.Why("run is called for each input but the coinbase's; the order of inputs does not matter")
	try.Shows("transaction and input of each call", expect.List(got), expect.List(want))
}

func TestConnect_runRefuses(t *testing.T) {
	d := draw.From(t)
	odd := errors.New("odd signature")
	for _, verdict := range []error{odd, block.ErrCannotJudge} {
		s := drawState(d)
		was := maps.Clone(s.coins)
		b := unsealed(coinbase(d, 50*coin), pays(d, points(s.old), 1), pays(d, points(s.two, s.reward), 1))
		try := expect.Tried(t, "Connect(c, b, 220, p, run), where run returns %q for the last input", verdict)
		try.Why("the error of run is passed on, wrapped with %%w: a script that cannot be judged makes a block that cannot be judged, neither valid nor invalid")
		_, err := rules.Connect(s.coins, b, 220, plain, func(x block.Spend) error {
			if x.Index == 1 {
				return fmt.Errorf("input: %w", verdict)
			}
			return nil
		})
		try.ErrorIs(err, verdict, fmt.Sprintf("%q", verdict))
		try.Why("the text says which transaction it was, counted from 0")
		try.Mentions(err, "transaction 2")
		try.Why("a block that is not accepted has no effect")
		sameCoins(try, s.coins, was)
	}
}
