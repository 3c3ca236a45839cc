package rules_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

func TestSubsidy(t *testing.T) {
	d := draw.From(t)
	k := d.Between(1, 32)
	for _, tt := range []struct {
		height, halving int
		want            int64
		why             string
	}{
		{0, 210_000, 50 * coin, "the first 210,000 blocks make 50 BTC each"},
		{209_999, 210_000, 50 * coin, "the first 210,000 blocks are those of height 0 to 209,999"},
		{210_000, 210_000, 25 * coin, "block 210,000 is the first to make 25 BTC"},
		{840_000, 210_000, 3_1250_0000, "four halvings"},
		{210_000*k + d.IntN(210_000), 210_000, 50 * coin >> k, fmt.Sprintf("%d halvings, rounded down each time", k)},
		{33 * 210_000, 210_000, 0, "after 33 halvings less than one unit is left"},
		{64 * 210_000, 210_000, 0, "in Go a shift by 64 gives 0; in C++, where Bitcoin's rule was written, it gives anything: the rule says 0"},
		{149, 150, 50 * coin, "on regtest the first 150 blocks make 50 BTC"},
		{150, 150, 25 * coin, "on regtest it is halved with each 150 blocks"},
		{math.MaxInt32, 150, 0, "there are no new coins after the 64th halving"},
	} {
		p := plain
		p.Halving = tt.halving
		try := expect.Tried(t, "Subsidy(%d, p), where p.Halving is %d", tt.height, tt.halving).Why("%s", tt.why)
		try.Equal("", rules.Subsidy(tt.height, p), tt.want)
	}
}

func TestConnect(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	reward := coinbase(d, 30*coin, 20*coin)
	pay := pays(d, points(s.old, s.two), 40*coin, 17*coin)
	want := maps.Clone(s.coins)
	delete(want, s.old)
	delete(want, s.two)
	want[output(reward, 0)] = rules.UTXO{Out: reward.Out[0], Height: 120, Coinbase: true}
	want[output(reward, 1)] = rules.UTXO{Out: reward.Out[1], Height: 120, Coinbase: true}
	want[output(pay, 0)] = rules.UTXO{Out: pay.Out[0], Height: 120}
	want[output(pay, 1)] = rules.UTXO{Out: pay.Out[1], Height: 120}
	spent, was := []rules.UTXO{s.coins[s.old], s.coins[s.two]}, maps.Clone(s.coins)
	undo := connects(t, "a coinbase makes two coins, and a payment spends two and makes two", s, unsealed(reward, pay), 120, plain, want,
		"outputs become coins, with the height of their block and whether a coinbase made them; inputs take coins out")
	try := expect.Tried(t, "Connect(c, b, 120, p, run), where a payment spends two coins, and what it returns")
	try.Why("the undo has the coins that were spent, in the order of the inputs: with them the block can be taken back")
	try.Equal("number of coins", len(undo), 2)
	for i := range undo {
		try.Equal(fmt.Sprintf("undo[%d]", i), fmt.Sprintf("%+v", undo[i]), fmt.Sprintf("%+v", spent[i]))
	}
	try = expect.Tried(t, "Disconnect(c, b, 120, undo), where a payment spent two coins, one of which a coinbase had made")
	try.Why("a coin comes back as it was: its height and its origin decide when it can be spent again")
	try.NoError(rules.Disconnect(s.coins, unsealed(reward, pay), 120, undo))
	sameCoins(try, s.coins, was)
}

