package rules_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

const (
	blockTime = 1_500_000_000
	medianAt  = blockTime - 3_000
)

// checksBlock wants CheckBlock to give a block that verdict.
func checksBlock(t *testing.T, name string, b block.Block, height int, p rules.Params, want error, is, why string) {
	t.Helper()
	try := expect.Tried(t, "CheckBlock(b, %d, median, p), where %s", height, name).Why("%s", why)
	err := rules.CheckBlock(b, height, medianAt, p)
	if want == nil {
		try.NoError(err)
	} else {
		try.ErrorIs(err, want, is)
	}
}

// from returns the plain rules, changed.
func from(change func(p *rules.Params)) rules.Params {
	p := plain
	change(&p)
	return p
}

func drawBlock(d *draw.Source, extra ...block.Tx) block.Block {
	return sealed(drawHeaderAt(d, blockTime), append([]block.Tx{coinbase(d, 50*coin)}, extra...)...)
}

func drawPay(d *draw.Source) block.Tx { return pays(d, points(drawPoint(d)), int64(d.Between(1, 90))) }

func TestCheckBlock_real(t *testing.T) {
	for _, height := range []int{0, 1, 170, 546, 2812} {
		try := expect.Tried(t, "CheckBlock(b, %d, median, Mainnet), where b is Bitcoin's block", height)
		try.Why("this block is part of Bitcoin's chain: each rule counts from its own height on")
		try.NoError(rules.CheckBlock(realBlock(t, height), height, 1_231_000_000, rules.Mainnet))
	}
}

func TestCheckBlock_header(t *testing.T) {
	d := draw.From(t)
	b := drawBlock(d, drawPay(d))
	checksBlock(t, "nothing is wrong", b, 9, plain, nil, "", "a coinbase and a payment")
	bad := b
	bad.Header = mined(bad.Header, easiest, false)
	checksBlock(t, "the hash is above the target", bad, 9, plain, rules.ErrWork, "ErrWork", "the work is checked first")
	bad.Txs = nil
	checksBlock(t, "the hash is above the target, and there are no transactions", bad, 9, plain, rules.ErrWork, "ErrWork", "the work is checked first: it costs us one hash, and the sender a block's worth of work")
	bad = b
	bad.Header.Bits = 0x217fffff
	checksBlock(t, "bits are above the limit", bad, 9, plain, rules.ErrBits, "ErrBits", "the work is checked first")
}

func TestCheckBlock_merkle(t *testing.T) {
	d := draw.From(t)
	one, two := drawPay(d), drawPay(d)
	b := drawBlock(d, one, two)
	checksBlock(t, "nothing is wrong", b, 9, plain, nil, "", "a coinbase and two payments")
	bad := b
	bad.Txs = nil
	checksBlock(t, "there are no transactions, under the header of a block that has just passed", bad, 9, plain, rules.ErrEmpty, "ErrEmpty", "every block has a transaction, the one that makes new coins, and a header that has passed with other transactions says nothing about these")
	bad.Txs = []block.Tx{b.Txs[0], two, one}
	checksBlock(t, "two transactions have changed places", bad, 9, plain, rules.ErrMerkle, "ErrMerkle", "the header names the transactions and their order")
	bad.Txs = []block.Tx{b.Txs[0], one, one, one}
	checksBlock(t, "a transaction is there three times, and the merkle root is another", bad, 9, plain, rules.ErrMerkle, "ErrMerkle", "the rules have an order, so that all nodes give one reason: the root is compared first")
	bad.Txs = []block.Tx{b.Txs[0], one, two, two}
	checksBlock(t, "the last transaction is there twice, and the merkle root is that of one", bad, 9, plain, rules.ErrMutated, "ErrMutated", "these bytes are not the block, but another sender may have it right (CVE-2012-2459)")
}

func TestCheckBlock_coinbase(t *testing.T) {
	d := draw.From(t)
	h := drawHeaderAt(d, blockTime)
	checksBlock(t, "the first transaction is a payment", sealed(h, drawPay(d), coinbase(d, 1)), 9, plain, rules.ErrNoCoinbase, "ErrNoCoinbase", "the first transaction makes new coins")
	checksBlock(t, "the second transaction is a coinbase too", sealed(h, coinbase(d, 1), coinbase(d, 1)), 9, plain, rules.ErrCoinbases, "ErrCoinbases", "new coins are made once a block")
	checksBlock(t, "the last of four transactions is a coinbase too", sealed(h, coinbase(d, 1), drawPay(d), drawPay(d), coinbase(d, 1)), 9, plain, rules.ErrCoinbases, "ErrCoinbases", "new coins are made once a block")
}

