package rules_test

import (
	"bytes"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

func TestCheckCommitment(t *testing.T) {
	d := draw.From(t)
	other := block.Out{Script: append([]byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}, d.Bytes(32)...)}
	near := block.Out{Script: append([]byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}, d.Bytes(31)...)}
	unlike := block.Out{Script: append([]byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xee}, d.Bytes(32)...)}
	good := func() []block.Tx {
		return committed(d, coinbase(d, 1), drawPay(d), witnessed(d), witnessed(d))
	}
	for _, tt := range []struct {
		name   string
		change func(txs []block.Tx) []block.Tx
		want   error
		is     string
		why    string
	}{
		{"two of four transactions have a witness", func(x []block.Tx) []block.Tx { return x }, nil, "", "the commitment is right: a merkle root over the witness ids, zeros for the coinbase's, and the reserved value"},
		{"no transaction but the coinbase has a witness", func(x []block.Tx) []block.Tx { return committed(d, coinbase(d, 1), drawPay(d)) }, nil, "", "a commitment to no witnesses is allowed"},
		{"there is neither a witness nor a commitment", func(x []block.Tx) []block.Tx { return []block.Tx{coinbase(d, 1), drawPay(d)} }, nil, "", "without a witness no commitment is needed"},
		{"a witness was changed", func(x []block.Tx) []block.Tx { x[3].In[0].Witness[0][0] ^= 1; return x }, rules.ErrCommitment, "ErrCommitment", "the commitment covers every witness"},
		{"the reserved value was changed", func(x []block.Tx) []block.Tx { x[0].In[0].Witness[0][5] ^= 1; return x }, rules.ErrCommitment, "ErrCommitment", "the reserved value is hashed with the root"},
		{"an earlier output of the coinbase has another commitment", func(x []block.Tx) []block.Tx { x[0].Out = append([]block.Out{other}, x[0].Out...); return x }, nil, "", "the last one counts"},
		{"a later output of the coinbase has another commitment", func(x []block.Tx) []block.Tx { x[0].Out = append(x[0].Out, other); return x }, rules.ErrCommitment, "ErrCommitment", "the last one counts"},
		{"a later output of the coinbase has a commitment of 31 bytes", func(x []block.Tx) []block.Tx { x[0].Out = append(x[0].Out, near); return x }, nil, "", "37 bytes are no commitment"},
		{"a later output of the coinbase has almost the prefix", func(x []block.Tx) []block.Tx { x[0].Out = append(x[0].Out, unlike); return x }, nil, "", "the prefix has six bytes"},
		{"bytes follow the commitment in its script", func(x []block.Tx) []block.Tx {
			last := &x[0].Out[len(x[0].Out)-1]
			last.Script = append(last.Script, 1, 2, 3)
			return x
		}, nil, "", "what follows the 38 bytes has no meaning"},
		{"another transaction has an output with another commitment", func(x []block.Tx) []block.Tx {
			x[1].Out = append(x[1].Out, other)
			return committed(d, coinbase(d, 1), x[1], x[2])
		}, nil, "", "only the coinbase commits"},
		{"the coinbase has no witness, and there is a commitment", func(x []block.Tx) []block.Tx { x[0].In[0].Witness = nil; return x }, rules.ErrReserved, "ErrReserved", "the reserved value is in the coinbase's witness"},
		{"the coinbase's witness has two items", func(x []block.Tx) []block.Tx {
			x[0].In[0].Witness = append(x[0].In[0].Witness, d.Bytes(32))
			return x
		}, rules.ErrReserved, "ErrReserved", "the reserved value is the only item"},
		{"the reserved value has 31 bytes", func(x []block.Tx) []block.Tx { x[0].In[0].Witness[0] = d.Bytes(31); return x }, rules.ErrReserved, "ErrReserved", "the reserved value has 32 bytes"},
		{"a transaction has a witness, and there is no commitment", func(x []block.Tx) []block.Tx {
			x[0].In[0].Witness, x[0].Out = nil, x[0].Out[:1]
			return x
		}, rules.ErrUncommitted, "ErrUncommitted", "a witness that nothing covers could be changed on the way"},
		{"only the coinbase has a witness, and there is no commitment", func(x []block.Tx) []block.Tx {
			x[0].Out = x[0].Out[:1]
			return x[:2]
		}, rules.ErrUncommitted, "ErrUncommitted", "without a commitment no transaction has a witness, not even the coinbase"},
	} {
		b := block.Block{Txs: tt.change(good())}
		try := expect.Tried(t, "CheckCommitment(b), where %s", tt.name).Why("%s", tt.why)
		err := rules.CheckCommitment(b)
		if tt.want == nil {
			try.NoError(err)
		} else {
			try.ErrorIs(err, tt.want, tt.is)
		}
	}
}