func TestConnect_ownCoins(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	first := pays(d, points(s.old), 20*coin, 30*coin)
	second := pays(d, points(output(first, 0)), 5*coin, 15*coin)
	third := pays(d, points(output(second, 1), output(first, 1)), 45*coin)
	reward := coinbase(d, 50*coin)
	b := unsealed(reward, first, second, third)
	want := maps.Clone(s.coins)
	delete(want, s.old)
	want[output(reward, 0)] = rules.UTXO{Out: reward.Out[0], Height: 120, Coinbase: true}
	want[output(second, 0)] = rules.UTXO{Out: second.Out[0], Height: 120}
	want[output(third, 0)] = rules.UTXO{Out: third.Out[0], Height: 120}
	was := maps.Clone(s.coins)
	undo := connects(t, "three payments in a row spend one another's coins", s, b, 120, plain, want, "a transaction may spend what one before it in the block has made; block 546 was the first that did")
	try := expect.Tried(t, "Disconnect(c, b, 120, undo), where three payments in a row spend one another's coins")
	try.Why("undo it backwards: the last transaction first")
	try.NoError(rules.Disconnect(s.coins, b, 120, undo))
	sameCoins(try, s.coins, was)
	refuses(t, "a payment spends what one after it makes", s, unsealed(reward, second, first), 120, plain, rules.ErrNoCoin, "ErrNoCoin", "a transaction cannot spend what is only made after it")
}

func TestConnect_noCoin(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	unknown := s.old
	unknown.Index++
	refuses(t, "an input spends an output that does not exist", s, unsealed(coinbase(d, 1), pays(d, points(s.old, unknown), 1)), 120, plain, rules.ErrNoCoin, "ErrNoCoin", "only coins that are there can be spent")
	refuses(t, "two transactions spend the same coin", s, unsealed(coinbase(d, 1), pays(d, points(s.old), 1), pays(d, points(s.old), 2)), 120, plain, rules.ErrNoCoin, "ErrNoCoin", "a coin is spent once; the second to ask finds nothing (CVE-2018-17144)")
	first := pays(d, points(s.old), 2*coin)
	refuses(t, "two transactions spend the same coin of this block", s, unsealed(coinbase(d, 1), first, pays(d, points(output(first, 0)), 1), pays(d, points(output(first, 0)), 2)), 120, plain, rules.ErrNoCoin, "ErrNoCoin", "a coin that the block itself made is spent once, too")
	reward := coinbase(d, 50*coin)
	refuses(t, "a payment spends the coinbase of its own block", s, unsealed(reward, pays(d, points(output(reward, 0)), 1)), 120, plain, rules.ErrImmature, "ErrImmature", "a coinbase can be spent 100 blocks later, and this one is 0 blocks old")
}

func TestConnect_maturity(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	b := unsealed(coinbase(d, 1), pays(d, points(s.reward), 50*coin))
	refuses(t, "the coin of a coinbase at height 100 is spent", s, b, 199, plain, rules.ErrImmature, "ErrImmature", "99 blocks are not enough: in a reorganisation the coin, and all that came from it, would be gone")
	want := maps.Clone(s.coins)
	delete(want, s.reward)
	want[output(b.Txs[0], 0)] = rules.UTXO{Out: b.Txs[0].Out[0], Height: 200, Coinbase: true}
	want[output(b.Txs[1], 0)] = rules.UTXO{Out: b.Txs[1].Out[0], Height: 200}
	connects(t, "the coin of a coinbase at height 100 is spent", s, b, 200, plain, want, "100 blocks are enough")

	s = drawState(d)
	fresh := drawPoint(d)
	s.coins[fresh] = rules.UTXO{Out: drawOut(d, coin), Height: 150}
	want = maps.Clone(s.coins)
	delete(want, fresh)
	b = unsealed(coinbase(d, 1), pays(d, points(fresh), coin))
	want[output(b.Txs[0], 0)] = rules.UTXO{Out: b.Txs[0].Out[0], Height: 151, Coinbase: true}
	want[output(b.Txs[1], 0)] = rules.UTXO{Out: b.Txs[1].Out[0], Height: 151}
	connects(t, "a coin of a payment one block before is spent", s, b, 151, plain, want, "only coinbases have to wait")
}

