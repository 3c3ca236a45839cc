package script_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"nodebook/fixtures/chain/btcd"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"

	"github.com/btcsuite/btcd/chaincfg/chainhash"
	"github.com/btcsuite/btcd/txscript"
	"github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// What the vectors of btcd, most of them Bitcoin Core's, have in common: scripts in
// words, rules in words, and three verdicts.

// tally counts verdicts, and fails the test if one is wrong.
type tally struct{ valid, invalid, unknown int }

func (c *tally) add(t *testing.T, name string, got, want error) {
	t.Helper()
	switch {
	case errors.Is(got, block.ErrCannotJudge):
		c.unknown++
		return
	case got == nil:
		c.valid++
	default:
		c.invalid++
	}
	require.Equal(t, want == nil, got == nil, "%s: ours %v, theirs %v", name, got, want)
}

func (c *tally) String() string {
	return fmt.Sprintf("%d valid, %d invalid, %d cannot be judged", c.valid, c.invalid, c.unknown)
}

func readJSON(t *testing.T, name string, to any) {
	t.Helper()
	b, err := btcd.Read("txscript/data/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(bytes.TrimSuffix(b, []byte(",\n")), to), name)
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err, s)
	return b
}

var opNames = func() map[string]byte {
	names := map[string]byte{}
	for name, code := range txscript.OpcodeByName {
		names[name] = code
		if code == txscript.OP_1NEGATE || code > txscript.OP_16 || code == txscript.OP_RESERVED || name == "OP_FALSE" || name == "OP_TRUE" {
			names[strings.TrimPrefix(name, "OP_")] = code
		}
	}
	return names
}()

// scriptOf reads a script in the words of Core's test files: numbers, bytes in hex
// after 0x, text in quotes, names of opcodes.
func scriptOf(t *testing.T, words string) []byte {
	t.Helper()
	var out []byte
	for _, w := range strings.Fields(words) {
		if n, err := strconv.ParseInt(w, 10, 64); err == nil {
			b, err := txscript.NewScriptBuilder().AddInt64(n).Script()
			require.NoError(t, err)
			out = append(out, b...)
		} else if strings.HasPrefix(w, "0x") {
			out = append(out, unhex(t, w[2:])...)
		} else if len(w) >= 2 && w[0] == '\'' {
			b, err := txscript.NewScriptBuilder().AddFullData([]byte(w[1 : len(w)-1])).Script()
			require.NoError(t, err)
			out = append(out, b...)
		} else {
			code, ok := opNames[w]
			require.True(t, ok, w)
			out = append(out, code)
		}
	}
	return out
}

// rulesOf reads a list of rules. theirs leaves out those that no block has to
// follow, and says whether there were any.
func rulesOf(t *testing.T, words string) (ours block.Soft, theirs txscript.ScriptFlags, more bool) {
	t.Helper()
	for _, w := range strings.Split(words, ",") {
		switch w {
		case "", "NONE":
		case "P2SH":
			ours.P2SH, theirs = true, theirs|txscript.ScriptBip16
		case "DERSIG":
			ours.StrictDER, theirs = true, theirs|txscript.ScriptVerifyDERSignatures
		case "CHECKLOCKTIMEVERIFY":
			ours.LockTimes, theirs = true, theirs|txscript.ScriptVerifyCheckLockTimeVerify
		case "CHECKSEQUENCEVERIFY":
			ours.LockTimes, theirs = true, theirs|txscript.ScriptVerifyCheckSequenceVerify
		case "WITNESS":
			ours.Segwit, theirs = true, theirs|txscript.ScriptVerifyWitness
		case "NULLDUMMY":
			theirs |= txscript.ScriptStrictMultiSig
		case "TAPROOT":
			ours.Taproot, theirs = true, theirs|txscript.ScriptVerifyTaproot
		default:
			more = true
		}
	}
	if ours.Segwit { // one fork brought both
		theirs |= txscript.ScriptStrictMultiSig
	} else if theirs&txscript.ScriptStrictMultiSig != 0 {
		theirs &^= txscript.ScriptStrictMultiSig
		more = true
	}
	return ours, theirs, more
}

