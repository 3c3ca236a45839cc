package rules

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

// Digest returns the hash of all coins, which Bitcoin Core calls
// hash_serialized_3: the SHA-256 of the SHA-256 of the coins in the order of their
// ids' bytes and indexes, each as id, index (4 bytes), height and coinbase in one
// number (4 bytes), value (8 bytes) and script with its length.
func (m MemCoins) Digest() block.Hash {
	points := slices.SortedFunc(maps.Keys(m), func(a, b block.OutPoint) int {
		return cmp.Or(bytes.Compare(a.TxID[:], b.TxID[:]), cmp.Compare(a.Index, b.Index))
	})
	var all []byte
	for _, p := range points {
		u := m[p]
		code := uint32(u.Height) << 1
		if u.Coinbase {
			code |= 1
		}
		all = append(all, p.TxID[:]...)
		all = binary.LittleEndian.AppendUint32(all, p.Index)
		all = binary.LittleEndian.AppendUint32(all, code)
		all = binary.LittleEndian.AppendUint64(all, uint64(u.Out.Value))
		all = version.AppendCompactSize(all, uint64(len(u.Out.Script)))
		all = append(all, u.Out.Script...)
	}
	return framing.Hash256(all)
}

// Total returns the sum of all coins, in units of 1/100,000,000 BTC.
func (m MemCoins) Total() int64 {
	var sum int64
	for _, u := range m {
		sum += u.Out.Value
	}
	return sum
}
