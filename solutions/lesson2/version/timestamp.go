package version

import (
	"encoding/binary"
	"time"
)

// ReadTimestamp reads a time: 8 bytes, little endian, signed, in seconds since
// 1970. The time is in UTC.
//
// Errors: io.ErrUnexpectedEOF for a field cut short.
func ReadTimestamp(c *Cursor) (time.Time, error) {
	// BEGIN SOLUTION
	b, err := c.Take("timestamp", 8)
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(int64(binary.LittleEndian.Uint64(b)), 0).UTC(), nil
	// END SOLUTION
}

// IsRecent reports whether t is less than an hour before or after now, to the
// nanosecond: a peer's clock may be fast as well as slow. t may be any time that 8
// bytes can express; now is a time of this century.
func IsRecent(t, now time.Time) bool {
	// BEGIN SOLUTION of ReadTimestamp
	return now.Sub(t).Abs() < time.Hour
	// END SOLUTION
}
