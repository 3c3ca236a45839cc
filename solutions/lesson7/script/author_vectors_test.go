package script_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"nodebook/fixtures/chain/btcd"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/script"

	"github.com/btcsuite/btcd/chaincfg/chainhash"
	"github.com/stretchr/testify/require"
)

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
