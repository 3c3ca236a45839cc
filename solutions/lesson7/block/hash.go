package block

import (
	"encoding/hex"
	"fmt"
	"slices"
)

// HashSize is the size of a hash in bytes.
const HashSize = 32

// Hash is the SHA-256 of the SHA-256 of something, in the order in which the hash
// function returns its bytes and the wire carries them.
type Hash [HashSize]byte

// String returns the hash as everyone prints it: in hex, last byte first, so that
// the zeros which mining made come first.
func (h Hash) String() string {
	slices.Reverse(h[:])
	return hex.EncodeToString(h[:])
}

// ParseHash reads what [Hash.String] writes: 64 digits of hex.
func ParseHash(s string) (Hash, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != HashSize {
		return Hash{}, fmt.Errorf("want a hash of %d hex digits, got %q", 2*HashSize, s)
	}
	slices.Reverse(b)
	return Hash(b), nil
}
