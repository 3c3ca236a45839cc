package relay_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"slices"
	"testing"
	"testing/iotest"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/relay"
)

var layout = []expect.Field{{Name: "length", Size: 4}, {Name: "payload"}}

// These are the errors that these tests tell apart.
var _ = expect.Apart(map[string]error{
	"relay.ErrFrameSize":  relay.ErrFrameSize,
	"relay.ErrChannels":   relay.ErrChannels,
	"relay.ErrName":       relay.ErrName,
	"io.EOF":              io.EOF,
	"io.ErrUnexpectedEOF": io.ErrUnexpectedEOF,
})

func frame(payload []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)
}

func TestReadFrame(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{0, 1, 5, 255, 256, 70_000} {
		payload := d.Bytes(n)
		rest := d.Bytes(3)
		b := append(frame(payload), rest...)
		try := expect.Tried(t, "ReadFrame(r), where r gives a frame of %d bytes in pieces, and 3 bytes more", n)
		try.Why("the length is 4 bytes, big endian, and may be 0; one Read may return fewer bytes than the payload has, so io.ReadFull keeps reading")
		r := d.Fragments(b)
		got, err := relay.ReadFrame(r)
		try.NoError(err)
		try.Bytes("payload", got, payload)
		left, err := io.ReadAll(r)
		expect.Broken(t, err)
		try.Why("the next frame's bytes are left in the stream").Bytes("left in r", left, rest)
	}
}

func TestReadFrame_cut(t *testing.T) {
	b := frame(draw.From(t).Bytes(9))
	for n := range b {
		try := expect.Tried(t, "ReadFrame(r), where r holds the first %d of %d bytes", n, len(b)).Input(b[:n], layout...)
		_, err := relay.ReadFrame(bytes.NewReader(b[:n]))
		if n == 0 {
			try.Why("a stream may end between frames").ErrorIs(err, io.EOF, "io.EOF")
		} else {
			try.Why("a stream that ends inside a frame is cut off, not finished").ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
		}
	}
}

// Frames that are read one after another, as the relay does.
func TestReadFrame_several(t *testing.T) {
	d := draw.From(t)
	payloads := [][]byte{d.Bytes(40), d.Bytes(30), d.Bytes(40)}
	r := bytes.NewReader(slices.Concat(frame(payloads[0]), frame(payloads[1]), frame(payloads[2])))
	var got [3][]byte
	for i := range got {
		try := expect.Tried(t, "ReadFrame(r) for frame %d of 3", i+1)
		var err error
		got[i], err = relay.ReadFrame(r)
		try.Why("the next frame's bytes are left in the stream").NoError(err)
	}
	for i := range got {
		try := expect.Tried(t, "ReadFrame(r) for 3 frames, one after another; payload %d afterwards", i+1)
		try.Why("a payload waits in queues while the next frame is read: each needs memory that no other frame gets")
		try.Bytes("payload", got[i], payloads[i])
	}
}

func TestReadFrame_broken(t *testing.T) {
	b := frame(draw.From(t).Bytes(9))
	broken := errors.New("connection reset")
	for _, n := range []int{0, 2, 4, 7} {
		try := expect.Tried(t, "ReadFrame(r), where r fails after %d of %d bytes", n, len(b)).Input(b[:n], layout...)
		try.Why("a read that failed is not a stream that ended: return the reader's own error, which says what happened")
		_, err := relay.ReadFrame(io.MultiReader(bytes.NewReader(b[:n]), iotest.ErrReader(broken)))
		try.ErrorIs(err, broken, "the reader's error")
	}
}

// endless gives zeros and counts them.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	clear(b)
	e.read += len(b)
	return len(b), nil
}

func TestReadFrame_bounds(t *testing.T) {
	for _, n := range []uint32{maxFrame + 1, 1 << 31, 0xffffffff} {
		b := binary.BigEndian.AppendUint32(nil, n)
		zeros := &endless{}
		try := expect.Tried(t, "ReadFrame(r), where the length says %d bytes", n).Input(b, layout...)
		try.Why("a length is bounded before anything is allocated for it or read; MaxFrame is %d", maxFrame)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := relay.ReadFrame(io.MultiReader(bytes.NewReader(b), zeros))
		runtime.ReadMemStats(&after)
		try.ErrorIs(err, relay.ErrFrameSize, "relay.ErrFrameSize")
		try.True(zeros.read == 0, "an error, but after reading on", "nothing read after the length")
		try.True(after.TotalAlloc-before.TotalAlloc < maxFrame/2, "an error, but after allocating a payload", "the bound first")
	}
	try := expect.Tried(t, "ReadFrame(r), where the length is MaxFrame itself")
	try.Why("MaxFrame is the largest length that is allowed, not the first that is refused")
	got, err := relay.ReadFrame(io.MultiReader(bytes.NewReader(binary.BigEndian.AppendUint32(nil, maxFrame)), &endless{}))
	try.NoError(err)
	try.Equal("length of the payload", len(got), maxFrame)
}

func TestAppendFrame(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{0, 1, 255, 256, 70_000} {
		dst, payload := d.Bytes(4), d.Bytes(n)
		try := expect.Tried(t, "AppendFrame(dst, payload), dst of 4 bytes, payload of %d", n)
		try.Why("an Append function adds to what dst has and returns the longer slice, as append does")
		got, err := relay.AppendFrame(bytes.Clone(dst), payload)
		try.NoError(err)
		try.Bytes("", got, append(bytes.Clone(dst), frame(payload)...), append([]expect.Field{{Name: "dst", Size: 4}}, layout...)...)
	}
	try := expect.Tried(t, "AppendFrame of a payload of MaxFrame bytes")
	got, err := relay.AppendFrame(nil, make([]byte, maxFrame))
	try.Why("MaxFrame is the largest length that is allowed, not the first that is refused")
	try.NoError(err)
	try.Equal("length", len(got), maxFrame+4)
	try = expect.Tried(t, "AppendFrame of a payload of MaxFrame bytes and one more")
	try.Why("a frame that no reader accepts must not be sent; with the error dst comes back as it was, so that the caller keeps its bytes")
	got, err = relay.AppendFrame([]byte("kept"), make([]byte, maxFrame+1))
	try.ErrorIs(err, relay.ErrFrameSize, "relay.ErrFrameSize")
	try.Equal("dst", string(got), "kept")
}

// halting is a stream that gives a byte, then none, then a byte.
type halting struct {
	r     io.Reader
	halts bool
}

func (h *halting) Read(p []byte) (int, error) {
	if h.halts = !h.halts; h.halts {
		return 0, nil
	}
	return h.r.Read(p[:min(1, len(p))])
}

func TestReadFrame_halting(t *testing.T) {
	payload := draw.From(t).Bytes(9)
	try := expect.Tried(t, "ReadFrame(r), where r gives a byte, then none without an error, then a byte").Input(frame(payload), layout...)
	try.Why("a Read of 0 bytes without an error means nothing: only io.EOF is the end of a stream")
	got, err := relay.ReadFrame(&halting{r: bytes.NewReader(frame(payload))})
	try.NoError(err)
	try.Bytes("payload", got, payload)
}
