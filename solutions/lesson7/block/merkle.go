package block

import "nodebook/solutions/lesson1/framing"

// MerkleRoot returns the root of the tree over ids, and whether the tree is
// mutated. Each row pairs its hashes, and the SHA-256 of the SHA-256 of a pair's
// 64 bytes is a hash of the row above; a row of odd length repeats its last hash.
// One id is its own root; the root of none is 32 zeros.
//
// Because of the repetition, a list that ends with some of its hashes twice can
// have the root of the list without them (CVE-2012-2459). The tree is mutated if
// in any row a pair has two equal hashes, not counting a hash that is paired with
// its own repetition. The caller's slice stays unchanged.
func MerkleRoot(ids []Hash) (root Hash, mutated bool) {
	// BEGIN SOLUTION
	// UNTESTED "Because of the repetition": it is the reason for what follows.
	switch len(ids) {
	case 0:
		return Hash{}, false
	case 1:
		return ids[0], false
	}
	row := append(make([]Hash, 0, len(ids)+1), ids...)
	for len(row) > 1 {
		for i := 0; i+1 < len(row); i += 2 {
			mutated = mutated || row[i] == row[i+1]
		}
		if len(row)%2 == 1 {
			row = append(row, row[len(row)-1])
		}
		for i := range len(row) / 2 {
			var pair [2 * HashSize]byte
			copy(pair[:], row[2*i][:])
			copy(pair[HashSize:], row[2*i+1][:])
			row[i] = framing.Hash256(pair[:])
		}
		row = row[:len(row)/2]
	}
	return row[0], mutated
	// END SOLUTION
}
