package framing

import "errors"

// One error a check: whoever handles an error, or tests for it, can tell which
// check it was.
var (
	ErrPong     = errors.New("the answer is not pong")
	ErrFit      = errors.New("does not fit")
	ErrMagic    = errors.New("wrong network")
	ErrCommand  = errors.New("malformed name")
	ErrTooLarge = errors.New("too large")
	ErrChecksum = errors.New("does not match the payload")
)
