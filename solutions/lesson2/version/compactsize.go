package version

import (
	"encoding/binary"
	"errors"
	"math"

	"nodebook/solutions/lesson1/framing"
)

// ErrCompactSize is wrapped if a number is written in a longer form than it needs.
var ErrCompactSize = errors.New("CompactSize not in its shortest form")

// ReadCompactSize reads a number of 1, 3, 5 or 9 bytes, as its first byte says:
//
//	00 to fc   the number itself
//	fd         the next 2 bytes, little endian
//	fe         the next 4 bytes, little endian
//	ff         the next 8 bytes, little endian
//
// A number has one form only, the shortest.
//
// Errors: [ErrCompactSize] for a longer form, with its offset, as Cursor.Fail
// says it; io.ErrUnexpectedEOF for a number cut short.
func ReadCompactSize(c *Cursor) (uint64, error) {
	// BEGIN SOLUTION
	first, err := c.Take("CompactSize", 1)
	if err != nil {
		return 0, err
	}
	var size int     // bytes that follow
	var least uint64 // number that needs so many
	switch first[0] {
	case 0xfd:
		size, least = 2, 0xfd
	case 0xfe:
		size, least = 4, math.MaxUint16+1
	case 0xff:
		size, least = 8, math.MaxUint32+1
	default:
		return uint64(first[0]), nil
	}
	b, err := c.Take("CompactSize", size)
	if err != nil {
		return 0, err
	}
	n, err := framing.LittleEndian(b)
	if err != nil {
		return 0, err
	}
	if n < least {
		return 0, c.Fail(ErrCompactSize, "%d in %d bytes", n, size)
	}
	return n, nil
	// END SOLUTION
}

// AppendCompactSize appends n to dst in its shortest form and returns the
// longer slice.
func AppendCompactSize(dst []byte, n uint64) []byte {
	// BEGIN SOLUTION of ReadCompactSize
	switch {
	case n < 0xfd:
		return append(dst, byte(n))
	case n <= math.MaxUint16:
		return binary.LittleEndian.AppendUint16(append(dst, 0xfd), uint16(n))
	case n <= math.MaxUint32:
		return binary.LittleEndian.AppendUint32(append(dst, 0xfe), uint32(n))
	}
	return binary.LittleEndian.AppendUint64(append(dst, 0xff), n)
	// END SOLUTION
}