// theirRun is the verdict of btcd's engine.
func theirRun(t *testing.T, s block.Spend, flags txscript.ScriptFlags) error {
	t.Helper()
	var m wire.MsgTx
	require.NoError(t, m.Deserialize(bytes.NewReader(block.AppendTx(nil, *s.Tx, true))))
	outs := map[wire.OutPoint]*wire.TxOut{}
	for i, in := range m.TxIn {
		outs[in.PreviousOutPoint] = wire.NewTxOut(s.Spent[i].Value, s.Spent[i].Script)
	}
	fetcher := txscript.NewMultiPrevOutFetcher(outs)
	spent := s.Spent[s.Index]
	engine, err := txscript.NewEngine(spent.Script, &m, s.Index, flags, nil, txscript.NewTxSigHashes(&m, fetcher), spent.Value, fetcher)
	if err != nil {
		return err
	}
	return engine.Execute()
}

func txOf(t *testing.T, digits string) block.Tx {
	t.Helper()
	tx, err := block.ReadTx(version.NewCursor(unhex(t, digits)))
	require.NoError(t, err)
	return tx
}

func TestLegacyHash_vectors(t *testing.T) {
	var rows [][]any
	readJSON(t, "sighash.json", &rows)
	for i, row := range rows[1:] {
		got := script.LegacyHash(txOf(t, row[0].(string)), int(row[2].(float64)), unhex(t, row[1].(string)), uint32(int32(row[3].(float64))))
		require.Equal(t, row[4], got.String(), "row %d", i)
	}
	require.Len(t, rows[1:], 500)
}

// Each row of script_tests.json gets btcd's verdict under the rules of blocks, or
// none. A row whose rules are all of that kind has the verdict that it names.
func TestRun_script_tests(t *testing.T) {
	var rows [][]any
	readJSON(t, "script_tests.json", &rows)
	var count tally
	for _, row := range rows {
		if len(row) == 1 {
			continue
		}
		name := fmt.Sprint(row)
		var witness [][]byte
		var value int64
		if list, ok := row[0].([]any); ok {
			for _, item := range list[:len(list)-1] {
				witness = append(witness, unhex(t, item.(string)))
			}
			value = int64(math.Round(list[len(list)-1].(float64) * 1e8))
			row = row[1:]
		}
		in, out := scriptOf(t, row[0].(string)), scriptOf(t, row[1].(string))
		ours, theirs, more := rulesOf(t, row[2].(string))
		credit := block.Tx{Version: 1, In: []block.In{{Previous: block.NullPoint, Script: []byte{0, 0}, Sequence: math.MaxUint32}}, Out: []block.Out{{Value: value, Script: out}}}
		spending := block.Tx{Version: 1, In: []block.In{{Previous: block.OutPoint{TxID: credit.ID()}, Script: in, Sequence: math.MaxUint32, Witness: witness}}, Out: []block.Out{{Value: value}}}
		s := block.Spend{Tx: &spending, Spent: credit.Out, Soft: ours}
		want := theirRun(t, s, theirs)
		if !more {
			require.Equal(t, row[3] == "OK", want == nil, "%s: theirs %v", name, want)
		}
		count.add(t, name, script.Run(s), want)
	}
	t.Logf("script_tests: %v", &count)
	require.Equal(t, 1193, count.valid+count.invalid+count.unknown)
}

// The inputs of tx_valid.json and tx_invalid.json: the verdict is btcd's.
func TestRun_tx_tests(t *testing.T) {
	for _, name := range []string{"tx_valid.json", "tx_invalid.json"} {
		var rows [][]any
		readJSON(t, name, &rows)
		var count tally
		txs := 0
		for _, row := range rows {
			list, ok := row[0].([]any)
			if !ok {
				continue
			}
			txs++
			if tx := txOf(t, row[1].(string)); len(tx.In) > 0 {
				runRow(t, &count, name, list, tx, row[2].(string))
			}
		}
		t.Logf("%s: %d transactions, of their inputs %v", name, txs, &count)
	}
}

