package rules_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"

	"github.com/btcsuite/btcd/blockchain"
	"github.com/btcsuite/btcd/blockchain/fullblocktests"
	"github.com/btcsuite/btcd/chaincfg"
	"github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// tree is a chain that reorganises, as small as can be: all blocks by hash, and
// the coins of the branch with most work.
type tree struct {
	p     rules.Params
	nodes map[block.Hash]*leaf
	await map[block.Hash][]block.Block // orphans by their parent
	tip   *leaf
	coins rules.MemCoins
	run   func(block.Spend) error
	undos int // blocks that were disconnected
}

type leaf struct {
	block  block.Block
	parent *leaf
	height int
	work   *big.Int
	undo   rules.Undo
}

var errOrphan = errors.New("orphan")

func (n *leaf) headers() []block.Header {
	var all []block.Header
	for ; n != nil && len(all) < 11; n = n.parent {
		all = append(all, n.block.Header)
	}
	slices.Reverse(all)
	return all
}

func (x *tree) add(b block.Block, now int64) error {
	parent := x.nodes[b.Header.Previous]
	if parent == nil {
		x.await[b.Header.Previous] = append(x.await[b.Header.Previous], b)
		return errOrphan
	}
	height := parent.height + 1
	bits := rules.NextBits(parent.height, func(int) block.Header { return parent.block.Header }, x.p)
	if b.Header.Bits != bits {
		return rules.ErrBits
	}
	if err := rules.CheckTime(b.Header, parent.headers(), now); err != nil {
		return err
	}
	if err := rules.CheckBlock(b, height, rules.MedianTime(parent.headers()), x.p); err != nil {
		return err
	}
	target, err := rules.TargetOf(b.Header.Bits)
	if err != nil {
		return err
	}
	n := &leaf{block: b, parent: parent, height: height, work: new(big.Int).Add(parent.work, rules.Work(target))}
	if n.work.Cmp(x.tip.work) > 0 {
		if err := x.reorganise(n); err != nil {
			return err
		}
	}
	hash := b.Header.Hash()
	x.nodes[hash] = n
	for _, child := range x.await[hash] {
		if err := x.add(child, now); err != nil {
			return err
		}
	}
	delete(x.await, hash)
	return nil
}

// reorganise makes n the tip, or leaves all as it was.
func (x *tree) reorganise(n *leaf) error {
	coins, undone := maps.Clone(x.coins), 0
	var up []*leaf
	from, to := x.tip, n
	for from != to {
		if to.height >= from.height {
			up = append(up, to)
			to = to.parent
			continue
		}
		if err := rules.Disconnect(coins, from.block, from.height, from.undo); err != nil {
			return fmt.Errorf("disconnect: %w", err)
		}
		undone++
		from = from.parent
	}
	for _, u := range slices.Backward(up) {
		undo, err := rules.Connect(coins, u.block, u.height, x.p, x.run)
		if err != nil {
			return err
		}
		u.undo = undo
	}
	x.coins, x.tip = coins, n
	x.undos += undone
	return nil
}

// reasons are our errors for btcd's.
var reasons = map[blockchain.ErrorCode][]error{
	blockchain.ErrBadCoinbaseScriptLen: {rules.ErrCoinbaseScript},
	blockchain.ErrBadCoinbaseValue:     {rules.ErrSubsidy},
	blockchain.ErrBadMerkleRoot:        {rules.ErrMerkle},
	blockchain.ErrBlockTooBig:          {rules.ErrBlockSize},
	blockchain.ErrDuplicateTx:          {rules.ErrMutated, rules.ErrNoCoin},
	blockchain.ErrFirstTxNotCoinbase:   {rules.ErrNoCoinbase},
	blockchain.ErrHighHash:             {rules.ErrWork},
	blockchain.ErrImmatureSpend:        {rules.ErrImmature},
	blockchain.ErrMissingTxOut:         {rules.ErrNoCoin},
	blockchain.ErrMultipleCoinbases:    {rules.ErrCoinbases},
	blockchain.ErrNoTransactions:       {block.ErrEmpty},
	blockchain.ErrOverwriteTx:          {rules.ErrOverwrite},
	blockchain.ErrSpendTooHigh:         {rules.ErrInflation},
	blockchain.ErrTimeTooNew:           {rules.ErrFuture},
	blockchain.ErrTimeTooOld:           {rules.ErrTooOld},
	blockchain.ErrTooManySigOps:        {rules.ErrSigOps},
	blockchain.ErrUnexpectedDifficulty: {rules.ErrBits},
	blockchain.ErrUnfinalizedTx:        {rules.ErrNotFinal},
}

