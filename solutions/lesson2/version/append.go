package version

import (
	"encoding/binary"
	"fmt"
)

// AppendNetAddr appends the 26 bytes of an address to dst. An IP that is not
// set is written as 16 bytes 00.
func AppendNetAddr(dst []byte, a NetAddr) []byte {
	// BEGIN SOLUTION of AppendVersion
	ip := a.IP.As16() // the zero Addr gives zeros
	dst = binary.LittleEndian.AppendUint64(dst, uint64(a.Services))
	dst = append(dst, ip[:]...)
	return binary.BigEndian.AppendUint16(dst, a.Port)
	// END SOLUTION
}

// AppendVersion appends the payload of a version message to dst. What
// [ReadVersion] has read comes out byte for byte the same.
//
// Errors: [ErrTooLong] for a user agent of more than [MaxUserAgent] bytes.
func AppendVersion(dst []byte, v Version) ([]byte, error) {
	// BEGIN SOLUTION
	dst = binary.LittleEndian.AppendUint32(dst, uint32(v.Protocol))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(v.Services))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(v.Timestamp.Unix()))
	dst = AppendNetAddr(dst, v.Receiver)
	dst = AppendNetAddr(dst, v.Sender)
	dst = binary.LittleEndian.AppendUint64(dst, v.Nonce)
	dst, err := AppendVarString(dst, v.UserAgent, MaxUserAgent)
	if err != nil {
		return nil, fmt.Errorf("user agent: %w", err)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(v.StartHeight))
	switch {
	case v.OmitRelay:
		return dst, nil
	case v.Relay:
		return append(dst, 1), nil
	}
	return append(dst, 0), nil
	// END SOLUTION
}