func TestConnect_values(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	refuses(t, "a payment spends 57 BTC and makes 57 BTC and one unit", s, unsealed(coinbase(d, 1), pays(d, points(s.old, s.two), 50*coin, 7*coin+1)), 120, plain, rules.ErrInflation, "ErrInflation", "a payment makes no coins: its outputs are worth no more than its inputs")
	refuses(t, "one payment leaves a fee of 10 BTC and another makes 1 BTC too much", s, unsealed(coinbase(d, 1), pays(d, points(s.old), 40*coin), pays(d, points(s.two), 8*coin)), 120, plain, rules.ErrInflation, "ErrInflation", "each transaction for itself: a fee belongs to the miner, not to the next transaction")
	refuses(t, "the coinbase takes one unit more than subsidy and fees", s, unsealed(coinbase(d, 53*coin+1), pays(d, points(s.old), 47*coin)), 120, plain, rules.ErrSubsidy, "ErrSubsidy", "50 BTC and a fee of 3 BTC are 53 BTC")
	refuses(t, "the two outputs of the coinbase take one unit more than the subsidy", s, unsealed(coinbase(d, 50*coin, 1)), 120, plain, rules.ErrSubsidy, "ErrSubsidy", "all outputs of the coinbase count")
	refuses(t, "the coinbase takes 50 BTC after the first halving", s, unsealed(coinbase(d, 50*coin)), 150, plain, rules.ErrSubsidy, "ErrSubsidy", "it may take 25")
	rich := drawState(d)
	for p, u := range rich.coins {
		u.Out.Value = 21_000_000 * coin
		rich.coins[p] = u
	}
	all := drawState(d)
	for p, u := range map[block.OutPoint]int64{all.old: 20_000_000 * coin, all.two: 1_000_000 * coin} {
		all.coins[p] = rules.UTXO{Out: drawOut(d, u), Height: 9}
	}
	try := expect.Tried(t, "Connect(c, b, 120, p, run), where the two coins that a payment spends are worth all bitcoins together").Why("a sum of MaxMoney is allowed, one unit more is not")
	_, err := rules.Connect(all.coins, unsealed(coinbase(d, 1), pays(d, points(all.old, all.two), 1)), 120, plain, accepts)
	try.NoError(err)
	refuses(t, "two coins of all bitcoins are spent", rich, unsealed(coinbase(d, 1), pays(d, points(rich.old, rich.two), 1)), 120, plain, rules.ErrTotal, "ErrTotal", "nobody can own more than all bitcoins: the sum of the inputs is bounded as well")
	for _, tt := range []struct {
		name string
		made int64
		why  string
	}{
		{"exactly subsidy and fees", 53 * coin, "50 BTC and a fee of 3 BTC are 53 BTC"},
		{"less than subsidy and fees", int64(d.Between(0, 53*coin-1)), "less is legal: what a miner does not take is lost. Block 124,724 took one unit less, to say something"},
	} {
		s := drawState(d)
		b := unsealed(coinbase(d, tt.made), pays(d, points(s.old), 47*coin))
		want := maps.Clone(s.coins)
		delete(want, s.old)
		want[output(b.Txs[0], 0)] = rules.UTXO{Out: b.Txs[0].Out[0], Height: 120, Coinbase: true}
		want[output(b.Txs[1], 0)] = rules.UTXO{Out: b.Txs[1].Out[0], Height: 120}
		connects(t, "the coinbase takes "+tt.name, s, b, 120, plain, want, tt.why)
	}
}