func TestCheckBlock_transactions(t *testing.T) {
	d := draw.From(t)
	p := drawPoint(d)
	for _, tt := range []struct {
		name string
		tx   block.Tx
		want error
		is   string
	}{
		{"spends an output twice", pays(d, points(p, drawPoint(d), p), 5), rules.ErrDoubleInput, "ErrDoubleInput"},
		{"has no outputs", pays(d, points(p)), rules.ErrNoOutputs, "ErrNoOutputs"},
		{"has a negative output", pays(d, points(p), -5), rules.ErrNegative, "ErrNegative"},
	} {
		checksBlock(t, "the last transaction "+tt.name, drawBlock(d, drawPay(d), tt.tx), 9, plain, tt.want, tt.is, "each transaction passes CheckTx; its error is passed on, wrapped with %w")
	}
	long := coinbase(d, 1)
	long.In[0].Script = d.Bytes(101)
	checksBlock(t, "the script of the coinbase has 101 bytes", sealed(drawHeaderAt(d, blockTime), long), 9, plain, rules.ErrCoinbaseScript, "ErrCoinbaseScript", "the coinbase passes CheckTx as well")
}

func TestCheckBlock_sigOps(t *testing.T) {
	d := draw.From(t)
	scripts := func(ins, outs int) block.Tx {
		tx := drawPay(d)
		tx.In[0].Script = bytes.Repeat([]byte{0xac}, ins)
		tx.Out[0].Script = bytes.Repeat([]byte{0xae}, outs) // 20 each
		return tx
	}
	checksBlock(t, "scripts have 20,000 signature operations", drawBlock(d, scripts(1_000, 450), scripts(0, 500)), 9, plain, nil, "", "MaxSigOps are allowed")
	checksBlock(t, "scripts of inputs and outputs have 20,001 signature operations", drawBlock(d, scripts(1_001, 450), scripts(0, 500)), 9, plain, rules.ErrSigOps, "ErrSigOps", "all scripts of the block count, of inputs and of outputs")
	over := coinbase(d, 1)
	over.Out[0].Script = bytes.Repeat([]byte{0xae}, 1_001)
	checksBlock(t, "the coinbase's output has 20,020 signature operations", sealed(drawHeaderAt(d, blockTime), over), 9, plain, rules.ErrSigOps, "ErrSigOps", "the coinbase counts as well")
}

// Bytes that are not those of the header say nothing about the block, whatever else is
// wrong with them.
func TestCheckBlock_merkleFirst(t *testing.T) {
	d := draw.From(t)
	const why = "these bytes are not the block that the header names: any other error would condemn it, and another sender may have it right"
	last := pays(d, points(drawPoint(d)), 7)
	b := sealed(drawHeaderAt(d, blockTime), drawPay(d), drawPay(d), last)
	b.Txs = append(b.Txs, last)
	checksBlock(t, "there is no coinbase, the last of three transactions is there twice, and the merkle root is that of one", b, 9, plain, rules.ErrMutated, "ErrMutated", why)
	b = drawBlock(d, drawPay(d), drawPay(d))
	b.Txs = b.Txs[1:]
	checksBlock(t, "the coinbase has been left out, and the merkle root is that of all", b, 9, plain, rules.ErrMerkle, "ErrMerkle", why)
	b = drawBlock(d, drawPay(d))
	b.Txs = append(b.Txs, coinbase(d, 1), pays(d, nil, 5))
	checksBlock(t, "a second coinbase and a transaction without inputs were added, which the merkle root does not cover", b, 9, plain, rules.ErrMerkle, "ErrMerkle", why)
}

// Of two faults, the first in the order of the list is reported.
func TestCheckBlock_twoFaults(t *testing.T) {
	d := draw.From(t)
	const why = "all nodes give the same reason: the list of checks is in the order in which they are made"
	p := drawPoint(d)
	twice := pays(d, points(p, p), 5)
	h := drawHeaderAt(d, blockTime)
	checksBlock(t, "the only transaction is no coinbase, and spends an output twice", sealed(h, twice), 9, plain, rules.ErrNoCoinbase, "ErrNoCoinbase", why)
	checksBlock(t, "the second transaction spends an output twice, and the third is a coinbase", sealed(h, coinbase(d, 1), twice, coinbase(d, 1)), 9, plain, rules.ErrCoinbases, "ErrCoinbases", why)
	busy := drawPay(d)
	busy.Out[0].Script = bytes.Repeat([]byte{0xae}, 1_001)
	checksBlock(t, "the second transaction has 20,020 signature operations, and the third spends an output twice", sealed(h, coinbase(d, 1), busy, twice), 9, plain, rules.ErrDoubleInput, "ErrDoubleInput", why+": each transaction passes CheckTx before the signature operations of all are summed up")
}

