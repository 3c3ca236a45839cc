package rules

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"slices"

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
	d := NewDigest()
	for _, p := range points {
		d.Add(p, m[p])
	}
	return d.Hash()
}

// Digest is a [MemCoins.Digest] of coins that need not be in memory together.
type Digest struct {
	hash hash.Hash
	coin []byte // the last one, whose memory the next one gets
}

// NewDigest returns the digest of no coins.
func NewDigest() *Digest { return &Digest{hash: sha256.New()} }

// Add adds a coin. The order is that of the ids' bytes and the indexes.
func (d *Digest) Add(p block.OutPoint, u UTXO) {
	code := uint32(u.Height) << 1
	if u.Coinbase {
		code |= 1
	}
	b := append(d.coin[:0], p.TxID[:]...)
	b = binary.LittleEndian.AppendUint32(b, p.Index)
	b = binary.LittleEndian.AppendUint32(b, code)
	b = binary.LittleEndian.AppendUint64(b, uint64(u.Out.Value))
	b = version.AppendCompactSize(b, uint64(len(u.Out.Script)))
	d.coin = append(b, u.Out.Script...)
	d.hash.Write(d.coin)
}

// Hash returns the hash of the coins so far.
func (d *Digest) Hash() block.Hash { return sha256.Sum256(d.hash.Sum(nil)) }

// Total returns the sum of all coins, in units of 1/100,000,000 BTC.
func (m MemCoins) Total() int64 {
	var sum int64
	for _, u := range m {
		sum += u.Out.Value
	}
	return sum
}
