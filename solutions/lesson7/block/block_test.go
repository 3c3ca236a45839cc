package block_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
)

// bytesOfBlock are a header and transactions, with their number between them.
func bytesOfBlock(h block.Header, txs ...block.Tx) []byte {
	b := join(bytesOfHeader(h), compact(len(txs)))
	for _, t := range txs {
		b = append(b, bytesOf(t, t.HasWitness())...)
	}
	return b
}

func TestReadBlock(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, d.Between(2, 5)} {
		h := drawHeader(d)
		var txs []block.Tx
		for i := range n {
			if i%2 == 1 {
				txs = append(txs, drawSegwit(d, d.Between(1, 3), 2))
			} else {
				txs = append(txs, drawTx(d, d.Between(1, 2), 1))
			}
		}
		try := expect.Tried(t, "ReadBlock(b), where b has a header and %d transactions, every second one in the segwit format", n)
		try.Why("transactions of both formats stand side by side, as many as the number after the header says, and all bytes belong to them")
		got, err := block.ReadBlock(bytesOfBlock(h, txs...))
		try.NoError(err)
		sameHeader(try, got.Header, h)
		try.Why("the number of transactions is between the header and the first of them")
		try.Equal("number of transactions", len(got.Txs), n)
		for i, want := range txs {
			sameTx(try, got.Txs[i], want)
		}
	}
}

func TestReadBlock_real(t *testing.T) {
	d := draw.From(t)
	later, _ := chain.Later()
	for _, tt := range []struct {
		height, txs int
		b           []byte
	}{
		{0, 1, chain.Block(0)}, {170, 2, chain.Block(170)}, {2812, 6, chain.Block(2812)}, {chain.LaterHeight, 213, later},
		{1, 1, chain.Block(1)}, {d.Between(2, 80), 1, nil},
	} {
		b := tt.b
		if b == nil {
			b = chain.Block(tt.height)
		}
		try := expect.Tried(t, "ReadBlock(b), where b is Bitcoin's block %d", tt.height)
		got, err := block.ReadBlock(b)
		try.NoError(err)
		try.Equal("number of transactions", len(got.Txs), tt.txs)
		try.Equal("Txs[0].Coinbase()", got.Txs[0].Coinbase(), true)
	}
}

func TestReadBlock_empty(t *testing.T) {
	d := draw.From(t)
	b := bytesOfBlock(drawHeader(d))
	try := expect.Tried(t, "ReadBlock(b), where b has a header and 0 transactions").Input(b, append(headerLayout, expect.Field{Name: "transactions"})...)
	try.Why("every block has a transaction, the one that makes new coins")
	_, err := block.ReadBlock(b)
	try.ErrorIs(err, block.ErrEmpty, "ErrEmpty")
}

func TestReadBlock_trailing(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, d.Between(2, 80)} {
		b := join(bytesOfBlock(drawHeader(d), drawTx(d, 1, 1)), d.Bytes(n))
		try := expect.Tried(t, "ReadBlock(b), where the last transaction is followed by %s", expect.Count(n, "byte"))
		try.Why("the header's hash does not cover them: anyone could add some, and two nodes would have different bytes for one block")
		_, err := block.ReadBlock(b)
		try.ErrorIs(err, block.ErrTrailing, "ErrTrailing")
	}
}

func TestReadBlock_least(t *testing.T) {
	d := draw.From(t)
	least := block.Tx{In: []block.In{{Previous: block.OutPoint{TxID: block.Hash(d.Bytes(32))}}}, Out: []block.Out{{}}}
	n := d.Between(60, 100)
	try := expect.Tried(t, "ReadBlock(b), where b has %d transactions of %d bytes each", n, len(bytesOf(least, false)))
	try.Why("no transaction is shorter: one input, one output and no script in either. A bound on their number may not refuse it")
	got, err := block.ReadBlock(bytesOfBlock(drawHeader(d), slices.Repeat([]block.Tx{least}, n)...))
	try.NoError(err)
	try.Equal("number of transactions", len(got.Txs), n)
}

