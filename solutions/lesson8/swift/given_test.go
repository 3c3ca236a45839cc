package swift_test

// A chain for the tests, and what is known of it, made without the exercises.

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/swift"
)

func drawPoint(d *draw.Source) block.OutPoint {
	return block.OutPoint{TxID: block.Hash(d.Bytes(32)), Index: d.Uint32()}
}

func drawSalt(d *draw.Source) swift.Salt { return swift.Salt(d.Bytes(32)) }

func drawSum(d *draw.Source) swift.Sum {
	return swift.Sum{d.Uint64(), d.Uint64(), d.Uint64(), d.Uint64()}
}

var limit = new(big.Int).Lsh(big.NewInt(1), 256)

func bigOf(s swift.Sum) *big.Int {
	n := new(big.Int)
	for _, part := range slices.Backward(s[:]) {
		n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(part))
	}
	return n
}

// words is a number in hex.
func words(n *big.Int) string { return fmt.Sprintf("%064x", n.Mod(n, limit)) }

// term is what stands for a coin.
func term(salt swift.Salt, p block.OutPoint) *big.Int {
	h := sha256.New()
	h.Write(salt[:])
	h.Write(p.TxID[:])
	h.Write([]byte{byte(p.Index), byte(p.Index >> 8), byte(p.Index >> 16), byte(p.Index >> 24)})
	b := h.Sum(nil)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

func idOf(t block.Tx) block.Hash {
	once := sha256.Sum256(block.AppendTx(nil, t, false))
	return sha256.Sum256(once[:])
}

// story is a chain, its hints, and the coins at its end.
type story struct {
	first  int // the height of blocks[0]
	blocks []block.Block
	hints  []swift.Hints
	coins  rules.MemCoins
}

// drawStory draws a chain of n blocks from a height on. Each transaction but the first
// of a block spends coins of the blocks before and of its own.
func drawStory(d *draw.Source, first, n int) *story {
	s := &story{first: first, coins: rules.MemCoins{}}
	var open []block.OutPoint // in an order that a seed decides
	for height := first; height < first+n; height++ {
		var b block.Block
		for i := range d.Between(2, 5) {
			t := block.Tx{Version: 1, In: []block.In{{Previous: block.NullPoint, Script: d.Bytes(8)}}}
			if i > 0 {
				t.In = nil
				for range min(len(open), d.Between(1, 3)) {
					k := d.IntN(len(open))
					t.In = append(t.In, block.In{Previous: open[k], Script: d.Bytes(4)})
					delete(s.coins, open[k])
					open = slices.Delete(open, k, k+1)
				}
				if len(t.In) == 0 {
					break
				}
			}
			for range d.Between(1, 4) {
				t.Out = append(t.Out, block.Out{Value: int64(d.Between(1, 1000)), Script: append([]byte{0x51}, d.Bytes(d.Between(0, 8))...)})
			}
			if d.IntN(3) == 0 {
				t.Out = append(t.Out, block.Out{Script: append([]byte{0x6a}, d.Bytes(4)...)})
			}
			id := idOf(t)
			for k, out := range t.Out {
				if height > 0 && out.Script[0] != 0x6a {
					p := block.OutPoint{TxID: id, Index: uint32(k)}
					s.coins[p] = rules.UTXO{Out: out, Height: height, Coinbase: i == 0}
					open = append(open, p)
				}
			}
			b.Txs = append(b.Txs, t)
		}
		s.blocks = append(s.blocks, b)
	}
	for _, b := range s.blocks {
		s.hints = append(s.hints, s.hintsOf(b))
	}
	return s
}

func (s *story) hintsOf(b block.Block) swift.Hints {
	var bits []bool
	for _, t := range b.Txs {
		id := idOf(t)
		for k := range t.Out {
			_, ok := s.coins[block.OutPoint{TxID: id, Index: uint32(k)}]
			bits = append(bits, ok)
		}
	}
	h := make(swift.Hints, (len(bits)+7)/8)
	for i, on := range bits {
		if on {
			h[i/8] |= 1 << (i % 8)
		}
	}
	return h
}

// sumOf is what the blocks of some places add to a sum, together.
func (s *story) sumOf(salt swift.Salt, places ...int) *big.Int {
	n := new(big.Int)
	for _, at := range places {
		i := 0
		for k, t := range s.blocks[at].Txs {
			id := idOf(t)
			for o, out := range t.Out {
				if !s.hints[at].Unspent(i) && out.Script[0] != 0x6a && s.first+at > 0 {
					n.Add(n, term(salt, block.OutPoint{TxID: id, Index: uint32(o)}))
				}
				i++
			}
			for _, in := range t.In {
				if k > 0 {
					n.Sub(n, term(salt, in.Previous))
				}
			}
		}
	}
	return n.Mod(n, limit)
}

// coinsOf are the coins that are left of the blocks of some places.
func (s *story) coinsOf(places ...int) rules.MemCoins {
	m := rules.MemCoins{}
	for p, u := range s.coins {
		if slices.Contains(places, u.Height-s.first) {
			m[p] = u
		}
	}
	return m
}

// terms are the terms of a block's outputs and of what it spends, by their places.
func terms(salt swift.Salt, b block.Block) map[string]*big.Int {
	all := map[string]*big.Int{}
	for n, t := range b.Txs {
		id := idOf(t)
		for k := range t.Out {
			all[fmt.Sprintf("output %d of transaction %d", k, n)] = term(salt, block.OutPoint{TxID: id, Index: uint32(k)})
		}
		for k, in := range t.In {
			all[fmt.Sprintf("what input %d of transaction %d spends", k, n)] = term(salt, in.Previous)
		}
	}
	return all
}

// off says by which term of a block a sum is wrong, if it is one.
func off(got, want *big.Int, salt swift.Salt, b block.Block) string {
	all := terms(salt, b)
	for _, at := range slices.Sorted(maps.Keys(all)) {
		switch t := all[at]; words(new(big.Int).Sub(got, want)) {
		case words(new(big.Int).Set(t)):
			return ", which has the term of " + at + " too much"
		case words(new(big.Int).Neg(t)):
			return ", which lacks the term of " + at
		}
	}
	return ""
}

// same wants a state to hold a sum and coins. b is the block that came last.
func same(try *expect.Try, got *swift.State, sum *big.Int, coins rules.MemCoins, b block.Block) {
	try.Equal("len(s.Coins)", len(got.Coins), len(coins))
	for _, p := range slices.SortedFunc(maps.Keys(coins), byPlace) { // the same failure names the same coin
		u, ok := got.Coins[p]
		want := coins[p]
		try.True(ok, "a coin of s.Coins is another one's", "the coin with the id of its transaction and its index")
		try.Shows("the coin", coinWords(u), coinWords(want))
	}
	n := bigOf(got.Sum)
	try.Shows("s.Sum", words(bigOf(got.Sum))+off(n, sum, got.Salt, b), words(sum))
}

func byPlace(a, b block.OutPoint) int {
	return cmp.Or(bytes.Compare(a.TxID[:], b.TxID[:]), cmp.Compare(a.Index, b.Index))
}

func coinWords(u rules.UTXO) string {
	return fmt.Sprintf("%d units, script %x, height %d, coinbase %v", u.Out.Value, u.Out.Script, u.Height, u.Coinbase)
}
