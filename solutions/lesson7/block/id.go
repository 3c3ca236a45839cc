package block

import "nodebook/solutions/lesson1/framing"

// ID returns the name by which inputs refer to t: the SHA-256 of the SHA-256 of
// its legacy format, so that it does not depend on the witness (BIP 141).
func (t Tx) ID() Hash {
	// BEGIN SOLUTION
	return framing.Hash256(AppendTx(make([]byte, 0, usual), t, false))
	// END SOLUTION
}

// WitnessID returns the name that covers all of t: the SHA-256 of the SHA-256 of
// the format in which it is sent. Without a witness it equals [Tx.ID].
func (t Tx) WitnessID() Hash {
	// BEGIN SOLUTION of Tx.ID
	return framing.Hash256(AppendTx(make([]byte, 0, usual), t, true))
	// END SOLUTION
}
