package block

import (
	"encoding/binary"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
)

// HeaderSize is the size of a header in bytes.
const HeaderSize = 80

// Header is what is mined: it names the block before and covers all
// transactions.
type Header struct {
	Version  int32  // 4 bytes, little endian
	Previous Hash   // 32 bytes: the hash of the header before
	Merkle   Hash   // 32 bytes: the merkle root of the transactions' ids
	Time     uint32 // 4 bytes, little endian: seconds since 1970, as its miner says
	Bits     uint32 // 4 bytes, little endian: the target in compact form
	Nonce    uint32 // 4 bytes, little endian: what the miner varied
}

// ReadHeader reads a header: 80 bytes, its fields in the order of [Header]. The
// hashes keep the order of the wire.
//
// Errors: io.ErrUnexpectedEOF for a header cut short, with the name of the field:
// "version", "previous", "merkle", "time", "bits", "nonce".
func ReadHeader(c *version.Cursor) (Header, error) {
	// BEGIN SOLUTION
	var h Header
	v, err := c.Take("version", 4)
	if err != nil {
		return Header{}, err
	}
	previous, err := c.Take("previous", HashSize)
	if err != nil {
		return Header{}, err
	}
	merkle, err := c.Take("merkle", HashSize)
	if err != nil {
		return Header{}, err
	}
	h.Version, h.Previous, h.Merkle = int32(binary.LittleEndian.Uint32(v)), Hash(previous), Hash(merkle)
	var last [3]uint32
	for i, name := range []string{"time", "bits", "nonce"} {
		b, err := c.Take(name, 4)
		if err != nil {
			return Header{}, err
		}
		last[i] = binary.LittleEndian.Uint32(b)
	}
	h.Time, h.Bits, h.Nonce = last[0], last[1], last[2]
	return h, nil
	// END SOLUTION
}

// AppendHeader appends the 80 bytes of h to dst and returns the longer slice.
func AppendHeader(dst []byte, h Header) []byte {
	// BEGIN SOLUTION of ReadHeader
	dst = binary.LittleEndian.AppendUint32(dst, uint32(h.Version))
	dst = append(dst, h.Previous[:]...)
	dst = append(dst, h.Merkle[:]...)
	dst = binary.LittleEndian.AppendUint32(dst, h.Time)
	dst = binary.LittleEndian.AppendUint32(dst, h.Bits)
	return binary.LittleEndian.AppendUint32(dst, h.Nonce)
	// END SOLUTION
}

// Hash returns the hash of a header, which is also the block's: the SHA-256 of
// the SHA-256 of its 80 bytes.
func (h Header) Hash() Hash {
	// BEGIN SOLUTION of ReadHeader
	return framing.Hash256(AppendHeader(make([]byte, 0, HeaderSize), h))
	// END SOLUTION
}
