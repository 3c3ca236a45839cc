// Package framing reads and writes the envelope around every message of the
// Bitcoin protocol.
//
// A message is a header of 24 bytes and a payload, whose length the header
// gives:
//
//	offset  size  field     on the wire
//	     0     4  magic     the network, little endian: f9beb4d9 is mainnet
//	     4    12  command   printable ASCII, padded with NUL bytes
//	    16     4  length    of the payload in bytes, little endian, at most MaxPayload
//	    20     4  checksum  the first 4 bytes of Hash256(payload), as they are
//	    24     n  payload   length bytes
//
// The functions that read take exactly their field from the stream and not a
// byte more, in whatever pieces the stream arrives. At its end they follow the
// rule of [io.ReadFull]: [io.EOF] before the first byte of what they read,
// [io.ErrUnexpectedEOF] after it. Every error names its field and wraps either
// the stream's error or one of the errors below, for [errors.Is].
package framing
