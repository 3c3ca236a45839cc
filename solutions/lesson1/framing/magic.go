package framing

import (
	"fmt"
	"io"
)

// Magic is the number that every message of a network starts with: 4 bytes,
// little endian.
type Magic uint32

// The networks: on the wire, mainnet's magic is f9 be b4 d9. Testnet4 is of
// BIP 94, signet of BIP 325.
const (
	Mainnet  Magic = 0xd9b4bef9
	Testnet3 Magic = 0x0709110b
	Testnet4 Magic = 0x283f161c
	Signet   Magic = 0x40cf030a
	Regtest  Magic = 0xdab5bffa
)

// ReadMagic reads a magic: 4 bytes, little endian. It accepts any number: the
// caller decides which network is the right one.
//
// Errors, whose text names the field: [io.EOF] if the stream has ended,
// [io.ErrUnexpectedEOF] for a magic cut short.
func ReadMagic(r io.Reader) (Magic, error) {
	// BEGIN SOLUTION
	var b [4]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, fmt.Errorf("magic: %w", err)
	}
	n, err := LittleEndian(b[:])
	return Magic(n), err
	// END SOLUTION
}

// String names the network in lower case: mainnet, testnet3, testnet4, signet
// or regtest. Any other number is "unknown network 0x" and 8 hex digits.
func (m Magic) String() string {
	// BEGIN SOLUTION of ReadMagic
	switch m {
	case Mainnet:
		return "mainnet"
	case Testnet3:
		return "testnet3"
	case Testnet4:
		return "testnet4"
	case Signet:
		return "signet"
	case Regtest:
		return "regtest"
	}
	return fmt.Sprintf("unknown network 0x%08x", uint32(m))
	// END SOLUTION
}
