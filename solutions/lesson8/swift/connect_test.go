package swift_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/swift"
)

func TestState_Connect(t *testing.T) {
	d := draw.From(t)
	s := drawStory(d, d.Between(1, 900_000), 12)
	salt := drawSalt(d)
	state := swift.NewState(salt)
	var done []int
	for i, b := range s.blocks {
		try := expect.Tried(t, "s.Connect of block %d of a chain, with its hints: %s", i, describe(b, s.hints[i]))
		try.Why("outputs with a 1 become coins, the terms of the others are added, and those of what is spent taken off")
		try.NoError(state.Connect(b, s.first+i, s.hints[i]))
		done = append(done, i)
		same(try, state, s.sumOf(salt, done...), s.coinsOf(done...), b)
	}
	try := expect.Tried(t, "s.Done() after all blocks of a chain of 12")
	try.NoError(state.Done())
}

func describe(b block.Block, h swift.Hints) string {
	text := ""
	for i, t := range b.Txs {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%d in and %d out", len(t.In), len(t.Out))
	}
	return fmt.Sprintf("%s; hints %x", text, []byte(h))
}

// Blocks come from many peers.
func TestState_Connect_anyOrder(t *testing.T) {
	d := draw.From(t)
	s := drawStory(d, d.Between(1, 900_000), 12)
	salt := drawSalt(d)
	state := swift.NewState(salt)
	var order []int
	for i := range s.blocks {
		order = slices.Insert(order, d.IntN(i+1), i)
	}
	if slices.IsSorted(order) {
		slices.Reverse(order)
	}
	for n, i := range order {
		try := expect.Tried(t, "s.Connect of blocks %v of a chain, in this order", order[:n+1])
		try.Why("a coin may be spent before it is made: the sum goes below 0, and comes back")
		try.NoError(state.Connect(s.blocks[i], s.first+i, s.hints[i]))
		same(try, state, s.sumOf(salt, order[:n+1]...), s.coinsOf(order[:n+1]...), s.blocks[i])
	}
	try := expect.Tried(t, "s.Done() after the blocks %v of a chain of 12", order)
	try.NoError(state.Done())
}

// A hint that lies is found at the end.
func TestState_Connect_lie(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		s := drawStory(d, d.Between(1, 900_000), 6)
		at, bit := s.lie(d)
		state := swift.NewState(drawSalt(d))
		try := expect.Tried(t, "s.Connect of the 6 blocks of a chain, s.Done(), where bit %d of block %d is a lie", bit, at)
		try.Why("a lie in hints of the right size is not seen in its own block: only the sum of all blocks shows it")
		for i, b := range s.blocks {
			try.NoError(state.Connect(b, s.first+i, s.hints[i]))
		}
		try.Why("a coin that is said to be spent and is not, or the other way round, leaves something in the sum")
		try.ErrorIs(state.Done(), swift.ErrSum, "ErrSum")
	}
}

// lie turns a bit round of an output that makes a coin.
func (s *story) lie(d *draw.Source) (at, bit int) {
	for {
		at = d.IntN(len(s.blocks))
		var outs []block.Out
		for _, t := range s.blocks[at].Txs {
			outs = append(outs, t.Out...)
		}
		bit = d.IntN(len(outs))
		if outs[bit].Script[0] == 0x51 {
			s.hints[at][bit/8] ^= 1 << (bit % 8)
			return at, bit
		}
	}
}

func TestState_Connect_unspendable(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		script []byte
		coin   bool
		what   string
	}{
		{append([]byte{0x6a}, d.Bytes(20)...), false, "a script that starts with RETURN"},
		{make([]byte, 10_001), false, "a script of 10,001 bytes"},
		{make([]byte, 10_000), true, "a script of 10,000 bytes"},
		{nil, true, "an empty script"},
	} {
		outs := []block.Out{{Value: 5, Script: []byte{0x51}}, {Value: 7, Script: tt.script}, {Value: 9, Script: []byte{0x52}}}
		coinbase := block.Tx{Version: 1, In: []block.In{{Previous: block.NullPoint, Script: d.Bytes(8)}}, Out: outs}
		height, salt := d.Between(1, 1000), drawSalt(d)
		state := swift.NewState(salt)
		try := expect.Tried(t, "s.Connect of a block whose output 1 of 3 has %s, hints 04", tt.what)
		try.Why("rules.Unspendable decides: what can never be spent is no coin, and there is nothing to take off later. It has a bit, too")
		b := block.Block{Txs: []block.Tx{coinbase}}
		try.NoError(state.Connect(b, height, swift.Hints{4}))
		id := idOf(coinbase)
		sum := term(salt, block.OutPoint{TxID: id})
		if tt.coin {
			sum.Add(sum, term(salt, block.OutPoint{TxID: id, Index: 1}))
		}
		same(try, state, sum, rules.MemCoins{{TxID: id, Index: 2}: {Out: outs[2], Height: height, Coinbase: true}}, b)
	}
}

