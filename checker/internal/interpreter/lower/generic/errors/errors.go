// Package errors is the function with a type parameter of the package of that
// name, for the interpreter.
package errors

import "errors"

// AsType is errors.AsType.
func AsType[E error](err error) (E, bool) {
	var e E
	ok := errors.As(err, &e)
	return e, ok
}
