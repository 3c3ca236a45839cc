package framing_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

// order is one of the two byte orders, as it is tested.
type order struct {
	name   string // LittleEndian
	first  string // which place comes first
	decode func([]byte) (uint64, error)
	encode func(uint64, int) ([]byte, error)
}

var (
	little = order{"LittleEndian", "lowest", framing.LittleEndian, framing.PutLittleEndian}
	big    = order{"BigEndian", "highest", framing.BigEndian, framing.PutBigEndian}
)

// digits are the size bytes of n in this order, made by other means.
func (o order) digits(n uint64, size int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, n)[:size]
	if o.first == "highest" {
		slices.Reverse(b)
	}
	return b
}

// places shows b with what each place counts: "0x95*256^1 + 0x88*256^0".
func (o order) places(b []byte) string {
	s := "0"
	for i, digit := range b {
		place := i
		if o.first == "highest" {
			place = len(b) - 1 - i
		}
		if i == 0 {
			s = ""
		} else {
			s += " + "
		}
		s += fmt.Sprintf("%d*256^%d", digit, place)
	}
	return s
}

func (o order) reads(t *testing.T) {
	t.Helper()
	d := draw.From(t)
	for size := range 9 {
		n := d.Uint64() >> (8 * (8 - size))
		if size == 0 {
			n = 0
		}
		const next = "the next field"
		behind := append(o.digits(n, size), next...)
		b := behind[:size]
		given := bytes.Clone(b)
		try := expect.Tried(t, "%s(%s)", o.name, expect.Count(size, "byte")).Input(given)
		try.Why("the %s place comes first: %s", o.first, o.places(given))
		if size == 0 {
			try.Why("without a byte there is no place to count: the number is 0").Halts("without a byte there is no place to count: the number is 0")
		}
		got, err := o.decode(b)
		try.NoError(err)
		if size > 1 && got == n&0xff {
			try.Why("a shift is made in the type of what is shifted: in a byte, 8 places are too many and give 0; uint64(b[i]) << 8 has room")
		}
		try.Equal("", got, n)
		try.Why("a function that reads leaves its input as it was")
		try.Bytes("the input afterwards", b, given)
		try.Why("append writes past the end of a slice if its array has room there: in a header, that is the next field")
		try.Equal("the memory after the input, afterwards", string(behind[size:]), next)
	}
}

func (o order) readsEdges(t *testing.T) {
	t.Helper()
	d := draw.From(t)
	top := 1<<63 | d.Uint64()
	for _, n := range []uint64{math.MaxUint64, top, 0} {
		b := o.digits(n, 8)
		try := expect.Tried(t, "%s(8 bytes)", o.name).Input(b)
		try.Why("the result is a uint64: all 8 bytes fit, also with the highest bit set")
		got, err := o.decode(b)
		try.NoError(err)
		try.Equal("", got, n)
	}
}

func (o order) refusesLong(t *testing.T) {
	t.Helper()
	d := draw.From(t)
	for _, b := range [][]byte{make([]byte, 9), d.Bytes(9), d.Bytes(d.Between(10, 40))} {
		try := expect.Tried(t, "%s(%d bytes)", o.name, len(b)).Input(b)
		try.Why("a uint64 has 8 bytes; more do not fit, even where they are zeros")
		_, err := o.decode(b)
		try.ErrorIs(err, framing.ErrFit, "ErrFit")
	}
}

func (o order) writes(t *testing.T) {
	t.Helper()
	d := draw.From(t)
	for size := range 9 {
		n := d.Uint64() >> (8 * (8 - size))
		if size == 0 {
			n = 0
		}
		o.put(t, n, size, "the %s place comes first", o.first)
	}
	o.put(t, uint64(d.Between(1, 255)), 8, "the number is as many bytes long as was asked, with zeros in the high places")
}

func (o order) writesEdges(t *testing.T) {
	t.Helper()
	for size := 1; size <= 8; size++ {
		o.put(t, uint64(math.MaxUint64)>>(64-8*size), size, "this is the largest number that fits in that many bytes")
	}
}

func (o order) put(t *testing.T, n uint64, size int, why string, args ...any) {
	t.Helper()
	try := expect.Tried(t, "Put%s(%d, %d)", o.name, n, size).Why(why, args...)
	got, err := o.encode(n, size)
	try.NoError(err)
	try.Bytes("", got, o.digits(n, size))
}

// keeps wants the bytes of one number to outlive the next call.
func (o order) keeps(t *testing.T) {
	t.Helper()
	d := draw.From(t)
	first, second := d.Uint64(), d.Uint64()
	try := expect.Tried(t, "Put%s(%d, 8), and then Put%s(%d, 8)", o.name, first, o.name, second)
	got, err := o.encode(first, 8)
	try.NoError(err)
	_, err = o.encode(second, 8)
	try.NoError(err)
	try.Why("each result needs its own memory: a shared buffer is overwritten by the next number")
	try.Bytes("the first result, after the second call", got, o.digits(first, 8))
}

func (o order) refusesMisfits(t *testing.T) {
	t.Helper()
	d := draw.From(t)
	for _, size := range []int{1, 2, 3, 4, 5, 6, 7, 0} {
		least := uint64(1) << (8 * size)
		for _, n := range []uint64{least, least | d.Uint64(), math.MaxUint64} {
			try := expect.Tried(t, "Put%s(%d, %d)", o.name, n, size)
			try.Why("%d, which is 256 to the power %d, is the first number that does not fit in %s; without its high places it would be another number", least, size, expect.Count(size, "byte"))
			_, err := o.encode(n, size)
			try.ErrorIs(err, framing.ErrFit, "ErrFit")
		}
	}
	for _, size := range []int{-1, -d.Between(2, 1000), math.MinInt, 9, d.Between(10, 1000), math.MaxInt} {
		n := uint64(d.Between(0, 255))
		try := expect.Tried(t, "Put%s(%d, %d)", o.name, n, size).Why("sizes are 0 to 8 bytes")
		try.Halts("make panics if it is asked for fewer than 0 bytes, or for more than there can be: look at size first, and return ErrFit")
		_, err := o.encode(n, size)
		try.ErrorIs(err, framing.ErrFit, "ErrFit")
	}
}

func TestLittleEndian(t *testing.T)       { little.reads(t) }
func TestLittleEndian_edges(t *testing.T) { little.readsEdges(t) }
func TestLittleEndian_long(t *testing.T)  { little.refusesLong(t) }
func TestBigEndian(t *testing.T)          { big.reads(t) }
func TestBigEndian_edges(t *testing.T)    { big.readsEdges(t) }
func TestBigEndian_long(t *testing.T)     { big.refusesLong(t) }

func TestPutLittleEndian(t *testing.T)         { little.writes(t) }
func TestPutLittleEndian_edges(t *testing.T)   { little.writesEdges(t) }
func TestPutLittleEndian_keeps(t *testing.T)   { little.keeps(t) }
func TestPutLittleEndian_misfits(t *testing.T) { little.refusesMisfits(t) }
func TestPutBigEndian(t *testing.T)            { big.writes(t) }
func TestPutBigEndian_edges(t *testing.T)      { big.writesEdges(t) }
func TestPutBigEndian_keeps(t *testing.T)      { big.keeps(t) }
func TestPutBigEndian_misfits(t *testing.T)    { big.refusesMisfits(t) }