func TestCheckBlock_version(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		least int32
		p     rules.Params
	}{
		{2, from(func(p *rules.Params) { p.BIP34 = 9 })}, {3, from(func(p *rules.Params) { p.BIP66 = 9 })}, {4, from(func(p *rules.Params) { p.BIP65 = 9 })},
	} {
		for _, v := range []int32{tt.least, tt.least + 1, 0x20000000, tt.least - 1, 0, -5} {
			b := sealed(block.Header{Version: v, Time: blockTime}, coinbase(d, 1))
			b.Txs[0].In[0].Script = []byte{0x59, 1, 2} // of height 9
			b = sealed(b.Header, b.Txs...)
			name := expect.Value(v) + " is the version, and p asks for " + expect.Value(tt.least) + " from height 9 on"
			if v >= tt.least {
				checksBlock(t, name, b, 9, tt.p, nil, "", "it is high enough")
			} else {
				checksBlock(t, name, b, 9, tt.p, rules.ErrVersion, "ErrVersion", "old versions ended when the rules that the new ones stand for began; the version is a signed number")
			}
			b.Txs[0].In[0].Script = []byte{0x58, 1, 2}
			checksBlock(t, name, sealed(b.Header, b.Txs...), 8, tt.p, nil, "", "height 8 is before the rule")
		}
	}
}

func TestCheckBlock_height(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		height int
		push   []byte
		good   bool
	}{
		{227_931, []byte{3, 0x5b, 0x7a, 0x03}, true},
		{227_931, []byte{3, 0x5a, 0x7a, 0x03}, false},
		{227_931, []byte{4, 0x5b, 0x7a, 0x03, 0}, false},
		{227_931, []byte{}, false},
		{227_931, []byte{0x5b, 0x7a, 0x03}, false},
	} {
		tx := coinbase(d, 1)
		tx.In[0].Script = append(tt.push, d.Bytes(d.Between(8, 20))...)
		tx.In[0].Script[len(tt.push)] |= 1
		p := from(func(p *rules.Params) { p.BIP34 = 227_931 })
		b := sealed(drawHeaderAt(d, blockTime), tx)
		name := "the script of the coinbase starts with " + expect.Value(tx.In[0].Script[:6])
		if tt.good {
			checksBlock(t, name, b, tt.height, p, nil, "", "it is the height: a length of 3, and three bytes, little endian")
		} else {
			checksBlock(t, name, b, tt.height, p, rules.ErrHeight, "ErrHeight", "from p.BIP34 on the coinbase starts with its height, so that no two coinbases are the same")
		}
		checksBlock(t, name, b, 227_930, p, nil, "", "height 227,930 is before the rule")
	}
}

func TestCheckBlock_final(t *testing.T) {
	d := draw.From(t)
	csv, past := from(func(p *rules.Params) { p.CSV = 100 }), from(func(p *rules.Params) { p.CSV = 99 })
	locked := func(time, sequence uint32) block.Block {
		tx := pays(d, points(drawPoint(d), drawPoint(d)), 5)
		tx.LockTime, tx.In[1].Sequence = time, sequence
		return drawBlock(d, drawPay(d), tx)
	}
	for _, tt := range []struct {
		name string
		b    block.Block
		p    rules.Params
		good bool
		why  string
	}{
		{"a transaction is locked until height 99 is past", locked(99, 5), plain, true, "it may be in block 100"},
		{"a transaction is locked until height 100 is past", locked(100, 5), plain, false, "the lock time is the last height at which it may not be in a block"},
		{"a transaction is locked until height 100 is past, and all its sequences are ffffffff", locked(100, 0xffffffff), plain, true, "the sequence ffffffff in all inputs switches the lock time off"},
		{"a transaction is locked until just before the header's time", locked(blockTime-1, 0), plain, true, "from 500,000,000 on a lock time is a time, and before p.CSV it is compared with the header's"},
		{"a transaction is locked until the header's time", locked(blockTime, 0), plain, false, "the lock time must be past"},
		{"a transaction is locked until just before the median time", locked(medianAt-1, 0), csv, true, "from p.CSV on the median counts (BIP 113)"},
		{"a transaction is locked until the median time", locked(medianAt, 0), csv, false, "from p.CSV on the median counts (BIP 113): a miner cannot lie about it"},
		{"a transaction is locked until just before the header's time", locked(blockTime-1, 0), csv, false, "from p.CSV on the median counts (BIP 113), which is earlier"},
		{"a transaction is locked until just before the header's time, a block after p.CSV", locked(blockTime-1, 0), past, false, "from p.CSV on the median counts (BIP 113), in each block and not only in the first"},
		{"a transaction has the lock time 499,999,999", locked(499_999_999, 0), plain, false, "below 500,000,000 it is a height"},
		{"a transaction has the lock time 500,000,000", locked(500_000_000, 0), plain, true, "from 500,000,000 on it is a time, of 1985"},
		{"a transaction has the lock time 0", locked(0, 0), plain, true, "0 is no lock"},
	} {
		if tt.good {
			checksBlock(t, tt.name, tt.b, 100, tt.p, nil, "", tt.why)
		} else {
			checksBlock(t, tt.name, tt.b, 100, tt.p, rules.ErrNotFinal, "ErrNotFinal", tt.why)
		}
	}
}