// btcd's own blocks for its tests: what is accepted, what is refused and why, and
// what a reorganisation takes back.
func TestConnect_fullBlocks(t *testing.T) {
	tests, err := fullblocktests.Generate(false)
	require.NoError(t, err)
	p := plain
	p.P2SH, p.BIP66, p.BIP65 = 0, 1251, 1351
	scripts := 0
	x := &tree{p: p, nodes: map[block.Hash]*leaf{}, await: map[block.Hash][]block.Block{}, coins: rules.MemCoins{}, run: btcdRun(t, &scripts)}
	genesis := readTheirs(t, chaincfg.RegressionNetParams.GenesisBlock)
	x.tip = &leaf{block: genesis, work: new(big.Int)}
	x.nodes[genesis.Header.Hash()] = x.tip
	now := time.Now().Unix()
	count := map[string]int{}
	process := func(raw []byte) error {
		b, err := block.ReadBlock(raw)
		if err != nil {
			return err
		}
		return x.add(b, now)
	}
	for _, group := range tests {
		for _, test := range group {
			switch test := test.(type) {
			case fullblocktests.AcceptedBlock:
				err := process(bytesOfTheirs(t, test.Block))
				if test.IsOrphan {
					require.ErrorIs(t, err, errOrphan, test.Name)
				} else {
					require.NoError(t, err, test.Name)
				}
				main := x.tip.block.Header.Hash() == block.Hash(test.Block.BlockHash())
				require.Equal(t, test.IsMainChain, main, test.Name)
				count["accepted"]++
			case fullblocktests.RejectedBlock:
				err := process(bytesOfTheirs(t, test.Block))
				if n := x.nodes[block.Hash(test.Block.BlockHash())]; err == nil && n != nil {
					// btcd compares all transactions of a block with one another, Bitcoin
					// Core only pairs of the merkle tree. On a side branch, like this
					// one, the block is refused when it would be connected.
					err = x.reorganise(n)
				}
				require.True(t, slices.ContainsFunc(reasons[test.RejectCode], func(want error) bool { return errors.Is(err, want) }),
					"%s: got %v, want %v", test.Name, err, test.RejectCode)
				count["rejected"]++
			case fullblocktests.OrphanOrRejectedBlock:
				require.Error(t, process(bytesOfTheirs(t, test.Block)), test.Name)
				count["orphan or rejected"]++
			case fullblocktests.RejectedNonCanonicalBlock:
				require.Error(t, process(test.RawBlock), test.Name)
				count["not canonical"]++
			case fullblocktests.ExpectedTip:
				require.EqualValues(t, test.Block.BlockHash(), x.tip.block.Header.Hash(), test.Name)
				count["tip"]++
			case fullblocktests.BlockDisconnectExpectUTXO:
				count["disconnected"]++
			default:
				t.Fatalf("%T is not known", test)
			}
		}
	}
	t.Log(count, "scripts:", scripts, "blocks disconnected:", x.undos)
	require.Equal(t, 143, count["accepted"])
	require.Equal(t, 42, count["rejected"])
	require.Equal(t, 3, count["disconnected"])
	require.Positive(t, x.undos)

	// And all the way back.
	for n := x.tip; n.parent != nil; n = n.parent {
		require.NoError(t, rules.Disconnect(x.coins, n.block, n.height, n.undo))
	}
	require.Empty(t, x.coins)
}

func bytesOfTheirs(t *testing.T, m *wire.MsgBlock) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, m.Serialize(&b))
	return b.Bytes()
}

func readTheirs(t *testing.T, m *wire.MsgBlock) block.Block {
	t.Helper()
	b, err := block.ReadBlock(bytesOfTheirs(t, m))
	require.NoError(t, err)
	return b
}
