package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// kind says what a frame is.
type kind byte

const (
	kHello kind = iota + 1 // child: ready, and what does not fit
	kCall
	kReply
	kPanic
	kExit
	kNews
)

// maxFrame is the largest frame that a side accepts, in bytes. The largest
// payload of a lesson is 4 MB.
const maxFrame = 64 << 20

// ErrFrame is the error of a frame that no fellow of ours sends.
var ErrFrame = errors.New("bad frame")

// step is how much is allocated before its bytes are there: a length alone
// allocates no more.
const step = 1 << 20

// readFrame reads one frame into a buffer of its own.
func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.LittleEndian.Uint32(head[:]))
	if n < 1 || n > maxFrame {
		return nil, fmt.Errorf("%w: length %d", ErrFrame, n)
	}
	b := make([]byte, min(n, step))
	for at := 0; ; {
		if _, err := io.ReadFull(r, b[at:]); err != nil {
			return nil, fmt.Errorf("%w: cut off: %w", ErrFrame, err)
		}
		if at = len(b); at == n {
			return b, nil
		}
		b = append(b, make([]byte, min(n-at, len(b)))...)
	}
}

// encoder writes a frame. It starts with room for the length.
type encoder struct {
	l *Link
	b []byte
}

func (l *Link) frame(k kind) *encoder {
	return &encoder{l, append(make([]byte, 4, 256), byte(k))}
}

func (e *encoder) uint(n uint64) { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) int(n int64)   { e.b = binary.AppendVarint(e.b, n) }
func (e *encoder) byte(c byte)   { e.b = append(e.b, c) }
func (e *encoder) bool(ok bool) {
	if ok {
		e.byte(1)
	} else {
		e.byte(0)
	}
}
func (e *encoder) text(s string) { e.uint(uint64(len(s))); e.b = append(e.b, s...) }

// done is the finished frame.
func (e *encoder) done() []byte {
	binary.LittleEndian.PutUint32(e.b, uint32(len(e.b)-4))
	return e.b
}

// decoder reads a frame. What is wrong with it ends the decoding by a panic with
// a [badFrame], which [decoder.run] turns into an error.
type decoder struct {
	l     *Link
	b     []byte
	depth int
}

type badFrame struct{ error }

// maxDepth is how deeply values may nest: lists and trees are followed.
const maxDepth = 10_000

func bad(format string, args ...any) {
	panic(badFrame{fmt.Errorf("%w: %w", ErrFrame, fmt.Errorf(format, args...))})
}

// run decodes. Nothing that a frame holds gets out of it but as an error.
func (d *decoder) run(f func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case badFrame:
			err = p.error
		default: // reflect refuses what the checks let pass
			err = fmt.Errorf("%w: %v", ErrFrame, p)
		}
	}()
	f()
	return nil
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		bad("cut off")
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) bool() bool {
	c := d.byte()
	if c > 1 {
		bad("a bool of %d", c)
	}
	return c == 1
}

func (d *decoder) uint() uint64 {
	n, k := binary.Uvarint(d.b)
	if k <= 0 {
		bad("malformed number")
	}
	d.b = d.b[k:]
	return n
}

func (d *decoder) int() int64 {
	n, k := binary.Varint(d.b)
	if k <= 0 {
		bad("malformed number")
	}
	d.b = d.b[k:]
	return n
}

// small is a number of at most most.
func (d *decoder) small(most int, what string) int {
	n := d.uint()
	if n > uint64(most) {
		bad("%s of %d, at most %d", what, n, most)
	}
	return int(n)
}

// count is the number of things that follow, each of which takes at least size bytes.
func (d *decoder) count(size int, what string) int { return d.small(len(d.b)/size, what) }

func (d *decoder) bytes(n int) []byte {
	if n > len(d.b) {
		bad("cut off")
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) text() string { return string(d.bytes(d.count(1, "text"))) }

func (d *decoder) end() {
	if len(d.b) > 0 {
		bad("%d bytes too many", len(d.b))
	}
}
