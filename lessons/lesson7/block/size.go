package block

// Size returns how many bytes [AppendTx] would append, without writing them.
func (t Tx) Size(witness bool) int {
	witness = witness && t.HasWitness()
	n := 4 + countSize(len(t.In)) + countSize(len(t.Out)) + 4 // version, two counts, lock time
	for _, in := range t.In {
		n += HashSize + 4 + bytesSize(in.Script) + 4 // outpoint, script, sequence
		if witness {
			n += countSize(len(in.Witness))
			for _, item := range in.Witness {
				n += bytesSize(item)
			}
		}
	}
	for _, out := range t.Out {
		n += 8 + bytesSize(out.Script) // value, script
	}
	if witness {
		n += 2 // marker and flag
	}
	return n
}

// Size returns how many bytes [AppendBlock] would append, without writing them.
func (b Block) Size(witness bool) int {
	n := HeaderSize + countSize(len(b.Txs))
	for _, t := range b.Txs {
		n += t.Size(witness)
	}
	return n
}

// bytesSize is the size of b and of the CompactSize before it.
func bytesSize(b []byte) int { return countSize(len(b)) + len(b) }

// countSize is the size of a CompactSize.
func countSize(n int) int {
	switch {
	case n < 0xfd:
		return 1
	case n <= 0xffff:
		return 3
	}
	return 5 // a count that memory can contain is below 2^32
}
