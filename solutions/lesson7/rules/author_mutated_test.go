package rules_test

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"strconv"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"

	"github.com/btcsuite/btcd/blockchain"
	"github.com/btcsuite/btcd/btcutil"
	"github.com/btcsuite/btcd/chaincfg"
	"github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// mutations is how many blocks a test mutates: NODEBOOK_MUTATIONS, or a few.
func mutations() int {
	if n, err := strconv.Atoi(os.Getenv("NODEBOOK_MUTATIONS")); err == nil {
		return n
	}
	return 4_000
}

// mutate changes a few bytes: bits, bytes of interest, pieces left out or doubled.
func mutate(d *draw.Source, b []byte) []byte {
	b = bytes.Clone(b)
	for range d.Between(1, 3) {
		at := d.IntN(len(b))
		switch d.IntN(5) {
		case 0:
			b[at] ^= 1 << d.IntN(8)
		case 1:
			b[at] = []byte{0, 1, 0x7f, 0x80, 0xfd, 0xff}[d.IntN(6)]
		case 2:
			b = append(b[:at], b[min(len(b), at+d.Between(1, 8)):]...)
		case 3:
			end := min(len(b), at+d.Between(1, 120))
			b = append(b[:end:end], b[at:]...)
		case 4:
			copy(b[at:], bytes.Repeat([]byte{b[at]}, d.Between(1, 8)))
		}
		if len(b) == 0 {
			return []byte{0}
		}
	}
	return b
}

// settled are verdicts that btcd's CheckBlockSanity leaves to other functions.
func settled(err error) bool {
	for _, later := range []error{rules.ErrNotFinal, rules.ErrUncommitted, rules.ErrWeight} {
		if errors.Is(err, later) {
			return true
		}
	}
	return false
}

// Mutated blocks have the same verdict here and in btcd. Three differences are
// explained: btcd refuses a time two hours ahead in the same function, refuses any
// transaction that is in a block twice (docs/lesson7.md), and leaves the lock times
// and the weight to others.
func TestCheckBlock_mutated(t *testing.T) {
	d := draw.From(t)
	var raws [][]byte
	for height, raw := range chain.All() {
		if raw[block.HeaderSize] > 1 || height%500 == 0 {
			raws = append(raws, raw)
		}
	}
	params := chaincfg.RegressionNetParams
	count := map[string]int{}
	for range mutations() {
		raw := mutate(d, raws[d.IntN(len(raws))])
		b, err := block.ReadBlock(raw)
		if err != nil {
			count["not read"]++
			continue
		}
		b.Header.Bits = plain.Limit
		if d.IntN(8) > 0 {
			b.Header.Merkle = merkleOf(b.Txs)
		}
		b = remined(b)
		var theirs wire.MsgBlock
		require.NoError(t, theirs.Deserialize(bytes.NewReader(block.AppendBlock(nil, b, true))))
		theirErr := blockchain.CheckBlockSanity(btcutil.NewBlock(&theirs), params.PowLimit, blockchain.NewMedianTime())
		var rule blockchain.RuleError
		if errors.As(theirErr, &rule) && (rule.ErrorCode == blockchain.ErrTimeTooNew || rule.ErrorCode == blockchain.ErrDuplicateTx) {
			count["explained"]++
			continue
		}
		ourErr := rules.CheckBlock(b, 1<<30, 0, plain)
		if settled(ourErr) {
			count["explained"]++
			continue
		}
		require.Equal(t, theirErr == nil, ourErr == nil, "ours %v, theirs %v: %x", ourErr, theirErr, raw)
		if ourErr == nil {
			count["valid"]++
		} else {
			count["invalid"]++
		}
	}
	t.Log(count)
	require.Positive(t, count["valid"])
	require.Positive(t, count["invalid"])
}

// agreeSanity compares the verdict on a transaction's bytes with btcd's.
func agreeSanity(t *testing.T, b []byte) {
	t.Helper()
	tx, err := block.ReadTx(version.NewCursor(b))
	if err != nil {
		return
	}
	ours := rules.CheckTx(tx)
	theirs := blockchain.CheckTransactionSanity(btcutil.NewTx(theirTx(t, tx)))
	require.Equal(t, theirs == nil, ours == nil, "ours %v, theirs %v: %x", ours, theirs, b)
}

func TestCheckTx_mutated(t *testing.T) {
	d := draw.From(t)
	raw, _ := chain.Later()
	later, err := block.ReadBlock(raw)
	require.NoError(t, err)
	for range mutations() {
		agreeSanity(t, mutate(d, block.AppendTx(nil, later.Txs[d.IntN(len(later.Txs))], true)))
	}
}

func FuzzCheckTx(f *testing.F) {
	f.Add(chain.Block(170)[block.HeaderSize+1+134:])
	f.Add(chain.Block(0)[block.HeaderSize+1:])
	f.Fuzz(agreeSanity)
}

func FuzzTargetOf(f *testing.F) {
	f.Add(uint32(0x1d00ffff))
	f.Add(uint32(0x01800000))
	f.Fuzz(func(t *testing.T, bits uint32) {
		target, err := rules.TargetOf(bits)
		if err != nil {
			require.ErrorIs(t, err, rules.ErrBits)
			return
		}
		again, err := rules.TargetOf(rules.BitsOf(target))
		require.NoError(t, err)
		require.Zero(t, target.Cmp(again), "%08x", bits)
		require.Positive(t, rules.Work(target).Sign())
	})
}

func FuzzSigOps(f *testing.F) {
	f.Add([]byte{0xac, 0x4c, 0x01, 0xae, 0xaf})
	f.Fuzz(func(t *testing.T, script []byte) {
		n := rules.SigOps(script)
		require.GreaterOrEqual(t, n, 0)
		require.LessOrEqual(t, n, 20*len(script))
	})
}

// A block that is connected can be disconnected, and one that is refused changes
// nothing.
func FuzzConnect(f *testing.F) {
	f.Add(chain.Block(170), 170)
	f.Add(chain.Block(546), 546)
	f.Fuzz(func(t *testing.T, raw []byte, height int) {
		b, err := block.ReadBlock(raw)
		if err != nil || height < 0 || height > 1<<30 {
			return
		}
		c := rules.MemCoins{}
		for _, tx := range b.Txs[:len(b.Txs)/2+1] {
			for _, in := range tx.In {
				c[in.Previous] = rules.UTXO{Out: block.Out{Value: 50 * rules.Coin}}
			}
		}
		was := maps.Clone(c)
		undo, err := rules.Connect(c, b, height, rules.Mainnet, accepts)
		if err == nil {
			require.NoError(t, rules.Disconnect(c, b, height, undo))
		}
		require.Equal(t, was.Digest(), c.Digest())
	})
}
