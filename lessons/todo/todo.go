// Package todo holds the one error that every stub of the workbook returns.
//
// A function that still returns [Err] is an exercise that nobody has begun.
// A function without an error result returns zero values instead.
package todo

import "errors"

// Err is what every unwritten function returns.
var Err = errors.New("not implemented")