func TestConnect_overwrite(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	reward := coinbase(d, 50*coin)
	s.coins[output(reward, 0)] = rules.UTXO{Out: reward.Out[0], Height: 20, Coinbase: true}
	refuses(t, "the coinbase repeats one whose coin is unspent", s, unsealed(reward), 120, plain, rules.ErrOverwrite, "ErrOverwrite", "two coins would have one name, and one of them would be lost (BIP 30)")
	p := from(func(p *rules.Params) { p.Overwrites = []int{7, 120} })
	want := maps.Clone(s.coins)
	want[output(reward, 0)] = rules.UTXO{Out: reward.Out[0], Height: 120, Coinbase: true}
	connects(t, "the coinbase repeats one whose coin is unspent, and p.Overwrites has the height", s, unsealed(reward), 120, p, want, "blocks 91,842 and 91,880 did so before there was the rule")
	refuses(t, "the coinbase repeats one whose coin is unspent", s, unsealed(reward), 119, p, rules.ErrOverwrite, "ErrOverwrite", "the exceptions are for two heights, not for what comes before or after")
	delete(s.coins, output(reward, 0))
	want = maps.Clone(s.coins)
	want[output(reward, 0)] = rules.UTXO{Out: reward.Out[0], Height: 121, Coinbase: true}
	connects(t, "the coinbase repeats one whose coin is spent", s, unsealed(reward), 121, plain, want, "nothing is overwritten")

	s = drawState(d)
	s.coins[output(reward, 0)] = rules.UTXO{Out: reward.Out[0], Height: 20, Coinbase: true}
	refuses(t, "the coinbase repeats one whose coin is unspent, p.Overwrites has the height, and a payment spends an unknown coin", s, unsealed(reward, pays(d, points(drawPoint(d)), 1)), 120, p, rules.ErrNoCoin, "ErrNoCoin", "only coins that are there can be spent")

	s = drawState(d)
	pay := pays(d, points(s.old), 50*coin)
	pay.Out = append(pay.Out, block.Out{Script: []byte{0x51}})
	s.coins[output(pay, 1)] = rules.UTXO{Out: pay.Out[1], Height: 30}
	refuses(t, "the second output of a payment has the outpoint of an unspent coin", s, unsealed(coinbase(d, 1), pay), 120, plain, rules.ErrOverwrite, "ErrOverwrite", "the rule is for all outputs of all transactions")
}

func TestConnect_order(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	pay := pays(d, points(s.old), 50*coin)
	s.coins[output(pay, 0)] = rules.UTXO{Out: pay.Out[0], Height: 30}
	unknown := pays(d, points(drawPoint(d)), 1)
	refuses(t, "the second transaction spends an unknown coin, and the third overwrites one", s, unsealed(coinbase(d, 1), unknown, pay), 120, plain, rules.ErrOverwrite, "ErrOverwrite", "overwritten coins are looked for first, in all transactions")
	s = drawState(d)
	refuses(t, "a payment spends a coinbase too early, and makes more than it spends", s, unsealed(coinbase(d, 99*coin), pays(d, points(s.reward), 51*coin)), 120, plain, rules.ErrImmature, "ErrImmature", "the first check that fails is reported")
}

func TestConnect_unspendable(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	reward := coinbase(d, 50*coin)
	reward.Out = append(reward.Out, block.Out{Script: append([]byte{0x6a}, d.Bytes(20)...)}, block.Out{Script: make([]byte, 10_001)}, block.Out{Value: 0, Script: make([]byte, 10_000)}, block.Out{Value: 0})
	want := maps.Clone(s.coins)
	for _, i := range []uint32{0, 3, 4} {
		want[output(reward, i)] = rules.UTXO{Out: reward.Out[i], Height: 120, Coinbase: true}
	}
	was := maps.Clone(s.coins)
	undo := connects(t, "two of five outputs can never be spent", s, unsealed(reward), 120, plain, want, "no coin is kept that no one can spend; an output of 0 BTC is a coin like any other")
	try := expect.Tried(t, "Disconnect(c, b, 120, undo), where two of five outputs made no coin")
	try.Why("what made no coin has none to take out")
	try.NoError(rules.Disconnect(s.coins, unsealed(reward), 120, undo))
	sameCoins(try, s.coins, was)

	s = drawState(d)
	first := pays(d, points(s.old), 20*coin)
	first.Out = append(first.Out, block.Out{Value: coin, Script: []byte{0x6a}})
	refuses(t, "a payment spends an output of its own block that can never be spent", s, unsealed(coinbase(d, 1), first, pays(d, points(output(first, 1)), 1)), 120, plain, rules.ErrNoCoin, "ErrNoCoin", "what can never be spent is no coin, neither later nor in its own block")

	c := rules.MemCoins{}
	genesis := realBlock(t, 0)
	connects(t, "b is Bitcoin's first block", state{coins: c}, genesis, 0, rules.Mainnet, rules.MemCoins{}, "the coin of the genesis block was never in the set, and its 50 BTC cannot be spent")
	try = expect.Tried(t, "Disconnect(c, b, 0, undo), where b is Bitcoin's first block").Why("it made no coin")
	try.NoError(rules.Disconnect(c, genesis, 0, nil))
}

// otherCoins are coins that are not MemCoins.
type otherCoins struct{ rules.Coins }

