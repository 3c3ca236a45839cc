package block

// ID returns the name by which inputs refer to t: the SHA-256 of the SHA-256 of
// its legacy format, so that it does not depend on the witness (BIP 141).
func (t Tx) ID() Hash {
	return Hash{}
}

// WitnessID returns the name that covers all of t: the SHA-256 of the SHA-256 of
// the format in which it is sent. Without a witness it equals [Tx.ID].
func (t Tx) WitnessID() Hash {
	return Hash{}
}
