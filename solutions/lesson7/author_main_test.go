package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/chain/btcd"

	"github.com/stretchr/testify/require"
)

func try(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	code, out, errs := try("-profile", dir)
	require.Zero(t, code, errs)
	require.Empty(t, errs)
	for _, want := range []string{
		"\n 14131  2009-05-12  14,132  14,247  865 good    13,416  706,550\n",
		"tip 00000000b3e750f37fdb42e1018799a9f44b546d393b130b369590a072430a1c\n",
		"set 74c5a654587d4eaac9248b73889453e0b2fbc918bbc7bb8d8e6301d4d8c98db3\n",
		`"The Times 03/Jan/2009 Chancellor on brink of second bailout for banks"`,
		"50 BTC of 0437cd7f..., 0, made in block 9\n",
		"block 277,647 of 2013-12-30: 213 transactions, 732 signatures good\n",
	} {
		require.Contains(t, out, want)
	}
	for _, name := range []string{"cpu.pprof", "trace.out"} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Positive(t, info.Size())
	}
}

func TestRun_at(t *testing.T) {
	code, out, _ := try("-at", "170")
	require.Zero(t, code)
	require.Contains(t, out, "   170  2009-01-12  171     172     1 good      171     8,500\n")
	code, out, _ = try("-at", "0")
	require.Zero(t, code)
	require.Contains(t, out, "     0  2009-01-03  1       1       0 good      0       0\n")
	for _, height := range []string{"-1", "14132", "x"} {
		code, _, errs := try("-at", height)
		require.Equal(t, 2, code)
		require.Contains(t, errs, "hint: run it with -h")
	}
}

func TestRun_tx(t *testing.T) {
	code, out, _ := try("-at", "9", "-tx", "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9")
	require.Zero(t, code)
	require.Contains(t, out, "block 9\n  coinbase     04ffff001d0134\n  output 0     50 BTC\n")
	code, _, errs := try("-at", "9", "-tx", "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "in blocks 0 to 9")
	code, _, errs = try("-at", "9", "-tx", "12")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "64 hex digits")
}

// btcd's engine in place of package script comes to the same coins.
func TestRun_engine(t *testing.T) {
	code, out, errs := try("-engine=btcd")
	require.Zero(t, code, errs)
	require.Contains(t, out, "865 good")
	require.Contains(t, out, "set 74c5a654587d4eaac9248b73889453e0b2fbc918bbc7bb8d8e6301d4d8c98db3\n")
	require.Contains(t, out, "732 signatures good\n")
	code, _, errs = try("-engine=core")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "want own or btcd")
}

// Three kinds of payments are not for this lesson's machine, and it says so; btcd's
// engine finds all of them good.
func TestRun_mixed(t *testing.T) {
	code, own, errs := try("-mixed")
	require.Zero(t, code, errs)
	code, theirs, errs := try("-mixed", "-engine=btcd")
	require.Zero(t, code, errs)
	for _, want := range []struct{ own, theirs string }{
		{"P2PK, a key                      46     0\n", "P2PK, a key                      46     0\n"},
		{"P2PKH, the hash of a key         47     0\n", "P2PKH, the hash of a key         47     0\n"},
		{"P2WPKH, the same in a witness    37     0\n", "P2WPKH, the same in a witness    37     0\n"},
		{"P2TR, the key of taproot         40     0\n", "P2TR, the key of taproot         40     0\n"},
		{"P2SH, the hash of a script        0    36\n", "P2SH, the hash of a script       36     0\n"},
		{"P2WSH, the same in a witness      0    35\n", "P2WSH, the same in a witness     35     0\n"},
		{"P2TR, a script of taproot         0    56\n", "P2TR, a script of taproot        56     0\n"},
	} {
		require.Contains(t, own, want.own)
		require.Contains(t, theirs, want.theirs)
	}
}

func TestRun_script(t *testing.T) {
	code, out, errs := try("-at", "170", "-script", "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16")
	require.Zero(t, code, errs)
	for _, want := range []string{
		"input 0 of f4184fc5..., block 170\nspends 50 BTC of 0437cd7f..., 0\n",
		"script of the input\n  push 71 bytes    304402...\n",
		"  push 65 bytes    304402... 0411db...\n  CHECKSIG         01\n",
		"own: the last item is true",
	} {
		require.Contains(t, out, want)
	}
	const later = "d1e594eabe8c582dc01a8768cb01679aea6956165806f69f40e22e5e352b3bd1"
	code, out, errs = try("-engine", "btcd", "-script", later+":0")
	require.Zero(t, code, errs)
	require.Contains(t, out, "block 277,647\n")
	require.Contains(t, out, "  EQUALVERIFY")
	require.Contains(t, out, "btcd: the last item is true")
	for hint, arg := range map[string]string{
		"no transaction":             "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9", // a coinbase
		"64 hex digits":              "12",
		"is not the number":          later + ":x",
		"has 1 inputs, no input 1\n": "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16:1",
	} {
		code, _, errs := try("-at", "170", "-script", arg)
		require.Equal(t, 1, code)
		require.Contains(t, errs, hint)
	}
	code, _, errs = try("-mixed", "-script", later)
	require.Equal(t, 2, code)
	require.Contains(t, errs, "only one of")
}

func TestRun_block(t *testing.T) {
	large, err := btcd.Read("wire/testdata/block-0000000000000000001602407ac49862a7bca9d00f7f402db20b7be2f5de59d2.blk")
	require.NoError(t, err)
	later, _ := chain.Later()
	file := filepath.Join(t.TempDir(), "block")
	for want, raw := range map[string][]byte{
		"3,315 transactions, 1,341 with a witness; weight 3,993,106\n":                         large,
		"213 transactions, 0 with a witness":                                                   later,
		"block 000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f of 2009-01-03": chain.Block(0),
	} {
		require.NoError(t, os.WriteFile(file, raw, 0o600))
		code, out, errs := try("-block", file)
		require.Zero(t, code, errs)
		require.Contains(t, out, want)
		require.Contains(t, out, "cannot be judged here: the coins that it spends are not here\n")
		raw = bytes.Clone(raw)
		raw[len(raw)-1] ^= 1
		require.NoError(t, os.WriteFile(file, raw, 0o600))
		code, _, errs = try("-block", file)
		require.Equal(t, 1, code)
		require.Contains(t, errs, "lesson7: "+file)
	}
}
