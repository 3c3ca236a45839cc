package framing_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/iotest"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

// layout is how a message is cut into fields.
var layout = []expect.Field{
	{Name: "magic", Size: 4},
	{Name: "command", Size: 12},
	{Name: "length", Size: 4},
	{Name: "checksum", Size: 4},
	{Name: "payload"},
}

// envelope builds a message by hand, so that no test of reading needs a
// function that writes. The command may be malformed.
func envelope(magic uint32, command string, payload []byte) []byte {
	b := make([]byte, 24, 24+len(payload))
	binary.LittleEndian.PutUint32(b, magic)
	copy(b[4:16], command)
	binary.LittleEndian.PutUint32(b[16:], uint32(len(payload)))
	once := sha256.Sum256(payload)
	twice := sha256.Sum256(once[:])
	copy(b[20:], twice[:4])
	return append(b, payload...)
}

// What the page says, in numbers of the tests' own: the learner's constants are
// part of what is tested.
const maxPayload = 4_000_000

// The numbers are no constants, so that they compile for any type of Magic.
var numbers = [5]uint32{0xd9b4bef9, 0x0709110b, 0x283f161c, 0x40cf030a, 0xdab5bffa}

var (
	mainnet  = framing.Magic(numbers[0])
	testnet3 = framing.Magic(numbers[1])
	testnet4 = framing.Magic(numbers[2])
	signet   = framing.Magic(numbers[3])
	regtest  = framing.Magic(numbers[4])
)

// tooLarge is a payload of one byte more than is allowed, all of them NUL. It is
// made once: to get and clear such memory takes as long as to run some tests.
var tooLarge = sync.OnceValue(func() []byte { return make([]byte, maxPayload+1) })

// reader is one of the functions that take a field from a stream.
type reader struct {
	call  string // ReadMagic(r)
	field string // magic
	why   string // what a wrong value comes of
	read  func(io.Reader) (any, error)
}

// takesOnly reads a field that is followed by other bytes, in all the ways in which
// a stream may give them, and wants the value and the other bytes still to be there.
func (f reader) takesOnly(t *testing.T, d *draw.Source, field []byte, want any) {
	t.Helper()
	tail := d.Bytes(d.Between(1, 16))
	b := append(append([]byte{}, field...), tail...)
	for _, s := range []struct {
		how    string
		why    string
		stream io.Reader
		tail   []byte
	}{
		{"has the field and more in a single read", f.why, &whole{b}, tail},
		{"gives its bytes in fragments, as a connection does",
			"one call of Read may return fewer bytes than asked for; io.ReadFull keeps reading until it has them all", d.Fragments(b), tail},
		{"gives a few bytes, then none without an error, then a few more",
			"a Read of 0 bytes without an error means nothing: only io.EOF is the end of a stream", &halting{rest: b}, tail},
		{"returns io.EOF together with the last bytes of the field",
			"a Read may return bytes and an error at the same time: use the bytes first", iotest.DataErrReader(&whole{field}), nil},
	} {
		tail := s.tail
		try := expect.Tried(t, "%s, where r %s", f.call, s.how)
		try.Input(b[:len(field)+len(tail)], []expect.Field{{Name: f.field, Size: len(field)}, {Name: "the rest"}}[:min(len(tail)+1, 2)]...)
		got, err := f.read(s.stream)
		rest, broken := io.ReadAll(s.stream)
		expect.Broken(t, broken)
		leaves(try, "r", rest, tail)
		try.Why("%s", s.why)
		try.NoError(err)
		if gotBytes, ok := got.([]byte); ok {
			try.Bytes(f.field, gotBytes, field)
		} else {
			try.Equal("", got, want)
		}
		try.Bytes("left in r", rest, tail)
	}
}

// leaves wants nothing of what comes behind to have been read.
func leaves(try *expect.Try, stream string, rest, tail []byte) {
	if len(rest) < len(tail) {
		try.Why("what follows is for the next reader: read as many bytes as you need, and no more")
		try.Bytes("left in "+stream, rest, tail)
	}
}

// cut reads every beginning of a field that is shorter than the field.
func (f reader) cut(t *testing.T, d *draw.Source, field []byte) {
	t.Helper()
	for n := range len(field) {
		try := expect.Tried(t, "%s, where r ends after %d of the field's %d bytes", f.call, n, len(field))
		try.Input(field[:n], expect.Field{Name: f.field})
		_, err := f.read(d.Fragments(field[:n]))
		if n == 0 {
			try.Why("a stream that ends before the field's first byte has ended: that is no accident yet")
			try.ErrorIs(err, io.EOF, "io.EOF")
			namesField(try, err, f.field)
			continue
		}
		why := "a stream that ends inside a field was cut off; io.ReadFull tells the two apart"
		try.Why("%s", why).Other("io.EOF", why)
		try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
		namesField(try, err, f.field)
	}
}

// namesField wants the text of an error to name the field that it is about.
func namesField(try *expect.Try, err error, field string) {
	try.Why("the error says in which field reading failed: return fmt.Errorf(%q, err), and errors.Is still finds the error inside", field+": %w")
	try.Mentions(err, field)
}

// timesOut reads from a stream that fails in the middle of the field, and before it.
func (f reader) timesOut(t *testing.T, field []byte) {
	t.Helper()
	for _, n := range []int{len(field) / 2, 0} {
		try := expect.Tried(t, "%s, where r times out after %d of the field's %d bytes", f.call, n, len(field))
		try.Input(field[:n], expect.Field{Name: f.field})
		try.Why(`the stream's own error is kept, wrapped with %%w, so that a caller can tell a slow peer from a lying one`)
		_, err := f.read(&broken{field[:n]})
		try.ErrorIs(err, os.ErrDeadlineExceeded, "os.ErrDeadlineExceeded")
		namesField(try, err, f.field)
	}
}

// whole is a stream that gives as much as is asked for, if it has it.
type whole struct{ rest []byte }

func (w *whole) Read(p []byte) (int, error) {
	if len(w.rest) == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// halting is a stream that gives a byte, then none, then a byte.
type halting struct {
	rest  []byte
	halts bool
}

func (h *halting) Read(p []byte) (int, error) {
	if h.halts = !h.halts; !h.halts && len(h.rest) > 0 {
		return 0, nil
	}
	r := &whole{h.rest}
	n, err := r.Read(p[:min(1, len(p))])
	h.rest = r.rest
	return n, err
}

// broken is a stream that gives its bytes and then times out.
type broken struct{ rest []byte }

func (s *broken) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, fmt.Errorf("read: %w", os.ErrDeadlineExceeded)
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// allocated tells how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// noEarlyMake wants f to allocate no buffer for a length that it refuses.
func noEarlyMake(try *expect.Try, bytes uint64, n uint32) {
	try.Why("if you allocate first and check afterwards, four bytes from a stranger can fill your memory")
	try.True(bytes < 1_000_000, fmt.Sprintf("about %d MB of memory, taken for an announced length of %d bytes", (bytes+500_000)/1_000_000, n),
		"the length to be refused before memory is allocated for it")
}

// sentinel is an error by its name in a vector's file.
func sentinel(t *testing.T, byName map[string]error, name string) error {
	t.Helper()
	err, ok := byName[name]
	if !ok {
		expect.Broken(t, errors.New("a vector expects the unknown error "+name))
	}
	return err
}
