package chain_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"

	"github.com/stretchr/testify/require"
)

// The wire form of toycoin as anyone would read it off its documentation, with
// nothing of package chain's: Go's own JSON into loose maps.
func loose(t *testing.T, text string) map[string]any {
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	return m
}

func TestEncode_as_python(t *testing.T) {
	for _, name := range []string{"coinbase.txn.txt", "payment.txn.txt", "change.txn.txt"} {
		theirs := toycoin.File(name)
		p, err := chain.DecodePair(theirs)
		require.NoError(t, err)
		var a, b []any
		require.NoError(t, json.Unmarshal(theirs, &a))
		require.NoError(t, json.Unmarshal(chain.EncodePair(p), &b))
		require.Len(t, b, 2)
		require.Equal(t, loose(t, a[1].(string)), loose(t, b[1].(string)))
		require.Equal(t, len(a[0].([]any)), len(b[0].([]any)))
		for i := range a[0].([]any) {
			require.Equal(t, loose(t, a[0].([]any)[i].(string)), loose(t, b[0].([]any)[i].(string)))
		}
	}
	for _, name := range []string{"chain.bloc.txt", "backwards.bloc.txt"} {
		theirs := toycoin.File(name)
		blocks, err := chain.DecodeBlocks(theirs)
		require.NoError(t, err)
		var a, b []string
		require.NoError(t, json.Unmarshal(theirs, &a))
		require.NoError(t, json.Unmarshal(chain.EncodeBlocks(blocks), &b))
		require.Equal(t, len(a), len(b))
		for i := range a {
			x, y := loose(t, a[i]), loose(t, b[i])
			require.Equal(t, x["header"], y["header"])
			require.Equal(t, len(x["txns"].([]any)), len(y["txns"].([]any)))
			for j := range x["txns"].([]any) {
				require.Equal(t, loose(t, x["txns"].([]any)[j].(string)), loose(t, y["txns"].([]any)[j].(string)))
			}
		}
	}
}

func TestDecode_refuses(t *testing.T) {
	block := string(chain.EncodeBlock(vector(t, "chain.bloc.txt")[0]))
	header := loose(t, block)["header"].(map[string]any)
	tx := string(chain.EncodeTransaction(minted(0, 5)))
	many := make([]string, chain.MaxTransactions+1)
	for i := range many {
		many[i] = tx
	}
	with := func(old, new string) string {
		require.Contains(t, block, old)
		return strings.Replace(block, old, new, 1)
	}
	for _, tt := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", chain.ErrFormat},
		{"two texts", block + block, chain.ErrFormat},
		{"nine brackets", strings.Repeat("[", 9) + strings.Repeat("]", 9), chain.ErrTooDeep},
		{"nine brackets with numbers between", strings.Repeat("[1,", 9) + strings.Repeat("]", 9), chain.ErrTooDeep},
		{"brackets that close again", "[" + strings.Repeat("[1],{},", 9) + "1]", chain.ErrFormat},
		{"nine brackets with strings between", `["",["a",["ab",["\"",[[[[[1]]]]]]]]]`, chain.ErrTooDeep},
		{"brackets in a string are none", `{"x":"` + strings.Repeat("[", 50) + `\"[["}`, chain.ErrFormat},
		{"a timestamp with a leading zero", with(header["timestamp"].(string), "MDE="), chain.ErrFormat},
		{"a timestamp below 0", with(header["timestamp"].(string), "LTE="), chain.ErrFormat},
		{"a nonce that is not a number", with(header["nonce"].(string), "eHg="), chain.ErrFormat},
		{"a short hash", with(header["this_hash"].(string), "AAAA"), chain.ErrFormat},
		{"a short previous hash", with(header["previous_hash"].(string), "AAAA"), chain.ErrFormat},
		{"a short merkle root", with(header["merkle_root"].(string), "AAAA"), chain.ErrFormat},
		{"bad base64", with(header["merkle_root"].(string), "*"), chain.ErrFormat},
		{"eleven transactions", string(mustJSON(map[string]any{"header": header, "txns": many})), chain.ErrTooMany},
		{"more than the bound", strings.Repeat(" ", chain.MaxMessage+1), chain.ErrTooLarge},
	} {
		_, err := chain.DecodeBlock([]byte(tt.text))
		require.ErrorIs(t, err, tt.want, tt.name)
	}
	_, err := chain.DecodeBlock([]byte(strings.Repeat(" ", chain.MaxMessage-len(block)) + block))
	require.NoError(t, err, "exactly the bound")
	_, err = chain.DecodeTransaction(mustJSON(map[string]any{"previous_hashes": make([]string, chain.MaxPrevious+1)}))
	require.ErrorIs(t, err, chain.ErrTooLarge)
	_, err = chain.DecodeTransaction([]byte(`{"previous_hashes":["AAAA"]}`))
	require.ErrorIs(t, err, chain.ErrFormat)
	_, err = chain.DecodeTransaction([]byte(`{"receiver_value":99999999999999999999}`))
	require.ErrorIs(t, err, chain.ErrFormat)
	_, err = chain.DecodeToken([]byte(`{"txn_hash":""}`))
	require.ErrorIs(t, err, chain.ErrFormat)
	_, err = chain.DecodePair([]byte(`[[]]`))
	require.ErrorIs(t, err, chain.ErrFormat)
	_, err = chain.DecodePair(mustJSON([]any{make([]string, chain.MaxPrevious+1), "{}"}))
	require.ErrorIs(t, err, chain.ErrTooLarge)
	full, err := chain.DecodeBlock(mustJSON(map[string]any{"header": header, "txns": many[1:]}))
	require.NoError(t, err)
	require.Len(t, full.Transactions, chain.MaxTransactions)
	_, err = chain.DecodeBlocks(mustJSON(make([]string, chain.MaxBlocks)))
	require.ErrorIs(t, err, chain.ErrFormat, "as many as may be, of which the first is none")
	_, err = chain.DecodeBlocks(mustJSON(make([]string, chain.MaxBlocks+1)))
	require.ErrorIs(t, err, chain.ErrTooLarge)
	h, err := chain.DecodeHeader(chain.EncodeHeader(chain.Header{Timestamp: 5, Nonce: 1<<64 - 1, Bits: 7}))
	require.NoError(t, err)
	require.Equal(t, chain.Header{Timestamp: 5, Nonce: 1<<64 - 1, Bits: 7}, h)
}