func TestConnect_otherCoins(t *testing.T) {
	d := draw.From(t)
	s := drawState(d)
	b := unsealed(coinbase(d, 50*coin), pays(d, points(s.old), 40*coin))
	was := maps.Clone(s.coins)
	c := otherCoins{s.coins}
	try := expect.Tried(t, "Connect(c, b, 120, p, run) and Disconnect, where c is not MemCoins but another type with the methods of Coins")
	try.Why("Coins is an interface, which lesson 8 has for coins on a disk")
	try.Halts("c need not be MemCoins: Coins is an interface, which lesson 8 has for coins on a disk")
	undo, err := rules.Connect(c, b, 120, plain, accepts)
	try.NoError(err)
	_, there := s.coins[s.old]
	try.Equal("the spent coin is there afterwards", there, false)
	try.NoError(rules.Disconnect(c, b, 120, undo))
	sameCoins(try, s.coins, was)
}

// keptSpend is what run got, and the id of its transaction then.
type keptSpend struct {
	block.Spend
	id block.Hash
}

func TestConnect_relative(t *testing.T) {
	d := draw.From(t)
	p := from(func(p *rules.Params) { p.CSV = 120 })
	for _, tt := range []struct {
		version  int32
		sequence uint32
		height   int
		judged   bool
		why      string
	}{
		{2, 5, 120, false, "from version 2 on, a sequence below 80000000 is a relative lock time, which this code cannot judge"},
		{math.MaxInt32, 0x7fffffff, 120, false, "from version 2 on, a sequence below 80000000 is a relative lock time, which this code cannot judge"},
		{2, 5, 119, true, "before p.CSV a sequence means nothing"},
		{1, 5, 120, true, "in version 1 a sequence means nothing"},
		{-2, 5, 120, false, "BIP 68 reads the version without a sign, so that only versions 0 and 1 are below 2"},
		{2, 0x80000000, 120, true, "the top bit switches it off"},
	} {
		s := drawState(d)
		tx := pays(d, points(s.old, s.two), 57*coin)
		tx.Version, tx.In[1].Sequence = tt.version, tt.sequence
		b := unsealed(coinbase(d, 1), tx)
		name := fmt.Sprintf("a payment has version %d and a sequence %08x", tt.version, tt.sequence)
		if !tt.judged {
			refuses(t, name, s, b, tt.height, p, block.ErrCannotJudge, "block.ErrCannotJudge", tt.why)
			continue
		}
		try := expect.Tried(t, "Connect(c, b, %d, p, run), where %s, and p.CSV is 120", tt.height, name).Why("%s", tt.why)
		_, err := rules.Connect(s.coins, b, tt.height, p, accepts)
		try.NoError(err)
	}
}

func TestConnect_sigOps(t *testing.T) {
	d := draw.From(t)
	p := from(func(p *rules.Params) { p.P2SH = 120 })
	many := append([]byte{0x4d, 0xf4, 0x01}, bytes.Repeat([]byte{0xae}, 500)...) // a push of 500 CHECKMULTISIGs
	for _, over := range []bool{false, true} {
		s := drawState(d)
		hidden := block.Out{Value: coin, Script: append(append([]byte{0xa9, 0x14}, d.Bytes(20)...), 0x87)}
		var ins []block.OutPoint
		for range 2 {
			at := drawPoint(d)
			s.coins[at] = rules.UTXO{Out: hidden, Height: 9}
			ins = append(ins, at)
		}
		tx := pays(d, ins, coin)
		tx.In[0].Script, tx.In[1].Script = many, many
		reward := coinbase(d, 1)
		if over {
			reward.Out[0].Script = []byte{0xac}
			try := expect.Tried(t, "Connect(c, b, 119, p, run), where scripts behind hashes have 20,000 signature operations, the coinbase 1, and p.P2SH is 120")
			try.Why("before BIP 16 nothing is behind a hash: the cost is that under the rules of the block's height")
			_, err := rules.Connect(maps.Clone(s.coins), unsealed(reward, tx), 119, p, accepts)
			try.NoError(err)
			refuses(t, "scripts behind hashes have 20,000 signature operations, and the coinbase 1", s, unsealed(reward, tx), 120, p, rules.ErrSigOps, "ErrSigOps", "what is hidden behind a hash counts as well, once the coin is known")
			continue
		}
		try := expect.Tried(t, "Connect(c, b, 120, p, run), where scripts behind hashes have 20,000 signature operations").Why("4 * MaxSigOps is allowed")
		_, err := rules.Connect(s.coins, unsealed(reward, tx), 120, p, accepts)
		try.NoError(err)
	}
}

