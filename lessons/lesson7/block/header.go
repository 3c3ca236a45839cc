package block

import (
	"nodebook/lessons/lesson2/version"

	"nodebook/lessons/todo"
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
	return Header{}, todo.Err
}

// AppendHeader appends the 80 bytes of h to dst and returns the longer slice.
func AppendHeader(dst []byte, h Header) []byte {
	return nil
}

// Hash returns the hash of a header, which is also the block's: the SHA-256 of
// the SHA-256 of its 80 bytes.
func (h Header) Hash() Hash {
	return Hash{}
}
