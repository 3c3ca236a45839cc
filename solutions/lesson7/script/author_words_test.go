package script_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"nodebook/fixtures/chain/btcd"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"

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
			ours.Relative, theirs = true, theirs|txscript.ScriptVerifyCheckSequenceVerify
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

func theirFlags(s block.Soft) (flags txscript.ScriptFlags) {
	for _, f := range []struct {
		on   bool
		flag txscript.ScriptFlags
	}{
		{s.P2SH, txscript.ScriptBip16}, {s.StrictDER, txscript.ScriptVerifyDERSignatures},
		{s.LockTimes, txscript.ScriptVerifyCheckLockTimeVerify},
		{s.Relative, txscript.ScriptVerifyCheckSequenceVerify},
		{s.Segwit, txscript.ScriptVerifyWitness | txscript.ScriptStrictMultiSig}, {s.Taproot, txscript.ScriptVerifyTaproot},
	} {
		if f.on {
			flags |= f.flag
		}
	}
	return flags
}