// The largest block there can be goes into one message, and into one answer of
// p2p: else miners could make blocks that nobody can be sent.
func TestDecode_largest_block(t *testing.T) {
	x := chain.Transaction{Version: 1 << 40, Previous: make([]chain.Hash, chain.MaxPrevious),
		Receiver: chain.Address(make([]byte, chain.MaxAddress)), ReceiverValue: math.MinInt64, ReceiverSignature: make([]byte, chain.MaxSignature),
		Sender: chain.Address(make([]byte, chain.MaxAddress)), SenderChange: math.MinInt64, SenderSignature: make([]byte, chain.MaxSignature)}
	_, err := chain.DecodeTransaction(chain.EncodeTransaction(x))
	require.NoError(t, err)
	full := chain.EncodeBlock(chain.Block{Transactions: []chain.Transaction{x, x, x, x, x, x, x, x, x, x}})
	require.Less(t, len(full), 1<<20)
	for _, f := range []func(x *chain.Transaction){
		func(x *chain.Transaction) { x.Receiver += "x" },
		func(x *chain.Transaction) { x.Sender += "x" },
		func(x *chain.Transaction) { x.ReceiverSignature = make([]byte, chain.MaxSignature+1) },
		func(x *chain.Transaction) { x.SenderSignature = make([]byte, chain.MaxSignature+1) },
	} {
		y := x
		f(&y)
		_, err := chain.DecodeTransaction(chain.EncodeTransaction(y))
		require.ErrorIs(t, err, chain.ErrTooLarge)
	}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func FuzzDecodePair(f *testing.F) {
	for _, name := range []string{"coinbase.txn.txt", "payment.txn.txt", "change.txn.txt"} {
		f.Add(toycoin.File(name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := chain.DecodePair(b)
		if err != nil {
			return
		}
		text := chain.EncodePair(p)
		again, err := chain.DecodePair(text)
		require.NoError(t, err)
		require.Equal(t, text, chain.EncodePair(again))
		chain.CheckTransaction(p)
	})
}

func FuzzDecodeBlocks(f *testing.F) {
	f.Add(toycoin.File("chain.bloc.txt"))
	f.Add(toycoin.File("backwards.bloc.txt"))
	f.Fuzz(func(t *testing.T, b []byte) {
		blocks, err := chain.DecodeBlocks(b)
		if err != nil {
			return
		}
		text := chain.EncodeBlocks(blocks)
		again, err := chain.DecodeBlocks(text)
		require.NoError(t, err)
		require.Equal(t, text, chain.EncodeBlocks(again))
		if chain.CheckChain(blocks) == nil {
			chain.Replay(blocks)
		}
	})
}

func TestLiteral(t *testing.T) {
	for in, want := range map[string]string{"abc": "b'abc'", "\x00\xa5é": `b'\x00\xa5\xc3\xa9'`, "it's": `b"it's"`, `'"`: `b'\'"'`, "a\n\t\r\\": `b'a\n\t\r\\'`, "~ \x7f": `b'~ \x7f'`, "": "b''"} {
		require.Equal(t, want, chain.Literal([]byte(in)))
	}
	require.Equal(t, "n60gOVqBWm...", chain.Start.String())
	require.Equal(t, "YQ==...", chain.Abbreviate([]byte("a")))
	require.True(t, bytes.HasPrefix(chain.Start[:], []byte{0x9f, 0xad}))
}
