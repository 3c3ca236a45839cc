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
	"errors"
	"io"

	"nodebook/lessons/todo"
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
	return nil, todo.Err
}

// AppendFrame appends a frame with this payload to dst.
//
// Errors: [ErrFrameSize]; dst is then returned as it was.
func AppendFrame(dst, payload []byte) ([]byte, error) {
	return nil, todo.Err
}
