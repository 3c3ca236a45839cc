package bitnodes

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"nodebook/lessons/todo"
)

var (
	// ErrThrottled is the error of status 429: too many requests. See [ThrottledError].
	ErrThrottled = errors.New("throttled")

	// ErrNotFound is the error of status 404.
	ErrNotFound = errors.New("not found")

	// ErrMoved is the error of a redirect (300 to 399) that the client did not follow.
	ErrMoved = errors.New("moved")

	// ErrServer is the error of the statuses 500 to 599: the server's own trouble.
	ErrServer = errors.New("server error")

	// ErrStatus is the error of every other status but 200.
	ErrStatus = errors.New("unexpected status")
)

// MaxRetryAfter is the longest wait that a server can ask for.
const MaxRetryAfter = 24 * time.Hour

// ThrottledError is what a server says with status 429.
type ThrottledError struct {
	RetryAfter time.Duration // 0: it did not say
}

// Error returns the error's text.
func (e *ThrottledError) Error() string {
	if e.RetryAfter == 0 {
		return ErrThrottled.Error()
	}
	return fmt.Sprintf("%v: retry after %v", ErrThrottled, e.RetryAfter)
}

// Unwrap makes errors.Is(err, ErrThrottled) true.
func (e *ThrottledError) Unwrap() error { return ErrThrottled }

// CheckStatus turns the status of an answer into an error, and 200 into nil. It
// does not read the body, which is text for people.
//
// Errors, wrapped with the status: a *[ThrottledError] for 429; [ErrNotFound]
// for 404; [ErrMoved] for 300 to 399, with the header Location; [ErrServer] for
// 500 to 599; [ErrStatus] for any other.
//
// RetryAfter is the header Retry-After, whole seconds in decimal digits and
// nothing else: "010" is ten, "+30" and "0x1e" are not of this form. More than
// MaxRetryAfter, however large, is MaxRetryAfter. A header that is missing or of
// another form is 0.
func CheckStatus(resp *http.Response) error {
	return todo.Err
}
