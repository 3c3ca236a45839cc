package rules_test

import (
	"fmt"
	"math"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

const coin = 100_000_000

// oneFault is a transaction with one fault, or none.
type oneFault struct {
	name string
	tx   block.Tx
	want error // nil: it is good
	is   string
	why  string
}

func (f oneFault) check(t *testing.T) {
	t.Helper()
	try := expect.Tried(t, "CheckTx(t), where t has %s", f.name).Why("%s", f.why)
	err := rules.CheckTx(f.tx)
	if f.want == nil {
		try.NoError(err)
	} else {
		try.ErrorIs(err, f.want, f.is)
	}
}

func TestCheckTx_values(t *testing.T) {
	d := draw.From(t)
	pay := func(values ...int64) block.Tx { return pays(d, points(drawPoint(d)), values...) }
	const all = 21_000_000 * coin
	part := int64(d.Between(1, 1_000_000))
	for _, f := range []oneFault{
		{"one output of 50 BTC", pay(50 * coin), nil, "", "this transaction breaks none of the rules"},
		{"an output of 0", pay(0), nil, "", "0 is allowed"},
		{"an output of all bitcoins", pay(all), nil, "", "MaxMoney is allowed"},
		{"two outputs that sum up to all bitcoins", pay(all-part, part), nil, "", "a sum of MaxMoney is allowed"},
		{"an output of -1", pay(5, -1), rules.ErrNegative, "ErrNegative", "a negative output would let the others be larger than the inputs"},
		{"an output of -2^63", pay(math.MinInt64), rules.ErrNegative, "ErrNegative", "a negative output would let the others be larger than the inputs"},
		{"an output of one unit more than all bitcoins", pay(all + 1), rules.ErrMaxMoney, "ErrMaxMoney", "there will never be more than 21 million"},
		{"two outputs of 2^63 - 1", pay(math.MaxInt64, math.MaxInt64), rules.ErrMaxMoney, "ErrMaxMoney", "block 74,638 of 15 August 2010 had such a pair: the sum wraps around to -2, and nothing had looked at the values one by one (CVE-2010-5139)"},
		{"two outputs of 20 million BTC", pay(20_000_000*coin, 20_000_000*coin), rules.ErrTotal, "ErrTotal", "each is allowed, their sum is not"},
		{"three outputs of a third of all bitcoins and one more", pay(all/3, all/3, all/3+int64(d.Between(1, 9))), rules.ErrTotal, "ErrTotal", "each is allowed, their sum is not"},
		{"an output of -1 after one above MaxMoney", pay(all+1, -1), rules.ErrMaxMoney, "ErrMaxMoney", "outputs are checked in turn: the first fault is reported"},
	} {
		f.check(t)
	}
}

func TestCheckTx_sumWraps(t *testing.T) {
	d := draw.From(t)
	tx := pays(d, points(drawPoint(d)))
	for range 4_393 { // times MaxMoney is just above 2^63
		tx.Out = append(tx.Out, block.Out{Value: 21_000_000 * coin})
	}
	oneFault{"4,393 outputs of all bitcoins", tx, rules.ErrTotal, "ErrTotal", "a sum that is only looked at in the end has wrapped around by then; compare after each addition"}.check(t)
}

func TestCheckTx_inputs(t *testing.T) {
	d := draw.From(t)
	p, q := drawPoint(d), drawPoint(d)
	next, other := p, p
	next.Index++
	other.TxID[d.IntN(32)] ^= 1
	cutIndex := block.OutPoint{TxID: drawHash(d), Index: math.MaxUint32}
	zeroID := block.OutPoint{Index: uint32(d.Between(0, 9))}
	for _, f := range []oneFault{
		{"no inputs", pays(d, nil, 5), rules.ErrNoInputs, "ErrNoInputs", "coins come from somewhere"},
		{"no outputs", pays(d, points(p)), rules.ErrNoOutputs, "ErrNoOutputs", "without an output everything would be a fee"},
		{"neither inputs nor outputs", block.Tx{}, rules.ErrNoInputs, "ErrNoInputs", "inputs are checked first"},
		{"three different inputs", pays(d, points(p, q, next), 5), nil, "", "this transaction breaks none of the rules"},
		{"two outputs of one transaction as inputs", pays(d, points(p, next), 5), nil, "", "the index is a part of an outpoint"},
		{"inputs of two transactions, with one index", pays(d, points(p, other), 5), nil, "", "the id is a part of an outpoint"},
		{"the same input twice in a row", pays(d, points(p, p), 5), rules.ErrDoubleInput, "ErrDoubleInput", "it would count twice (CVE-2018-17144)"},
		{"the same input first and last of three", pays(d, points(p, q, p), 5), rules.ErrDoubleInput, "ErrDoubleInput", "it would count twice, though the two are not neighbours (CVE-2018-17144)"},
		{"the null outpoint as the second input", pays(d, points(p, block.NullPoint), 5), rules.ErrNullPoint, "ErrNullPoint", "only a coinbase spends nothing, and it has one input"},
		{"the null outpoint as the first of two inputs", pays(d, points(block.NullPoint, p), 5), rules.ErrNullPoint, "ErrNullPoint", "only a coinbase spends nothing, and it has one input"},
		{"an input with the index ffffffff", pays(d, points(cutIndex, p), 5), nil, "", "the null outpoint has an id of zeros as well"},
		{"an input with an id of zeros", pays(d, points(zeroID, p), 5), nil, "", "the null outpoint has the index ffffffff as well"},
	} {
		f.check(t)
	}
}

func TestCheckTx_coinbase(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{2, 100, d.Between(3, 99)} {
		tx := coinbase(d, 50*coin)
		tx.In[0].Script = d.Bytes(n)
		oneFault{"the script of a coinbase with " + bytesLong(n), tx, nil, "", "2 to 100 bytes are allowed"}.check(t)
	}
	for _, n := range []int{0, 1, 101, d.Between(102, 500)} {
		tx := coinbase(d, 50*coin)
		tx.In[0].Script = d.Bytes(n)
		oneFault{"the script of a coinbase with " + bytesLong(n), tx, rules.ErrCoinbaseScript, "ErrCoinbaseScript", "2 to 100 bytes are allowed"}.check(t)
		tx = pays(d, points(drawPoint(d)), 5)
		tx.In[0].Script = d.Bytes(n)
		oneFault{"one input, not of a coinbase, with a script of " + bytesLong(n), tx, nil, "", "only the script of a coinbase is bounded here"}.check(t)
	}
}

func TestCheckTx_size(t *testing.T) {
	d := draw.From(t)
	tx := pays(d, points(drawPoint(d)), 5)
	tx.Out[0].Script = nil
	base := len(block.AppendTx(nil, tx, false))
	if base == 0 {
		expect.Tried(t, "block.AppendTx(nil, t, false)").Fail("no bytes", "the bytes of a transaction: it is an exercise above")
	}
	tx.Out[0].Script = make([]byte, 1_000_000-base-4)
	oneFault{"1,000,000 bytes without its witness", tx, nil, "", "4 times that is MaxWeight"}.check(t)
	tx.In[0].Witness = [][]byte{make([]byte, 5_000)}
	oneFault{"1,000,000 bytes without its witness, and one", tx, nil, "", "the witness does not count here"}.check(t)
	tx.Out[0].Script = append(tx.Out[0].Script, 0)
	oneFault{"1,000,001 bytes without its witness", tx, rules.ErrTxSize, "ErrTxSize", "4 times that is more than MaxWeight: it fits into no block"}.check(t)
}

func TestCheckTx_order(t *testing.T) {
	d := draw.From(t)
	p := drawPoint(d)
	oneFault{"an output of -1 and an input twice", pays(d, points(p, p), -1), rules.ErrNegative, "ErrNegative", "outputs are checked before inputs"}.check(t)
	oneFault{"an input twice and the null outpoint", pays(d, points(p, block.NullPoint, p), 1), rules.ErrDoubleInput, "ErrDoubleInput", "pairs are looked for before the null outpoint"}.check(t)
	oneFault{"the null outpoint twice", pays(d, points(block.NullPoint, block.NullPoint), 1), rules.ErrDoubleInput, "ErrDoubleInput", "pairs are looked for before the null outpoint"}.check(t)
}

func TestCheckTx_twoFaults(t *testing.T) {
	d := draw.From(t)
	const why = "all nodes give the same reason: the list of checks is in the order in which they are made"
	const all = 21_000_000 * coin
	p := drawPoint(d)
	oneFault{"outputs of all bitcoins, of one unit, and of -1", pays(d, points(p), all, 1, -1), rules.ErrTotal, "ErrTotal", "outputs are checked in turn, each with all before it: the second brings the sum above MaxMoney, and the third is not looked at"}.check(t)
	large := pays(d, points(p), -1)
	large.In[0].Script = make([]byte, 1_000_000)
	oneFault{"more than 1,000,000 bytes and an output of -1", large, rules.ErrTxSize, "ErrTxSize", why}.check(t)
	large.Out = nil
	oneFault{"more than 1,000,000 bytes and no outputs", large, rules.ErrNoOutputs, "ErrNoOutputs", why}.check(t)
	oneFault{"two outputs of all bitcoins and an input twice", pays(d, points(p, p), all, all), rules.ErrTotal, "ErrTotal", why}.check(t)
	odd := coinbase(d, -1)
	odd.In[0].Script = nil
	oneFault{"an output of -1 and, in a coinbase, no script", odd, rules.ErrNegative, "ErrNegative", why}.check(t)
}

func TestCheckTx_mixed(t *testing.T) {
	d := draw.From(t)
	for range 24 {
		var p []block.OutPoint
		for range d.Between(2, 5) {
			p = append(p, drawPoint(d))
		}
		var values []int64
		for range d.Between(1, 4) {
			values = append(values, int64(d.Between(0, 1_000_000*coin)))
		}
		f := oneFault{name: "nothing wrong", why: "this transaction breaks none of the rules"}
		from, to := d.IntN(len(p)-1), len(p)-1
		switch at := d.IntN(len(values)); d.IntN(8) {
		case 0:
			f.name, f.want, f.is, f.why = "an input twice", rules.ErrDoubleInput, "ErrDoubleInput", "it would count twice (CVE-2018-17144)"
			p[to] = p[from]
		case 1:
			f.name, f.want, f.is, f.why = "the null outpoint as one of its inputs", rules.ErrNullPoint, "ErrNullPoint", "only a coinbase spends nothing, and it has one input"
			p[from] = block.NullPoint
		case 2:
			f.name, f.want, f.is, f.why = "a negative output", rules.ErrNegative, "ErrNegative", "a negative output would let the others be larger than the inputs"
			values[at] = -int64(d.Between(1, coin))
		case 3:
			f.name, f.want, f.is, f.why = "an output of more than all bitcoins", rules.ErrMaxMoney, "ErrMaxMoney", "there will never be more than 21 million"
			values[at] = 21_000_000*coin + int64(d.Between(1, coin))
		}
		f.name += fmt.Sprintf(", %d inputs and %d outputs", len(p), len(values))
		f.tx = pays(d, p, values...)
		f.check(t)
	}
}
