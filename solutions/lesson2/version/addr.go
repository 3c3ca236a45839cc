package version

import (
	"errors"
	"fmt"
)

// MaxAddrs is the most addresses that one addr or addrv2 message may carry.
const MaxAddrs = 1000

// ErrTooMany is wrapped if a list is longer than it may be.
var ErrTooMany = errors.New("too many")

// ReadAddr reads the payload of an addr message: a CompactSize and that many
// addresses of 30 bytes, each as [ReadTimedNetAddr] reads it.
//
// The number is a stranger's claim: one over [MaxAddrs] is refused before
// anything is read or allocated.
//
// Errors: [ErrTooMany]; [ErrCompactSize]; io.ErrUnexpectedEOF if an address is
// missing or cut short; [ErrTrailing] if more follows. The error for an address
// says which one it is, counted from 0: "address 3".
func ReadAddr(payload []byte) ([]TimedNetAddr, error) {
	// BEGIN SOLUTION
	c := NewCursor(payload)
	n, err := ReadCompactSize(c)
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	if n > MaxAddrs {
		return nil, fmt.Errorf("count: %w: %d addresses, at most %d", ErrTooMany, n, MaxAddrs)
	}
	addrs := make([]TimedNetAddr, 0, n)
	for i := range int(n) {
		a, err := ReadTimedNetAddr(c)
		if err != nil {
			return nil, fmt.Errorf("address %d: %w", i, err)
		}
		addrs = append(addrs, a)
	}
	if c.Len() > 0 {
		return nil, fmt.Errorf("addr: %w: %d", ErrTrailing, c.Len())
	}
	return addrs, nil
	// END SOLUTION
}
