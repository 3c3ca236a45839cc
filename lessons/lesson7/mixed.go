package main

import (
	"errors"
	"fmt"
	"io"

	"nodebook/fixtures/chain/signed"
	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"
)

// kinds are the payments of the mixed chain, in the order in which it shows them.
var kinds = []struct {
	kind signed.Kind
	name string
}{
	{signed.P2PK, "P2PK, a key"},
	{signed.P2PKH, "P2PKH, the hash of a key"},
	{signed.P2WPKH, "P2WPKH, the same in a witness"},
	{signed.P2TR, "P2TR, the key of taproot"},
	{signed.P2SH, "P2SH, the hash of a script"},
	{signed.P2WSH, "P2WSH, the same in a witness"},
	{signed.P2TRLeaf, "P2TR, a script of taproot"},
}

// mixedBlocks is how many blocks of the mixed chain have payments.
const mixedBlocks = 20

// showMixed makes a chain for regtest whose outputs are of all kinds, and counts
// the verdicts about its inputs. What cannot be judged is passed over, so that all
// of it is seen; a node would have to stop.
func showMixed(o options, out, errs io.Writer) error {
	count := map[string]*[2]int{}
	v := &verified{params: rules.Regtest, coins: rules.MemCoins{}, now: now()}
	v.run = func(s block.Spend) error {
		err := o.run(s)
		name := kindOf(s)
		if count[name] == nil {
			count[name] = new([2]int)
		}
		switch {
		case err == nil:
			count[name][0]++
		case errors.Is(err, block.ErrCannotJudge):
			count[name][1]++
			return nil
		}
		return err
	}
	m, err := signed.New(signed.Config{Seed: 7, PerBlock: 15, Kinds: kindsOf()})
	if err != nil {
		return err
	}
	if err := v.add(signed.Genesis()); err != nil {
		return fmt.Errorf("block 0 of regtest: %w", err)
	}
	bar := newBar(errs, o.interactive, signed.Maturity+mixedBlocks)
	defer bar.done()
	for range bar.of {
		if err := v.add(m.Next()); err != nil {
			return fmt.Errorf("block %d of the mixed chain: %w", m.Blocks, err)
		}
		bar.step()
	}
	bar.done()
	fmt.Fprintf(out, "%d blocks, %d transactions, %d coins\n", m.Blocks, m.Txs, len(v.coins))
	fmt.Fprintln(out, "output                         good  cannot be judged")
	for _, k := range kinds {
		if n := count[k.name]; n != nil {
			fmt.Fprintf(out, "%-29s  %4d  %4d\n", k.name, n[0], n[1])
		}
	}
	return nil
}

func kindsOf() (all []signed.Kind) {
	for _, k := range kinds {
		all = append(all, k.kind)
	}
	return all
}

// kindOf returns the name of the kind that a spend's output has. A witness of
// several items tells the two kinds of taproot apart.
func kindOf(s block.Spend) string {
	script := s.Spent[s.Index].Script
	switch {
	case script[0] == 0xa9:
		return kinds[4].name
	case script[0] == 0 && len(script) == 22:
		return kinds[2].name
	case script[0] == 0:
		return kinds[5].name
	case script[0] == 0x51 && len(s.Tx.In[s.Index].Witness) > 1:
		return kinds[6].name
	case script[0] == 0x51:
		return kinds[3].name
	case script[0] == 0x76:
		return kinds[1].name
	}
	return kinds[0].name
}
