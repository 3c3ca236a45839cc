package main

import (
	"errors"
	"fmt"
	"time"

	"nodebook/fixtures/chain"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson7/script"
)

// verified is a chain from the first block on, of which everything was checked.
type verified struct {
	headers []block.Header
	blocks  []block.Block
	undos   []rules.Undo
	coins   rules.MemCoins
	txs     int
	good    int // inputs whose signature is good
}

var errLink = errors.New("does not name the block before it")

// verify reads and connects the blocks up to a height. step is called after each.
func verify(last int, step func()) (*verified, error) {
	v := &verified{coins: rules.MemCoins{}}
	now := time.Now().Unix()
	for height, raw := range chain.All()[:last+1] {
		if err := v.add(height, raw, now); err != nil {
			return nil, fmt.Errorf("block %d: %w", height, err)
		}
		step()
	}
	return v, nil
}

// add checks one block and connects it.
func (v *verified) add(height int, raw []byte, now int64) error {
	b, err := block.ReadBlock(raw)
	if err != nil {
		return err
	}
	if len(b.Txs) == 0 {
		return block.ErrEmpty
	}
	before := v.headers[max(0, height-11):]
	bits := rules.Mainnet.Limit
	if height > 0 {
		if b.Header.Previous != v.headers[height-1].Hash() {
			return errLink
		}
		bits = rules.NextBits(height-1, func(h int) block.Header { return v.headers[h] }, rules.Mainnet)
	}
	if b.Header.Bits != bits {
		return fmt.Errorf("bits %08x: %w: want %08x", b.Header.Bits, rules.ErrBits, bits)
	}
	if err := rules.CheckTime(b.Header, before, now); err != nil {
		return err
	}
	if err := rules.CheckBlock(b, height, rules.MedianTime(before), rules.Mainnet); err != nil {
		return err
	}
	undo, err := rules.Connect(v.coins, b, height, rules.Mainnet, counting(&v.good))
	if err != nil {
		return err
	}
	v.headers, v.blocks, v.undos = append(v.headers, b.Header), append(v.blocks, b), append(v.undos, undo)
	v.txs += len(b.Txs)
	return nil
}

// counting returns script.Run, which adds one to n for each input that may spend.
func counting(n *int) func(block.Spend) error {
	return func(s block.Spend) error {
		err := script.Run(s)
		if err == nil {
			*n++
		}
		return err
	}
}

// later connects block 277,647 to the coins that it spends.
func later() (b block.Block, good int, err error) {
	raw, coins := chain.Later()
	if b, err = block.ReadBlock(raw); err != nil {
		return b, 0, err
	}
	set := rules.MemCoins{}
	for _, c := range coins {
		p := block.OutPoint{TxID: c.TxID, Index: c.Index}
		set[p] = rules.UTXO{Out: block.Out{Value: c.Value, Script: c.Script}, Height: c.Height, Coinbase: c.Coinbase}
	}
	if err = rules.CheckBlock(b, chain.LaterHeight, 0, rules.Mainnet); err != nil {
		return b, 0, err
	}
	_, err = rules.Connect(set, b, chain.LaterHeight, rules.Mainnet, counting(&good))
	return b, good, err
}