func TestFinal(t *testing.T) {
	d := draw.From(t)
	tx := pays(d, points(drawPoint(d), drawPoint(d)), 5)
	tx.In[0].Sequence = 7
	for _, tt := range []struct {
		lock   uint32
		height int
		at     int64
		want   bool
		why    string
	}{
		{0, 0, 0, true, "0 is no lock, even at height 0"},
		{5, 5, blockTime, false, "the height must be above the lock time"},
		{5, 6, 0, true, "the height is above the lock time"},
		{blockTime, 6, blockTime, false, "the time must be above the lock time"},
		{blockTime, 6, blockTime + 1, true, "the time is above the lock time"},
		{math.MaxUint32, 6, 1 << 32, true, "a lock time is unsigned"},
		{math.MaxUint32, 6, blockTime, false, "a lock time is unsigned"},
	} {
		tx.LockTime = tt.lock
		try := expect.Tried(t, "Final(t, %d, %d), where the lock time is %d and one of two sequences 7", tt.height, tt.at, tt.lock).Why("%s", tt.why)
		try.Equal("", rules.Final(tx, tt.height, tt.at), tt.want)
	}
}

// committed gives a block a commitment to its witnesses, and a reserved value.
func committed(d *draw.Source, txs ...block.Tx) []block.Tx {
	reserved := d.Bytes(32)
	txs[0].In[0].Witness = [][]byte{reserved}
	txs[0].Out = append(txs[0].Out, block.Out{Script: commitment(txs, reserved)})
	return txs
}

// commitment is the script that commits to transactions.
func commitment(txs []block.Tx, reserved []byte) []byte {
	row := make([]block.Hash, len(txs))
	for i, t := range txs[1:] {
		row[i+1] = sha2(block.AppendTx(nil, t, true))
	}
	for len(row) > 1 {
		if len(row)%2 == 1 {
			row = append(row, row[len(row)-1])
		}
		next := row[:0:0]
		for i := 0; i < len(row); i += 2 {
			next = append(next, sha2(append(append([]byte{}, row[i][:]...), row[i+1][:]...)))
		}
		row = next
	}
	hash := sha2(append(append([]byte{}, row[0][:]...), reserved...))
	return append([]byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}, hash[:]...)
}

func witnessed(d *draw.Source) block.Tx {
	tx := drawPay(d)
	tx.In[0].Witness = [][]byte{d.Bytes(d.Between(1, 70)), d.Bytes(33)}
	return tx
}

// onePush is a script of n bytes that pushes all of them but the first five, and so
// is counted quickly.
func onePush(n int) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte{0x4e}, uint32(n-5)), make([]byte, n-5)...)
}

func TestCheckBlock_mixed(t *testing.T) {
	d := draw.From(t)
	for range 16 {
		var txs []block.Tx
		for range d.Between(2, 4) {
			txs = append(txs, drawPay(d))
		}
		name, why, want, is := "nothing is wrong", "this block breaks none of the rules", error(nil), ""
		at, wrongOrder := d.IntN(len(txs)), false
		switch d.IntN(6) {
		case 0:
			name, why, want, is = "a transaction is a coinbase too", "new coins are made once a block", rules.ErrCoinbases, "ErrCoinbases"
			txs[at] = coinbase(d, 1)
		case 1:
			name, why, want, is = "a transaction has a negative output", "each transaction passes CheckTx; its error is passed on, wrapped with %w", rules.ErrNegative, "ErrNegative"
			txs[at].Out[0].Value = -int64(d.Between(1, coin))
		case 2:
			name, why, want, is = "two transactions have changed places", "the header names the transactions and their order", rules.ErrMerkle, "ErrMerkle"
			wrongOrder = true
		}
		b := drawBlock(d, txs...)
		if other := 1 + (at+1)%len(txs); wrongOrder {
			b.Txs[1+at], b.Txs[other] = b.Txs[other], b.Txs[1+at]
		}
		checksBlock(t, fmt.Sprintf("%s, of %d transactions", name, len(b.Txs)), b, d.Between(1, 99), plain, want, is, why)
	}
}
