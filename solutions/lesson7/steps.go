package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"nodebook/fixtures/btcscript"
	"nodebook/fixtures/chain"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

// showSteps prints the scripts of an input, instruction by instruction, with the
// stack after each, and what the engine says about them. The stack is that of
// btcd's engine: it can be stopped after an instruction.
func showSteps(o options, out, errs io.Writer) error {
	id, index, err := inputOf(o.script)
	if err != nil {
		return err
	}
	s, height, err := findSpend(o, errs, id)
	if err != nil {
		return err
	}
	if index >= len(s.Tx.In) {
		return fmt.Errorf("transaction %s has %d inputs, no input %d", id, len(s.Tx.In), index)
	}
	s.Index = index
	tx, err := theirs(s)
	if err != nil {
		return err
	}
	steps, _ := tx.Steps(index, btcscript.Rules(s.Soft))
	in := s.Tx.In[index]
	fmt.Fprintf(out, "input %d of %s, block %s\nspends %s BTC of %s, %d\n", index, short(id), grouped(int64(height)), btc(s.Spent[index].Value), short(in.Previous.TxID), in.Previous.Index)
	for i, step := range steps {
		if i == 0 || step.Script != steps[i-1].Script {
			fmt.Fprintf(out, "\n%s\n", []string{"script of the input", "script of the output", "hidden script"}[min(step.Script, 2)])
		}
		fmt.Fprintf(out, "  %-16s %s\n", words(step.Text), items(step.Stack))
	}
	if err := o.run(s); err != nil {
		fmt.Fprintf(out, "\n%s: %v\n", o.engine, err)
		return nil
	}
	fmt.Fprintf(out, "\n%s: the last item is true, so the input may spend the output\n", o.engine)
	return nil
}

// inputOf reads "ID" or "ID:INPUT".
func inputOf(text string) (id block.Hash, index int, err error) {
	digits, number, ok := strings.Cut(text, ":")
	if ok {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return id, 0, fmt.Errorf("-script %s: %q is not the number of an input", text, number)
		}
		index = int(n)
	}
	id, err = block.ParseHash(digits)
	return id, index, err
}

// findSpend looks for a transaction in the blocks up to o.at and, if they are all,
// in block 277,647, and returns it with the outputs that it spends.
func findSpend(o options, errs io.Writer, id block.Hash) (s block.Spend, height int, err error) {
	v, err := verifyUpTo(o, errs)
	if err != nil {
		return s, 0, err
	}
	for height, b := range v.blocks {
		if s, ok := spendIn(b, v.undos[height], id); ok {
			s.Soft = rules.Mainnet.Soft(height)
			return s, height, nil
		}
	}
	if o.at == chain.Blocks-1 {
		b, undo, err := later(func(block.Spend) error { return nil })
		if err != nil {
			return s, 0, err
		}
		if s, ok := spendIn(b, undo, id); ok {
			s.Soft = rules.Mainnet.Soft(chain.LaterHeight)
			return s, chain.LaterHeight, nil
		}
	}
	return s, 0, fmt.Errorf("no transaction %s with inputs in blocks 0 to %d", id, o.at)
}

func spendIn(b block.Block, undo rules.Undo, id block.Hash) (block.Spend, bool) {
	for i := range b.Txs {
		if i == 0 {
			continue // a coinbase spends nothing
		}
		t := &b.Txs[i]
		own := undo[:len(t.In)]
		undo = undo[len(t.In):]
		if t.ID() != id {
			continue
		}
		s := block.Spend{Tx: t}
		for _, u := range own {
			s.Spent = append(s.Spent, u.Out)
		}
		return s, true
	}
	return block.Spend{}, false
}

// words is an instruction in few words: "push 20 bytes", "DUP".
func words(text string) string {
	name, data, _ := strings.Cut(text, " ")
	if n := len(strings.TrimPrefix(data, "0x")) / 2; n > 0 {
		return fmt.Sprintf("push %d bytes", n)
	}
	return strings.TrimPrefix(name, "OP_")
}

// items is a stack, its last item on the right.
func items(stack [][]byte) string {
	var all []string
	for _, item := range stack {
		switch {
		case len(item) == 0:
			all = append(all, "(empty)")
		case len(item) <= 4:
			all = append(all, fmt.Sprintf("%x", item))
		default:
			all = append(all, fmt.Sprintf("%x...", item[:3]))
		}
	}
	return strings.Join(all, " ")
}