func TestCheckBlock_witness(t *testing.T) {
	d := draw.From(t)
	segwit := from(func(p *rules.Params) { p.Segwit = 100 })
	h := drawHeaderAt(d, blockTime)
	good := sealed(h, committed(d, coinbase(d, 1), witnessed(d))...)
	checksBlock(t, "a transaction has a witness, with a commitment", good, 100, segwit, nil, "", "from p.Segwit on witnesses are allowed")
	checksBlock(t, "a transaction has a witness, with a commitment", good, 99, segwit, rules.ErrUncommitted, "ErrUncommitted", "before p.Segwit nothing covers a witness, not even what will later be a commitment")
	bare := sealed(h, coinbase(d, 1), witnessed(d))
	wrong := sealed(h, committed(d, coinbase(d, 1), witnessed(d))...)
	wrong.Txs[1].In[0].Witness[0][0] ^= 1
	for _, height := range []int{100, 101, d.Between(102, 900)} {
		checksBlock(t, "a transaction has a witness, without a commitment, and p.Segwit is 100", bare, height, segwit, rules.ErrUncommitted, "ErrUncommitted", "from p.Segwit on CheckCommitment is asked, and its error is passed on")
		checksBlock(t, "a witness was changed, and p.Segwit is 100", wrong, height, segwit, rules.ErrCommitment, "ErrCommitment", "the header's merkle root does not cover it, but the commitment does, from p.Segwit on")
	}
	odd := coinbase(d, 1)
	odd.Out = append(odd.Out, block.Out{Script: append([]byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}, d.Bytes(32)...)})
	checksBlock(t, "an output looks like a commitment", sealed(h, odd), 99, segwit, nil, "", "before p.Segwit it has no meaning")
}

func TestCheckBlock_weight(t *testing.T) {
	d := draw.From(t)
	segwit := from(func(p *rules.Params) { p.Segwit = 100 })
	fill := func(base, witness int) block.Block {
		one, two := witnessed(d), drawPay(d)
		one.In[0].Witness, two.Out[0].Script = [][]byte{nil}, nil
		cb := coinbase(d, 1)
		cb.In[0].Witness = [][]byte{make([]byte, 32)}
		cb.Out = append(cb.Out, block.Out{Script: make([]byte, 38)})
		txs := []block.Tx{cb, one, two}
		full := func(w bool) int { return len(block.AppendBlock(nil, block.Block{Txs: txs}, w)) }
		two.Out[0].Script = onePush(base - full(false) - 4)
		one.In[0].Witness[0] = make([]byte, witness-(full(true)-full(false))-2)
		txs[0].Out[1].Script = commitment(txs, make([]byte, 32))
		return sealed(drawHeaderAt(d, blockTime), txs...)
	}
	checksBlock(t, "the weight is 4,000,000", fill(990_000, 40_000), 100, segwit, nil, "", "MaxWeight is allowed")
	checksBlock(t, "the weight is 4,000,001", fill(990_000, 40_001), 100, segwit, rules.ErrWeight, "ErrWeight", "a byte of a witness weighs 1, any other 4")
	other := fill(990_000, 40_001)
	other.Txs[0].Out[1].Script[6] ^= 1
	checksBlock(t, "the weight is 4,000,001, and the commitment is another", sealed(other.Header, other.Txs...), 100, segwit, rules.ErrCommitment, "ErrCommitment", "the rules have an order, so that all nodes give one reason: the weight comes last")
	big := func(n int) block.Block {
		two := drawPay(d)
		two.Out[0].Script = nil
		txs := []block.Tx{coinbase(d, 1), two}
		two.Out[0].Script = onePush(n - len(block.AppendBlock(nil, block.Block{Txs: txs}, false)) - 4)
		return sealed(drawHeaderAt(d, blockTime), txs...)
	}
	checksBlock(t, "there are no witnesses, and 1,000,000 bytes", big(1_000_000), 100, segwit, nil, "", "4 times that is MaxWeight")
	checksBlock(t, "there are no witnesses, and 1,000,001 bytes", big(1_000_001), 9, plain, rules.ErrBlockSize, "ErrBlockSize", "4 times that is more than MaxWeight")
	bare := big(1_000_900)
	checksBlock(t, "there are more than 1,000,000 bytes and no coinbase", sealed(bare.Header, bare.Txs[1:]...), 9, plain, rules.ErrBlockSize, "ErrBlockSize", "the rules have an order, so that all nodes give one reason: the size comes before the transactions")
}

func TestCheckBlock_order(t *testing.T) {
	d := draw.From(t)
	all := rules.Regtest
	all.Segwit = 9
	tx := witnessed(d)
	tx.LockTime, tx.In[0].Sequence = 9, 0
	tx.Out[0].Script = bytes.Repeat([]byte{0xae}, 1_001)
	b := sealed(block.Header{Version: 1, Time: blockTime}, coinbase(d, 1), tx)
	checksBlock(t, "there are too many signature operations, an old version, a lock, no height and a witness", b, 9, all, rules.ErrSigOps, "ErrSigOps", "the first check that fails is reported")
	tx.Out[0].Script = nil
	b = sealed(b.Header, b.Txs...)
	b.Txs[1].Out[0].Script = nil
	b = sealed(b.Header, b.Txs...)
	checksBlock(t, "there are an old version, a lock, no height and a witness", b, 9, all, rules.ErrVersion, "ErrVersion", "the first check that fails is reported")
	b.Header.Version = 4
	b = sealed(b.Header, b.Txs...)
	checksBlock(t, "there are a lock, no height and a witness", b, 9, all, rules.ErrNotFinal, "ErrNotFinal", "the first check that fails is reported")
	b.Txs[1].LockTime = 0
	b = sealed(b.Header, b.Txs...)
	checksBlock(t, "there are no height and a witness", b, 9, all, rules.ErrHeight, "ErrHeight", "the first check that fails is reported")
	b.Txs[0].In[0].Script = []byte{0x59, 1}
	b = sealed(b.Header, b.Txs...)
	checksBlock(t, "there is a witness without a commitment", b, 9, all, rules.ErrUncommitted, "ErrUncommitted", "the first check that fails is reported")
}
