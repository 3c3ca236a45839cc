package rules_test

import (
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"

	"github.com/stretchr/testify/require"
)

const (
	realTip    = "00000000b3e750f37fdb42e1018799a9f44b546d393b130b369590a072430a1c"
	realDigest = "74c5a654587d4eaac9248b73889453e0b2fbc918bbc7bb8d8e6301d4d8c98db3"
	oneDay     = 1_242_110_311 + 86_400
)

// The real chain: every header and block is checked and connected, the coins are
// those of Bitcoin Core, and Disconnect leads back to none.
func TestConnect_real(t *testing.T) {
	p, c := rules.Mainnet, rules.MemCoins{}
	var headers []block.Header
	var blocks []block.Block
	var undos []rules.Undo
	inputs := 0
	for height, raw := range chain.All() {
		b, err := block.ReadBlock(raw)
		require.NoError(t, err)
		if height > 0 {
			require.Equal(t, headers[height-1].Hash(), b.Header.Previous)
			bits := rules.NextBits(height-1, func(h int) block.Header { return headers[h] }, p)
			require.Equal(t, bits, b.Header.Bits)
		}
		before := headers[max(0, height-11):]
		require.NoError(t, rules.CheckTime(b.Header, before, oneDay))
		require.NoError(t, rules.CheckBlock(b, height, rules.MedianTime(before), p))
		undo, err := rules.Connect(c, b, height, p, func(block.Spend) error { inputs++; return nil })
		require.NoError(t, err, "height %d", height)
		headers, blocks, undos = append(headers, b.Header), append(blocks, b), append(undos, undo)
	}
	require.Equal(t, realTip, headers[len(headers)-1].Hash().String())
	require.Equal(t, 865, inputs)
	require.Len(t, c, 13_416)
	require.EqualValues(t, 706_550*rules.Coin, c.Total())
	require.Equal(t, realDigest, c.Digest().String())
	for height := len(blocks) - 1; height >= 0; height-- {
		require.NoError(t, rules.Disconnect(c, blocks[height], height, undos[height]))
	}
	require.Empty(t, c)
}