func TestState_Connect_genesis(t *testing.T) {
	d := draw.From(t)
	s := drawStory(d, 0, 1)
	state := swift.NewState(drawSalt(d))
	try := expect.Tried(t, "s.Connect of the block at height 0, all hints 0")
	try.Why("nobody can spend its outputs: Bitcoin's first node never put them among the coins")
	try.NoError(state.Connect(s.blocks[0], 0, s.hints[0]))
	same(try, state, new(big.Int), nil, s.blocks[0])
}

func TestState_Connect_hints(t *testing.T) {
	d := draw.From(t)
	s := drawStory(d, 100, 3)
	b := s.blocks[1]
	var outs []block.Out
	for _, t := range b.Txs {
		outs = append(outs, t.Out...)
	}
	for len(outs)%8 == 0 || len(outs) < 3 {
		b.Txs[0].Out = append(b.Txs[0].Out, block.Out{Value: 1, Script: []byte{0x51}})
		outs = append(outs, block.Out{})
	}
	b.Txs[len(b.Txs)-1].Out = append(slices.Clone(b.Txs[len(b.Txs)-1].Out), block.Out{Script: []byte{0x6a}})
	n := len(outs) + 1
	for n%8 == 0 {
		b.Txs[0].Out = append(b.Txs[0].Out, block.Out{Value: 1, Script: []byte{0x51}})
		n++
	}
	good := make(swift.Hints, (n+7)/8)
	for i := range n - 1 {
		if d.IntN(2) == 0 && !isReturn(b, i) {
			good[i/8] |= 1 << (i % 8)
		}
	}
	bit := func(i int) swift.Hints {
		h := slices.Clone(good)
		h[i/8] |= 1 << (i % 8)
		return h
	}
	for _, tt := range []struct {
		hints  swift.Hints
		height int
		what   string
	}{
		{good[:len(good)-1], 101, "a byte too few"},
		{nil, 101, "no byte"},
		{append(slices.Clone(good), 0), 101, "a byte too many"},
		{bit(n), 101, "the bit after the last output"},
		{bit(8*len(good) - 1), 101, "the highest bit of the last byte"},
		{bit(n - 1), 101, "the bit of an output that starts with RETURN"},
		{bit(0), 0, "a bit, for the block at height 0"},
	} {
		if tt.height == 0 {
			tt.hints = make(swift.Hints, len(good))
			tt.hints[0] = 1
		}
		state := swift.NewState(drawSalt(d))
		ready := expect.Tried(t, "s.Connect of a block of 3 before")
		ready.NoError(state.Connect(s.blocks[0], 100, s.hints[0]))
		sum, coins := bigOf(state.Sum), len(state.Coins)
		try := expect.Tried(t, "s.Connect of a block with %d outputs, hints %x: %s", n, []byte(tt.hints), tt.what)
		try.Why("hints that cannot be this block's are refused at once, not at the end of the chain")
		try.ErrorIs(state.Connect(b, tt.height, tt.hints), swift.ErrHints, "ErrHints")
		try.Why("after an error the state is as it was: the right hints may still come")
		try.Shows("s.Sum", words(bigOf(state.Sum)), words(sum))
		try.Equal("len(s.Coins)", len(state.Coins), coins)
	}
	state := swift.NewState(drawSalt(d))
	try := expect.Tried(t, "s.Connect of a block with %d outputs, hints %x", n, []byte(good))
	try.NoError(state.Connect(b, 101, good))
	try = expect.Tried(t, "s.Connect of a block with 8 outputs, hints ff")
	try.Why("8 outputs need one byte")
	eight := block.Tx{Version: 1, In: []block.In{{Previous: block.NullPoint}}}
	for range 8 {
		eight.Out = append(eight.Out, block.Out{Value: 1, Script: []byte{0x51}})
	}
	try.NoError(state.Connect(block.Block{Txs: []block.Tx{eight}}, 102, swift.Hints{0xff}))
}

func isReturn(b block.Block, i int) bool {
	for _, t := range b.Txs {
		if i < len(t.Out) {
			return t.Out[i].Script[0] == 0x6a
		}
		i -= len(t.Out)
	}
	return false
}
