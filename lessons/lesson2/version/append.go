package version

import "nodebook/lessons/todo"

// AppendNetAddr appends the 26 bytes of an address to dst. An IP that is not
// set is written as 16 bytes 00.
func AppendNetAddr(dst []byte, a NetAddr) []byte {
	return nil
}

// AppendVersion appends the payload of a version message to dst. What
// [ReadVersion] has read comes out byte for byte the same.
//
// Errors: [ErrTooLong] for a user agent of more than [MaxUserAgent] bytes.
func AppendVersion(dst []byte, v Version) ([]byte, error) {
	return nil, todo.Err
}
