package framing

import "errors"

// Each check has an error of its own, so that errors.Is can tell which check it
// was.
var (
	ErrPong     = errors.New("the answer is not pong")
	ErrFit      = errors.New("does not fit")
	ErrMagic    = errors.New("wrong network")
	ErrCommand  = errors.New("malformed name")
	ErrTooLarge = errors.New("too large")
	ErrChecksum = errors.New("does not match the payload")
)
