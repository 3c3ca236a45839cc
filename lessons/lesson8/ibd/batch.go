package ibd

import (
	"io"
)

// Item is a Schnorr signature, and what it signs under which key (BIP 340).
type Item struct {
	Key, Hash [32]byte
	Sig       [64]byte
}

// VerifyBatch reports whether the signatures of all items are good, with one sum for
// all of them (BIP 340, "Batch Verification"):
//
//	(s1 + a2 s2 + ...) G  =  R1 + a2 R2 + ...  +  e1 P1 + a2 e2 P2 + ...
//
// G is secp.Generator(). Of each item, R is the point that secp.LiftX returns for the
// first 32 bytes of the signature, s is the number in the other 32, P is the point of
// the key, and e is the hash secp.TaggedHash("BIP0340/challenge", ...) of the first 32
// bytes of the signature, the key, and the hash that is signed.
//
// The factors a are random, since without them one bad signature can make up for
// another. The factor of the first item is 1. That of each other item is the next 16
// bytes of random, read as a number whose first byte is the most significant.
//
// If there is no item, all are good. The result is false if the two sides differ, and
//
//   - if LiftX has no point for a key or for the start of a signature,
//   - if an s is not secp.BelowOrder, even if the sides are equal,
//   - if a factor is 0, since its item is not in the sum,
//   - if random returns an error before all factors are read.
//
// So false does not say which signature is bad, nor that one is: the caller checks
// them one by one. The items stay as they are.
func VerifyBatch(items []Item, random io.Reader) bool {
	return false
}
