package chain

import "bytes"

// Target is what a block's hash may not exceed, both read as numbers, the
// highest byte first: the lower the target, the harder the work.
type Target [HashSize]byte

// ZeroBytes is the target of hashes that begin with n zero bytes, toycoin's
// measure of difficulty.
func ZeroBytes(n int) Target {
	var t Target
	for i := max(0, n); i < len(t); i++ {
		t[i] = 0xff
	}
	return t
}

// Solves reports whether h is at or below the target.
func (h Hash) Solves(t Target) bool { return bytes.Compare(h[:], t[:]) <= 0 }
