package framing

import "errors"

// Each check has its own error, so that errors.Is can tell which one failed.
var (
	ErrPong     = errors.New("the answer is not pong")
	ErrFit      = errors.New("does not fit")
	ErrMagic    = errors.New("wrong network")
	ErrCommand  = errors.New("malformed name")
	ErrTooLarge = errors.New("too large")
	ErrChecksum = errors.New("does not match the payload")
)
