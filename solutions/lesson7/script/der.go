// REFERENCE ONLY

package script

import (
	"bytes"
	"fmt"
)

// cutSequence cuts the length after 30 off b.
func cutSequence(b []byte, strict bool) ([]byte, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: it ends after 30", ErrDER)
	}
	length, b := int(b[0]), b[1:]
	switch {
	case strict && length != len(b):
		return nil, fmt.Errorf("%w: a length of %d, %d bytes follow", ErrDER, length, len(b))
	case !strict && length >= 0x80:
		if length -= 0x80; length > len(b) {
			return nil, fmt.Errorf("%w: a length of %d bytes, %d are left", ErrDER, length, len(b))
		}
		b = b[length:]
	}
	return b, nil
}

// cutNumber cuts 02, a length and that many bytes off b, and returns them without
// the zeros at their front.
func cutNumber(b []byte, strict bool) (number, rest []byte, err error) {
	if len(b) < 2 || b[0] != 0x02 {
		return nil, nil, fmt.Errorf("%w: no number starts here", ErrDER)
	}
	length, rest := int(b[1]), b[2:]
	if length >= 0x80 && !strict {
		if length, rest, err = cutLength(rest, length-0x80); err != nil {
			return nil, nil, err
		}
	}
	if length > len(rest) {
		return nil, nil, fmt.Errorf("%w: a number of %d bytes, %d are left", ErrDER, length, len(rest))
	}
	number, rest = rest[:length], rest[length:]
	if strict {
		switch {
		case length == 0:
			return nil, nil, fmt.Errorf("%w: a number of no bytes", ErrDER)
		case number[0] >= 0x80:
			return nil, nil, fmt.Errorf("%w: a negative number", ErrDER)
		case length > 1 && number[0] == 0 && number[1] < 0x80:
			return nil, nil, fmt.Errorf("%w: a zero too many", ErrDER)
		}
	}
	return bytes.TrimLeft(number, "\x00"), rest, nil
}

// cutLength reads a length of width bytes, big endian.
func cutLength(b []byte, width int) (int, []byte, error) {
	if width > len(b) {
		return 0, nil, fmt.Errorf("%w: a length of %d bytes, %d are left", ErrDER, width, len(b))
	}
	digits := bytes.TrimLeft(b[:width], "\x00")
	if len(digits) > 3 {
		return 0, nil, fmt.Errorf("%w: a length of %d bytes", ErrDER, len(digits))
	}
	length := 0
	for _, d := range digits {
		length = length<<8 | int(d)
	}
	return length, b[width:], nil
}
