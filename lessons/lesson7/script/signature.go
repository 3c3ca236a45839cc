package script

import "nodebook/lessons/todo"

// The types of a signature: what of the transaction it signs.
const (
	TypeDefault = 0x00 // Schnorr only: as TypeAll
	TypeAll     = 0x01 // all outputs
	TypeNone    = 0x02 // no output
	TypeSingle  = 0x03 // the output with the input's own index
	TypeAnyone  = 0x80 // added to one of these: of the inputs only its own
)

// Signature is an ECDSA signature.
type Signature struct {
	R, S [32]byte // numbers, big endian
	Type byte     // what is signed
}

// ReadSignature reads an ECDSA signature as scripts and witnesses have it:
//
//	30 length | 02 length r | 02 length s | type
//
// The first length counts what follows it, without the type. The numbers are big
// endian. That is DER with the type, one byte, after it. Whether r and s are in
// the order of the curve, and whether s is low, is not checked here.
//
// If strict is true (BIP 66), all lengths are one byte and exact, there are 9 to 73
// bytes, and a number has at least one byte, no top bit in its first byte (it would
// be negative), and no 00 at the front, except before a top bit.
//
// If strict is false, the rules are those of the library that the first nodes used:
// the length after 30 is skipped, whatever it says; a length may be written as 80
// plus n and n bytes, big endian; a top bit is no sign; zeros at the front of a
// number count nothing; bytes between s and the type are skipped.
//
// Errors: [ErrDER]; [ErrNumber] for a number of more than 32 bytes without the
// zeros at its front, if nothing else is wrong.
func ReadSignature(b []byte, strict bool) (Signature, error) {
	return Signature{}, todo.Err
}
