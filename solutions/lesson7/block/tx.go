package block

import "math"

// OutPoint names an output: a transaction and the output's place in it, counted
// from 0.
type OutPoint struct {
	TxID  Hash   // 32 bytes
	Index uint32 // 4 bytes, little endian
}

// NullPoint is the outpoint in a coinbase's only input, which spends nothing.
var NullPoint = OutPoint{Index: math.MaxUint32}

// In is an input: the output that it spends, and the proof that it may.
type In struct {
	Previous OutPoint // 36 bytes
	Script   []byte   // CompactSize and that many bytes
	Sequence uint32   // 4 bytes, little endian
	Witness  [][]byte // after all outputs: CompactSize, and for each item CompactSize and bytes
}

// Out is an output: an amount, and the condition under which it may be spent.
type Out struct {
	Value  int64  // 8 bytes, little endian, in units of 1/100,000,000 BTC
	Script []byte // CompactSize and that many bytes
}

// Tx is a transaction.
type Tx struct {
	Version  int32 // 4 bytes, little endian
	In       []In
	Out      []Out
	LockTime uint32 // 4 bytes, little endian: the first height or time at which it may be in a block
}

// Coinbase reports whether t makes new coins: its one input spends nothing.
func (t Tx) Coinbase() bool { return len(t.In) == 1 && t.In[0].Previous == NullPoint }

// HasWitness reports whether any input of t has a witness.
func (t Tx) HasWitness() bool {
	for _, in := range t.In {
		if len(in.Witness) > 0 {
			return true
		}
	}
	return false
}
