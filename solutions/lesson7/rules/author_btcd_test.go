package rules_test

import (
	"bytes"
	"math/big"
	"testing"
	"time"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"

	"github.com/btcsuite/btcd/blockchain"
	"github.com/btcsuite/btcd/btcutil"
	"github.com/btcsuite/btcd/chaincfg"
	"github.com/btcsuite/btcd/txscript"
	"github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// theirTx is a transaction as btcd has it.
func theirTx(t testing.TB, tx block.Tx) *wire.MsgTx {
	t.Helper()
	var m wire.MsgTx
	require.NoError(t, m.Deserialize(bytes.NewReader(block.AppendTx(nil, tx, true))))
	return &m
}

// btcdRun is btcd's script engine instead of package script. It keeps what it
// made of the last transaction.
func btcdRun(t testing.TB, count *int) func(block.Spend) error {
	var last *block.Tx
	var m *wire.MsgTx
	var fetcher *txscript.MultiPrevOutFetcher
	var hashes *txscript.TxSigHashes
	return func(s block.Spend) error {
		*count++
		if last != s.Tx {
			last, m = s.Tx, theirTx(t, *s.Tx)
			outs := map[wire.OutPoint]*wire.TxOut{}
			for i, in := range m.TxIn {
				outs[in.PreviousOutPoint] = wire.NewTxOut(s.Spent[i].Value, s.Spent[i].Script)
			}
			fetcher = txscript.NewMultiPrevOutFetcher(outs)
			hashes = txscript.NewTxSigHashes(m, fetcher)
		}
		spent := s.Spent[s.Index]
		engine, err := txscript.NewEngine(spent.Script, m, s.Index, flagsOf(s.Soft), nil, hashes, spent.Value, fetcher)
		if err != nil {
			return err
		}
		return engine.Execute()
	}
}

func flagsOf(soft block.Soft) (flags txscript.ScriptFlags) {
	for _, f := range []struct {
		on   bool
		flag txscript.ScriptFlags
	}{
		{soft.P2SH, txscript.ScriptBip16}, {soft.StrictDER, txscript.ScriptVerifyDERSignatures},
		{soft.LockTimes, txscript.ScriptVerifyCheckLockTimeVerify},
		{soft.Relative, txscript.ScriptVerifyCheckSequenceVerify},
		{soft.Segwit, txscript.ScriptVerifyWitness | txscript.ScriptStrictMultiSig}, {soft.Taproot, txscript.ScriptVerifyTaproot},
	} {
		if f.on {
			flags |= f.flag
		}
	}
	return flags
}

// All signatures of the real chain, and of block 277,647, are good for btcd's
// engine under our rules.
func TestConnect_signatures(t *testing.T) {
	c, signatures := rules.MemCoins{}, 0
	run := btcdRun(t, &signatures)
	for height := range chain.Blocks {
		_, err := rules.Connect(c, realBlock(t, height), height, rules.Mainnet, run)
		require.NoError(t, err)
	}
	require.Equal(t, 865, signatures)
	require.Equal(t, realDigest, c.Digest().String())

	raw, coins := chain.Later()
	b, err := block.ReadBlock(raw)
	require.NoError(t, err)
	c = rules.MemCoins{}
	for _, x := range coins {
		c[block.OutPoint{TxID: x.TxID, Index: x.Index}] = rules.UTXO{Out: block.Out{Value: x.Value, Script: x.Script}, Height: x.Height, Coinbase: x.Coinbase}
	}
	signatures = 0
	require.NoError(t, rules.CheckBlock(b, chain.LaterHeight, 0, rules.Mainnet))
	_, err = rules.Connect(c, b, chain.LaterHeight, rules.Mainnet, run)
	require.NoError(t, err)
	require.Equal(t, 732, signatures)
}

func TestTargetOf_btcd(t *testing.T) {
	d := draw.From(t)
	for range 20_000 {
		bits := d.Uint32()
		if d.IntN(2) == 0 {
			bits = uint32(d.Between(0, 36))<<24 | bits&0xffffff
		}
		theirs := blockchain.CompactToBig(bits)
		ours, err := rules.TargetOf(bits)
		if err != nil {
			require.True(t, theirs.Sign() <= 0 || theirs.BitLen() > 256 || bits&0x800000 != 0, "%08x: %v", bits, err)
			continue
		}
		require.Zero(t, theirs.Cmp(ours), "%08x", bits)
		require.Equal(t, blockchain.BigToCompact(ours), rules.BitsOf(ours), "%x", ours)
		require.Zero(t, blockchain.CalcWork(bits).Cmp(rules.Work(ours)), "%08x", bits)
	}
	require.Zero(t, rules.BitsOf(new(big.Int)))
}

// CheckTx and btcd's CheckTransactionSanity refuse the same transactions.
func TestCheckTx_btcd(t *testing.T) {
	d := draw.From(t)
	refused := 0
	for range 5_000 {
		points := []block.OutPoint{drawPoint(d), drawPoint(d), block.NullPoint}
		tx := pays(d, nil)
		for range d.Between(1, 3) {
			tx.In = append(tx.In, block.In{Previous: points[d.IntN(3)], Script: make([]byte, d.IntN(104)), Sequence: 1})
		}
		for range d.Between(0, 3) {
			value := []int64{0, 1, rules.MaxMoney, rules.MaxMoney / 2, rules.MaxMoney + 1, -1, 1<<63 - 1}[d.IntN(7)]
			tx.Out = append(tx.Out, block.Out{Value: value})
		}
		err := rules.CheckTx(tx)
		theirs := blockchain.CheckTransactionSanity(btcutil.NewTx(theirTx(t, tx)))
		require.Equal(t, theirs == nil, err == nil, "ours %v, theirs %v", err, theirs)
		if err != nil {
			refused++
		}
	}
	require.Greater(t, refused, 1_000)
	require.Less(t, refused, 4_999)
}

func TestSigOps_btcd(t *testing.T) {
	d := draw.From(t)
	for range 20_000 {
		script := d.Bytes(d.IntN(30))
		for i := range script {
			if d.IntN(3) == 0 {
				script[i] = []byte{0xac, 0xad, 0xae, 0xaf, 0x52, 0x4c, 0x4d}[d.IntN(7)]
			}
		}
		require.Equal(t, txscript.GetSigOpCount(script), rules.SigOps(script), "%x", script)
	}
}

func TestSubsidy_btcd(t *testing.T) {
	for _, height := range []int{0, 1, 209_999, 210_000, 6_929_999, 6_930_000, 64 * 210_000, 1<<31 - 1} {
		require.Equal(t, blockchain.CalcBlockSubsidy(int32(height), &chaincfg.MainNetParams), rules.Subsidy(height, rules.Mainnet))
	}
}

func TestMedianTime_real(t *testing.T) {
	var headers []block.Header
	late := 0
	for height := range chain.Blocks {
		h := realBlock(t, height).Header
		require.NoError(t, rules.CheckTime(h, headers, time.Now().Unix()))
		if height > 0 && h.Time < headers[height-1].Time {
			late++
		}
		headers = append(headers, h)
	}
	require.Equal(t, 108, late)
	require.EqualValues(t, 1242107781, rules.MedianTime(headers))
}
