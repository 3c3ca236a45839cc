package headers

import (
	"encoding/binary"

	"nodebook/lessons/lesson2/version"
	"nodebook/lessons/lesson7/block"
)

// MaxLocator is how many hashes a node accepts in a locator.
const MaxLocator = 101

// Locator returns the hashes by which a node whose chain ends at height tip says
// what it has. They go from the tip down: ten one after another, then in steps of 2,
// 4, 8 and so on. The last is that of block 0, and no hash is there twice. at returns
// the hash at a height of 0 to tip.
func Locator(tip int, at func(height int) block.Hash) []block.Hash {
	return nil
}

// Protocol is the version of the protocol that we speak.
const Protocol = 70016

// AppendGetHeaders appends the payload of a getheaders message to dst and returns
// the longer slice: our version, a locator, and 32 zeros, which ask for as many
// headers as fit.
func AppendGetHeaders(dst []byte, locator []block.Hash) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, Protocol)
	dst = version.AppendCompactSize(dst, uint64(len(locator)))
	for _, h := range locator {
		dst = append(dst, h[:]...)
	}
	return append(dst, make([]byte, block.HashSize)...)
}
