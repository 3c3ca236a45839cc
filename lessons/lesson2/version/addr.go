package version

import (
	"errors"

	"nodebook/lessons/todo"
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
	return nil, todo.Err
}
