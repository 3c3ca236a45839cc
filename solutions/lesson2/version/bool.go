package version

import "errors"

// ErrBool is wrapped if a byte that should be a bool is neither 0 nor 1.
var ErrBool = errors.New("not a bool")

// ReadBool reads one byte: 0 is false, 1 is true, and nothing else is allowed.
//
// Errors: [ErrBool], with the offset of the byte, as Cursor.Fail says it;
// io.ErrUnexpectedEOF if no byte is left.
func ReadBool(c *Cursor) (bool, error) {
	// BEGIN SOLUTION
	b, err := c.Take("bool", 1)
	if err != nil {
		return false, err
	}
	if b[0] > 1 {
		return false, c.Fail(ErrBool, "got %02x", b)
	}
	return b[0] == 1, nil
	// END SOLUTION
}
