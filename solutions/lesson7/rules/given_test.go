package rules_test

// What the tests need and must not take from the learner: blocks that are mined,
// and targets computed in another way.

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

// plain is a network on which mining takes two tries and no later rule applies.
var plain = rules.Params{
	Limit: 0x207fffff, Halving: 150, P2SH: rules.Never, BIP34: rules.Never, BIP66: rules.Never, BIP65: rules.Never,
	CSV: rules.Never, Segwit: rules.Never, Taproot: rules.Never,
}

func sha2(b []byte) block.Hash {
	once := sha256.Sum256(b)
	return sha256.Sum256(once[:])
}

func bytesOfHeader(h block.Header) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(h.Version))
	b = append(append(b, h.Previous[:]...), h.Merkle[:]...)
	b = binary.LittleEndian.AppendUint32(b, h.Time)
	b = binary.LittleEndian.AppendUint32(b, h.Bits)
	return binary.LittleEndian.AppendUint32(b, h.Nonce)
}

// number is the hash of a header as a number.
func number(h block.Header) *big.Int {
	hash := sha2(bytesOfHeader(h))
	slices.Reverse(hash[:])
	return new(big.Int).SetBytes(hash[:])
}

// power is n * 256^places, or n / 256^-places.
func power(n uint32, places int) *big.Int {
	out := big.NewInt(int64(n))
	for range places {
		out.Mul(out, big.NewInt(256))
	}
	for range -places {
		out.Div(out, big.NewInt(256))
	}
	return out
}

// mined gives a header a nonce with which its hash is, or is not, at most target.
func mined(h block.Header, target *big.Int, good bool) block.Header {
	for (number(h).Cmp(target) <= 0) != good {
		h.Nonce++
	}
	return h
}

var easiest = power(0x7fffff, 0x20-3)

func merkleOf(txs []block.Tx) block.Hash {
	row := make([]block.Hash, len(txs))
	for i, t := range txs {
		row[i] = sha2(block.AppendTx(nil, t, false))
	}
	for len(row) > 1 {
		if len(row)%2 == 1 {
			row = append(row, row[len(row)-1])
		}
		next := row[:0:0]
		for i := 0; i < len(row); i += 2 {
			next = append(next, sha2(append(append([]byte{}, row[i][:]...), row[i+1][:]...)))
		}
		row = next
	}
	return row[0]
}

// sealed gives a block's header the merkle root of its transactions and mines it.
func sealed(h block.Header, txs ...block.Tx) block.Block {
	h.Bits, h.Merkle = plain.Limit, merkleOf(txs)
	return block.Block{Header: mined(h, easiest, true), Txs: txs}
}

// remined mines a block again whose header was changed.
func remined(b block.Block) block.Block {
	b.Header = mined(b.Header, easiest, true)
	return b
}

func drawHash(d *draw.Source) block.Hash { return block.Hash(d.Bytes(32)) }

func drawPoint(d *draw.Source) block.OutPoint {
	return block.OutPoint{TxID: drawHash(d), Index: uint32(d.IntN(9))}
}

// coinbase draws a transaction that makes coins of these values.
func coinbase(d *draw.Source, values ...int64) block.Tx {
	t := block.Tx{Version: 1, In: []block.In{{Previous: block.NullPoint, Script: append([]byte{30}, d.Bytes(30)...), Sequence: 0xffffffff}}}
	for _, v := range values {
		t.Out = append(t.Out, drawOut(d, v))
	}
	return t
}

// drawOut draws an output whose script has no opcode of interest.
func drawOut(d *draw.Source, value int64) block.Out {
	return block.Out{Value: value, Script: append([]byte{20}, d.Bytes(20)...)}
}

// pays draws a transaction that spends points and makes coins of these values.
func pays(d *draw.Source, points []block.OutPoint, values ...int64) block.Tx {
	t := block.Tx{Version: 1}
	for _, p := range points {
		t.In = append(t.In, block.In{Previous: p, Script: append([]byte{10}, d.Bytes(10)...), Sequence: 0xffffffff})
	}
	for _, v := range values {
		t.Out = append(t.Out, drawOut(d, v))
	}
	return t
}

func points(p ...block.OutPoint) []block.OutPoint { return p }

// drawHeaderAt draws a header with a time, and nothing of its work.
func drawHeaderAt(d *draw.Source, time uint32) block.Header {
	return block.Header{Version: 4, Previous: drawHash(d), Time: time, Bits: plain.Limit}
}

func realBlock(t *testing.T, height int) block.Block {
	t.Helper()
	b, err := block.ReadBlock(chain.Block(height))
	if err != nil {
		expect.Tried(t, "block.ReadBlock(b), where b is Bitcoin's block %d", height).NoError(err)
	}
	return b
}

func bytesLong(n int) string { return fmt.Sprintf("%d bytes", n) }