func runRow(t *testing.T, count *tally, file string, list []any, tx block.Tx, words string) {
	ours, theirs, _ := rulesOf(t, words)
	outs := map[block.OutPoint]block.Out{}
	for _, x := range list {
		x := x.([]any)
		id, err := chainhash.NewHashFromStr(x[0].(string))
		require.NoError(t, err)
		out := block.Out{Script: scriptOf(t, x[2].(string))}
		if len(x) > 3 {
			out.Value = int64(x[3].(float64))
		}
		outs[block.OutPoint{TxID: block.Hash(*id), Index: uint32(int64(x[1].(float64)))}] = out
	}
	spent := make([]block.Out, len(tx.In))
	for i, in := range tx.In {
		out, ok := outs[in.Previous]
		if !ok {
			return // refused for another reason than its scripts
		}
		spent[i] = out
	}
	for i := range tx.In {
		s := block.Spend{Tx: &tx, Index: i, Spent: spent, Soft: ours}
		count.add(t, fmt.Sprint(file, list, i), script.Run(s), theirRun(t, s, theirs))
	}
}

// The 2,760 files of taproot-ref: key paths are judged, and nothing is judged wrong.
func TestRun_taproot_ref(t *testing.T) {
	names, err := btcd.Glob("txscript/data/taproot-ref/*")
	require.NoError(t, err)
	var count tally
	for _, name := range names {
		var row struct {
			Tx               string
			Prevouts         []string
			Index            int
			Flags            string
			Comment          string
			Success, Failure *struct {
				ScriptSig string
				Witness   []string
			}
		}
		readJSON(t, strings.TrimPrefix(name, "txscript/data/"), &row)
		tx := txOf(t, row.Tx)
		ours, _, _ := rulesOf(t, row.Flags)
		var spent []block.Out
		for _, p := range row.Prevouts {
			b := unhex(t, p)
			c := version.NewCursor(b[8:])
			n, err := version.ReadCompactSize(c)
			require.NoError(t, err)
			require.EqualValues(t, c.Len(), n)
			spent = append(spent, block.Out{Value: int64(binary.LittleEndian.Uint64(b)), Script: b[len(b)-int(n):]})
		}
		for want, side := range map[error]*struct {
			ScriptSig string
			Witness   []string
		}{nil: row.Success, errRefused: row.Failure} {
			if side == nil {
				continue
			}
			in := &tx.In[row.Index]
			in.Script, in.Witness = unhex(t, side.ScriptSig), nil
			for _, w := range side.Witness {
				in.Witness = append(in.Witness, unhex(t, w))
			}
			count.add(t, name+" "+row.Comment, script.Run(block.Spend{Tx: &tx, Index: row.Index, Spent: spent, Soft: ours}), want)
		}
	}
	t.Logf("taproot-ref: %d files, %v", len(names), &count)
	require.Len(t, names, 2760)
}

var errRefused = errors.New("refused")

func theirFlags(s block.Soft) (flags txscript.ScriptFlags) {
	for _, f := range []struct {
		on   bool
		flag txscript.ScriptFlags
	}{
		{s.P2SH, txscript.ScriptBip16}, {s.StrictDER, txscript.ScriptVerifyDERSignatures},
		{s.LockTimes, txscript.ScriptVerifyCheckLockTimeVerify | txscript.ScriptVerifyCheckSequenceVerify},
		{s.Segwit, txscript.ScriptVerifyWitness | txscript.ScriptStrictMultiSig}, {s.Taproot, txscript.ScriptVerifyTaproot},
	} {
		if f.on {
			flags |= f.flag
		}
	}
	return flags
}
