// Package script decides whether an input may spend an output: it runs the two
// scripts, or checks the witness, and verifies the signatures.
//
//	errors.go     one error per check
//	op.go         opcodes, and how a script is cut into instructions
//	signature.go  the format of an ECDSA signature: DER
//	legacy.go     what a signature in a script signs
//	witness.go    what a signature in a witness signs (BIP 143)
//	taproot.go    what a Schnorr signature signs (BIP 341)
//	run.go        the stack machine
//
// The arithmetic of the curve is in nodebook/fixtures/secp.
package script
