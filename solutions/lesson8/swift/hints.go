package swift

import (
	"errors"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

// Errors of a chain's hints.
var (
	ErrHints = errors.New("hints that do not fit the block")
	ErrSum   = errors.New("the sum is not 0: the hints are not those of this chain")
)

// Hints hold a bit for each output of a block, transaction after transaction: 1 if
// nobody has spent it at the end of the chain. Bit i is in byte i/8, where it is worth
// 1<<(i%8).
type Hints []byte

// Unspent reports whether the bit of output i is 1; i must be below 8 times the length.
func (h Hints) Unspent(i int) bool { return h[i/8]>>(i%8)&1 == 1 }

// HintsOf returns the hints of a block, from the coins at the end of the chain. This
// is what somebody does who has them already.
func HintsOf(b block.Block, height int, end rules.Coins) Hints {
	var h Hints
	i := 0
	for _, t := range b.Txs {
		id := t.ID()
		for k := range t.Out {
			if i%8 == 0 {
				h = append(h, 0)
			}
			if u, ok := end.Get(block.OutPoint{TxID: id, Index: uint32(k)}); ok && u.Height == height {
				h[i/8] |= 1 << (i % 8)
			}
			i++
		}
	}
	return h
}
