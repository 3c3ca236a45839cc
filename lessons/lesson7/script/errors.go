package script

import "errors"

// Signatures.
var (
	ErrDER      = errors.New("not a signature in DER")
	ErrNumber   = errors.New("number of more than 32 bytes")
	ErrType     = errors.New("unknown type of signature")
	ErrNoOutput = errors.New("no output has the index of this input")
)

// The machine.
var (
	ErrScriptSize = errors.New("script too large")
	ErrPush       = errors.New("push cut short")
	ErrItemSize   = errors.New("item of more than 520 bytes")
	ErrOps        = errors.New("more than 201 operations")
	ErrStackSize  = errors.New("more than 1,000 items")
	ErrStackEmpty = errors.New("too few items")
	ErrNotEqual   = errors.New("items are not equal")
	ErrCount      = errors.New("not a number of keys or signatures")
	ErrDummy      = errors.New("extra item is not empty")
	ErrFalse      = errors.New("result is false")
)

// Witnesses.
var (
	ErrWitness     = errors.New("witness does not fit the output")
	ErrInputScript = errors.New("input has a script and a witness")
	ErrSchnorr     = errors.New("Schnorr signature is not good")
)