func TestReadBlock_claims(t *testing.T) {
	d := draw.From(t)
	for _, claim := range [][]byte{{0xfe, 0, 0, 0x10, 0}, {0xff, 0, 0, 0, 0, 0, 1, 0, 0}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}} {
		b := join(bytesOfHeader(drawHeader(d)), claim, bytesOf(drawTx(d, 1, 1), false))
		try := expect.Tried(t, "ReadBlock(b), where the number of transactions is claimed to be %x, and b has one", claim)
		try.Why("what cannot be in the bytes that are left has been cut off, or was never there")
		var err error
		used := allocated(func() { _, err = block.ReadBlock(b) })
		isShort(try, err)
		noEarlyMake(try, used)
	}
	// A number whose product with the size of a transaction starts again at 0.
	wraps := binary.LittleEndian.AppendUint64([]byte{0xff}, 1<<64/60+1)
	whole := bytesOf(drawTx(d, 1, 1), false)
	try := expect.Tried(t, "ReadBlock(b), where the number of transactions is claimed to be %d, 60 times which is 2^64 and %d more", uint64(1<<64/60+1), 60-1<<64%60)
	try.Halts("60 times the number has more than 64 bits, and what is left of it looks small: divide the bytes that are left, and do not multiply the claim")
	var err error
	used := allocated(func() { _, err = block.ReadBlock(join(bytesOfHeader(drawHeader(d)), wraps, whole)) })
	isShort(try, err)
	noEarlyMake(try, used)
	// A long rest makes no claim true that is longer.
	rest := bytesOf(block.Tx{In: drawTx(d, 1, 1).In, Out: []block.Out{{Script: make([]byte, 40_000)}}}, false)
	claim := 4 * len(rest)
	b := join(bytesOfHeader(drawHeader(d)), binary.LittleEndian.AppendUint32([]byte{0xfe}, uint32(claim)), rest)
	try = expect.Tried(t, "ReadBlock(b), where the number of transactions is claimed to be %d, and %d bytes are left", claim, len(rest))
	used = allocated(func() { _, err = block.ReadBlock(b) })
	isShort(try, err)
	noEarlyMake(try, used)
}

func TestReadBlock_size(t *testing.T) {
	d := draw.From(t)
	h, tx := drawHeader(d), drawTx(d, 1, 1)
	without := len(bytesOfBlock(h, block.Tx{In: tx.In, Out: []block.Out{{}}}))
	tx.Out[0].Script = make([]byte, block.MaxSize-without-4) // its length takes 4 bytes more than that of no bytes
	b := bytesOfBlock(h, tx)
	if len(b) != block.MaxSize {
		t.Fatal(expect.BrokenPrefix + "the block has another size")
	}
	try := expect.Tried(t, "ReadBlock(b), where b has %d bytes", len(b))
	try.Why("MaxSize bytes are allowed")
	_, err := block.ReadBlock(b)
	try.NoError(err)
	b = append(b, 0)
	try = expect.Tried(t, "ReadBlock(b), where b has %d bytes", len(b))
	try.Why("one more than MaxSize is not; this is checked first")
	_, err = block.ReadBlock(b)
	try.ErrorIs(err, block.ErrSize, "ErrSize")
	clear(b[block.HeaderSize:]) // no transactions, and so on
	try = expect.Tried(t, "ReadBlock(b), where b has %d bytes, and 0 is the number of transactions", len(b))
	try.Why("the size is checked before anything is read: a stranger's bytes cost us work only if a block can have as many")
	_, err = block.ReadBlock(b)
	try.ErrorIs(err, block.ErrSize, "ErrSize")
}

func TestReadBlock_cut(t *testing.T) {
	b := chain.Block(170)
	for n := range b {
		try := expect.Tried(t, "ReadBlock(b), where b has %d of the %d bytes of Bitcoin's block 170", n, len(b))
		try.Why("c.Take returns this error: pass it on, or wrap it with %%w")
		_, err := block.ReadBlock(b[:n])
		isShort(try, err)
	}
}

func TestReadBlock_where(t *testing.T) {
	d := draw.From(t)
	bad := bytesOf(drawSegwit(d, 1, 1), true)
	bad[5] = 9
	i := d.Between(1, 3)
	b := join(bytesOfHeader(drawHeader(d)), compact(i+1))
	for range i {
		b = append(b, bytesOf(drawTx(d, 1, 1), false)...)
	}
	try := expect.Tried(t, "ReadBlock(b), where the flag of the transaction at index %d is 09", i)
	_, err := block.ReadBlock(join(b, bad))
	try.ErrorIs(err, block.ErrFlag, "ErrFlag")
	try.Why("a block has thousands of transactions: the error says which")
	try.Mentions(err, "transaction "+string(rune('0'+i)))
}
