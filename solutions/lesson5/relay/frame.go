// Package relay passes messages on: a client subscribes to a channel, publishes
// to any channel, and receives what others publish to its own.
//
//	client -> relay   frame: the channel to subscribe to, once
//	client -> relay   frame: a channel, frame: a payload; again and again
//	relay -> client   frame: a payload; the channel is the subscribed one
//
// A frame is 4 bytes of length, big endian, and that many bytes. An empty frame
// from a client instead of a channel says that it is done.
package relay

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// MaxFrame bounds a frame. toycoin has no bound: four bytes of 0xff, and its
// reader waits for 4 GiB. The chains that its nodes send stay far below this.
const MaxFrame = 4 << 20 // bytes

// ErrFrameSize is the error of a frame longer than [MaxFrame].
var ErrFrameSize = errors.New("frame too large")

// ReadFrame reads one frame and returns its payload, which may be empty.
//
// Errors: [ErrFrameSize], before anything is allocated; io.EOF if the stream ends
// before a frame's first byte; io.ErrUnexpectedEOF if it ends within one; any other
// error of r.
func ReadFrame(r io.Reader) ([]byte, error) {
	// BEGIN SOLUTION
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, fmt.Errorf("frame: length: %w", err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > MaxFrame {
		return nil, fmt.Errorf("frame: length: %w: %d bytes", ErrFrameSize, n)
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("frame: payload of %d bytes: %w", n, err)
	}
	return payload, nil
	// END SOLUTION
}

// AppendFrame appends a frame with this payload to dst.
//
// Errors: [ErrFrameSize]; dst is then returned as it was.
func AppendFrame(dst, payload []byte) ([]byte, error) {
	// BEGIN SOLUTION
	if len(payload) > MaxFrame {
		return dst, fmt.Errorf("frame: %w: %d bytes", ErrFrameSize, len(payload))
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(payload)))
	return append(dst, payload...), nil
	// END SOLUTION
}
