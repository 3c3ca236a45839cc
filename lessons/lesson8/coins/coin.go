package coins

import (
	"encoding/binary"
	"errors"
	"slices"

	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"
)

// ErrCoin is wrapped if a database has something else instead of a coin or of
// the tip.
var ErrCoin = errors.New("not what was written there")

// TipKey is the key of the hash of the block whose coins are in the database.
var TipKey = []byte("tip")

// Key returns the key of a coin: "c", the transaction's id, the index.
func Key(p block.OutPoint) []byte {
	b := append([]byte("c"), p.TxID[:]...)
	return binary.LittleEndian.AppendUint32(b, p.Index)
}

// ReadKey reads what [Key] wrote, and reports whether it did.
func ReadKey(b []byte) (block.OutPoint, bool) {
	const size = 1 + block.HashSize + 4
	if len(b) != size || b[0] != 'c' {
		return block.OutPoint{}, false
	}
	return block.OutPoint{TxID: block.Hash(b[1:33]), Index: binary.LittleEndian.Uint32(b[33:])}, true
}

// AppendCoin appends the bytes of a coin to dst and returns the longer slice: height
// and coinbase in one number (4 bytes), value (8 bytes), script.
func AppendCoin(dst []byte, u rules.UTXO) []byte {
	code := uint32(u.Height) << 1
	if u.Coinbase {
		code |= 1
	}
	dst = binary.LittleEndian.AppendUint32(slices.Grow(dst, 12+len(u.Out.Script)), code)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(u.Out.Value))
	return append(dst, u.Out.Script...)
}

// ReadCoin reads what [AppendCoin] wrote.
func ReadCoin(b []byte) (rules.UTXO, error) {
	if len(b) < 12 {
		return rules.UTXO{}, ErrCoin
	}
	code := binary.LittleEndian.Uint32(b)
	return rules.UTXO{
		Height: int(code >> 1), Coinbase: code&1 == 1,
		Out: block.Out{Value: int64(binary.LittleEndian.Uint64(b[4:])), Script: append([]byte{}, b[12:]...)},
	}, nil
}
