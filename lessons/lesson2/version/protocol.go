package version

import "nodebook/lessons/todo"

// Protocol versions from which a node understands more.
const (
	PongProtocol     = 60001 // pong (BIP 31)
	RelayProtocol    = 70001 // the relay byte (BIP 37)
	FeaturesProtocol = 70016 // wtxidrelay and, in practice, sendaddrv2 (BIP 339, BIP 155)
)

// ReadProtocolVersion reads a protocol version: 4 bytes, little endian, signed.
//
// Errors: io.ErrUnexpectedEOF for a field cut short.
func ReadProtocolVersion(c *Cursor) (int32, error) {
	return 0, todo.Err
}

// CanSendPong reports whether a node that speaks this protocol version answers a
// ping with a pong: it does from [PongProtocol] on.
func CanSendPong(protocol int32) bool {
	return false
}