// Of two faults of one transaction, the first in the order of the list is reported.
func TestConnect_twoFaults(t *testing.T) {
	d := draw.From(t)
	p := from(func(p *rules.Params) { p.CSV, p.P2SH = 100, 0 })
	const why = "all nodes give the same reason: the list of checks is in the order in which they are made"
	locked := func(s state, values ...int64) block.Tx {
		tx := pays(d, points(s.old, s.two), values...)
		tx.Version, tx.In[0].Sequence = 2, 5
		return tx
	}
	s := drawState(d)
	refuses(t, "a payment with a relative lock time makes one unit too much", s, unsealed(coinbase(d, 1), locked(s, 57*coin+1)), 120, p, rules.ErrInflation, "ErrInflation", why)

	s = drawState(d)
	busy := locked(s, 57*coin)
	busy.Out[0].Script = bytes.Repeat([]byte{0xac}, 20_001)
	refuses(t, "a payment with a relative lock time has 20,001 signature operations", s, unsealed(coinbase(d, 1), busy), 120, p, block.ErrCannotJudge, "block.ErrCannotJudge", why)

	busy.Version = 1
	try := expect.Tried(t, "Connect(c, b, 120, p, run), where a payment has 20,001 signature operations, and run returns an error").Why(why)
	_, err := rules.Connect(s.coins, unsealed(coinbase(d, 1), busy), 120, p, func(block.Spend) error { return errors.New("odd signature") })
	try.ErrorIs(err, rules.ErrSigOps, "ErrSigOps")

	rich := drawState(d)
	for p, u := range rich.coins {
		u.Out.Value = 21_000_000 * coin
		rich.coins[p] = u
	}
	refuses(t, "two coins of all bitcoins are spent, the second of which a coinbase made 20 blocks before", rich, unsealed(coinbase(d, 1), pays(d, points(rich.old, rich.reward), 1)), 120, p, rules.ErrImmature, "ErrImmature", why)
	refuses(t, "two coins of all bitcoins are spent, and one unit more is made", rich, unsealed(coinbase(d, 1), pays(d, points(rich.old, rich.two), 42_000_000*coin+1)), 120, p, rules.ErrTotal, "ErrTotal", why)
}

// Bitcoin's first blocks, there and back.
func TestConnect_first(t *testing.T) {
	const last = 180
	c := rules.MemCoins{}
	var undos []rules.Undo
	for height := range last + 1 {
		try := expect.Tried(t, "Connect(c, b, %d, Mainnet, run), where b is Bitcoin's block, and those before it are connected", height)
		try.Why("this block is part of Bitcoin's chain: each rule counts from its own height on")
		undo, err := rules.Connect(c, realBlock(t, height), height, rules.Mainnet, accepts)
		try.NoError(err)
		undos = append(undos, undo)
	}
	try := expect.Tried(t, "Connect of Bitcoin's blocks 0 to %d, and then the coins", last)
	try.Why("each block but the first made 50 BTC, and what block 170 spends it makes again")
	try.Equal("sum in BTC", c.Total()/coin, int64(50*last))
	for height := last; height >= 0; height-- {
		try := expect.Tried(t, "Disconnect(c, b, %d, undo), where b is Bitcoin's block, and those after it are disconnected", height)
		try.Why("what Connect did, Disconnect undoes")
		try.NoError(rules.Disconnect(c, realBlock(t, height), height, undos[height]))
	}
	try = expect.Tried(t, "Disconnect of Bitcoin's blocks %d to 0, and then the coins", last).Why("at the beginning there were no coins")
	try.Equal("number of coins", len(c), 0)
}
