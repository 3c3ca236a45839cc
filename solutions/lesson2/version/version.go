package version

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// MaxUserAgent is the most bytes that a user agent may have.
const MaxUserAgent = 256

// ErrTrailing is wrapped if bytes follow the end of a payload.
var ErrTrailing = errors.New("bytes after the end")

// Version is what a node says about itself before anything else.
type Version struct {
	Protocol    int32     // 4 bytes, little endian
	Services    Services  // 8 bytes, little endian
	Timestamp   time.Time // 8 bytes, little endian, seconds since 1970
	Receiver    NetAddr   // 26 bytes: where the sender sees the receiver
	Sender      NetAddr   // 26 bytes: where the sender sees itself, often empty
	Nonce       uint64    // 8 bytes, little endian, random, a new one for each connection
	UserAgent   string    // CompactSize and that many bytes, at most MaxUserAgent
	StartHeight int32     // 4 bytes, little endian: the sender's newest block
	Relay       bool      // 1 byte: whether the sender wants to hear of transactions
	OmitRelay   bool      // nothing on the wire: the relay byte is not there, and Relay is true
}

// ReadVersion reads the payload of a version message.
//
// The relay byte may be absent: then the message is from before protocol 70001,
// when everyone relayed, Relay is true, and so is OmitRelay.
//
// Errors: io.ErrUnexpectedEOF if a field is cut short; [ErrCompactSize],
// [ErrTooLong] for a bad user agent; [ErrBool] for a bad relay byte;
// [ErrTrailing] if more follows the relay byte. The error's text starts with
// the field's name: "protocol version", "services", "timestamp", "receiver",
// "sender", "nonce", "user agent", "start height", "relay"; what follows the
// relay byte belongs to "relay".
func ReadVersion(payload []byte) (Version, error) {
	// BEGIN SOLUTION
	var v Version
	var err error
	c := NewCursor(payload)
	if v.Protocol, err = ReadProtocolVersion(c); err != nil {
		return Version{}, err
	}
	if v.Services, err = ReadServices(c); err != nil {
		return Version{}, err
	}
	if v.Timestamp, err = ReadTimestamp(c); err != nil {
		return Version{}, err
	}
	if v.Receiver, err = ReadNetAddr(c); err != nil {
		return Version{}, fmt.Errorf("receiver: %w", err)
	}
	if v.Sender, err = ReadNetAddr(c); err != nil {
		return Version{}, fmt.Errorf("sender: %w", err)
	}
	nonce, err := c.Take("nonce", 8)
	if err != nil {
		return Version{}, err
	}
	v.Nonce = binary.LittleEndian.Uint64(nonce)
	if v.UserAgent, err = ReadVarString(c, MaxUserAgent); err != nil {
		return Version{}, fmt.Errorf("user agent: %w", err)
	}
	height, err := c.Take("start height", 4)
	if err != nil {
		return Version{}, err
	}
	v.StartHeight = int32(binary.LittleEndian.Uint32(height))
	if c.Len() == 0 {
		v.Relay, v.OmitRelay = true, true
		return v, nil
	}
	if v.Relay, err = ReadBool(c); err != nil {
		return Version{}, fmt.Errorf("relay: %w", err)
	}
	if c.Len() > 0 {
		return Version{}, fmt.Errorf("relay: %w: %d", ErrTrailing, c.Len())
	}
	return v, nil
	// END SOLUTION
}
