package main

import (
	"fmt"
	"io"
	"os"

	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"
)

// blockFile checks what can be checked in a block alone. Its height and its coins
// are not known, so it can be refused, but not be called valid.
func blockFile(o options, out, _ io.Writer) error {
	name := o.file
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, block.MaxSize+1))
	if err != nil {
		return err
	}
	b, err := block.ReadBlock(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(b.Txs) == 0 {
		return fmt.Errorf("%s: %w", name, block.ErrEmpty)
	}
	if err := checkAlone(b); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	segwit := 0
	for _, t := range b.Txs {
		if t.HasWitness() {
			segwit++
		}
	}
	weight := 3*len(block.AppendBlock(nil, b, false)) + len(raw)
	fmt.Fprintf(out, "block %s of %s\n", b.Header.Hash(), date(b.Header.Time))
	fmt.Fprintf(out, "%s transactions, %s with a witness; weight %s\n", grouped(int64(len(b.Txs))), grouped(int64(segwit)), grouped(int64(weight)))
	fmt.Fprintln(out, "work, merkle root, transactions and commitment are good")
	fmt.Fprintf(out, "%v: the coins that it spends are not here\n", block.ErrCannotJudge)
	return nil
}

// checkAlone checks a block of which nothing else is known, at the height that its
// coinbase claims. The median time before it is at most its own time.
func checkAlone(b block.Block) error {
	return rules.CheckBlock(b, claimedHeight(b), int64(b.Header.Time), rules.Mainnet)
}

// claimedHeight returns the height at the start of the coinbase's script, three
// bytes after a length of 3 (BIP 34); or, without one, the last height that needs
// none.
func claimedHeight(b block.Block) int {
	last := rules.Mainnet.BIP34 - 1
	if len(b.Txs[0].In) == 0 || b.Header.Version < 2 {
		return last
	}
	script := b.Txs[0].In[0].Script
	if len(script) < 4 || script[0] != 3 {
		return last
	}
	return int(script[1]) | int(script[2])<<8 | int(script[3])<<16
}
