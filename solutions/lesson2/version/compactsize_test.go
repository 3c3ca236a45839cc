package version_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"
)

var compactReader = reader{
	call:  "ReadCompactSize(c)",
	form:  "fd, fe and ff announce a number of 2, 4 and 8 bytes, little endian; any other first byte is the number itself",
	parts: []expect.Field{{Name: "first byte", Size: 1}, {Name: "number"}},
	read:  func(c *version.Cursor) (any, error) { return version.ReadCompactSize(c) },
}

// sizes are the numbers at which a form begins or ends, and drawn ones between.
func sizes(d *draw.Source) []uint64 {
	return []uint64{
		0, 1, 0xfc, uint64(d.Between(2, 0xfb)),
		0xfd, 0xfe, 0xff, 0x100, math.MaxUint16, uint64(d.Between(0x101, math.MaxUint16-1)),
		math.MaxUint16 + 1, math.MaxUint32, uint64(d.Between(math.MaxUint16+2, math.MaxUint32-1)),
		math.MaxUint32 + 1, math.MaxInt64 + 1, math.MaxUint64, d.Uint64() | 1<<40,
	}
}

// forms says which form a number has. Each starts where the one before it is full.
const forms = "a number has the shortest form that holds it: 1 byte up to 252, fd and 2 bytes up to 2^16-1, fe and 4 bytes up to 2^32-1, ff and 8 bytes from 2^32 on"

// compactParts names the bytes of a CompactSize.
func compactParts(size int) []expect.Field {
	return []expect.Field{{Name: "first byte", Size: 1}, {Name: "number", Size: size - 1}}[:min(size, 2)]
}

func TestReadCompactSize(t *testing.T) {
	d := draw.From(t)
	for _, n := range sizes(d) {
		f := compactReader
		f.parts = compactParts(len(compact(n)))
		f.takes(t, d, compact(n), n)
	}
}

func TestReadCompactSize_shortest(t *testing.T) {
	d := draw.From(t)
	small, middle, large := uint64(d.Between(0, 0xfc)), uint64(d.Between(0xfd, math.MaxUint16)), uint64(d.Between(math.MaxUint16+1, math.MaxUint32))
	for _, tt := range []struct {
		first byte
		bytes int
		n     uint64
	}{
		{0xfd, 2, small}, {0xfd, 2, 0xfc}, {0xfd, 2, 0},
		{0xfe, 4, small}, {0xfe, 4, middle}, {0xfe, 4, math.MaxUint16},
		{0xff, 8, small}, {0xff, 8, middle}, {0xff, 8, large}, {0xff, 8, math.MaxUint32},
	} {
		b := join([]byte{tt.first}, le64(tt.n)[:tt.bytes])
		try := expect.Tried(t, "ReadCompactSize(c), where %d is written in %d bytes behind a %02x", tt.n, tt.bytes, tt.first)
		try.Input(b, compactParts(len(b))...)
		try.Why("%s; a second way to write the same number would be a second way to write the same message, with another checksum", forms)
		_, err := version.ReadCompactSize(version.NewCursor(b))
		try.ErrorIs(err, version.ErrCompactSize, "ErrCompactSize")
	}
}

func TestReadCompactSize_where(t *testing.T) {
	d := draw.From(t)
	for _, form := range [][]byte{{0xfd, 0}, {0xfe, 0, 0, 0}, {0xff, 0, 0, 0, 0, 0, 0, 0}} {
		at := d.Between(10, 98)
		c := version.NewCursor(join(d.Bytes(at), form[:1], []byte{byte(d.Between(0, 0xfc))}, form[1:]))
		_, err := c.Take("bytes before", at)
		expect.Broken(t, err)
		try := expect.Tried(t, "ReadCompactSize(c), where a number at offset %d is written in a longer form than it needs, in %d bytes after a %02x", at, len(form), form[0])
		_, err = version.ReadCompactSize(c)
		try.ErrorIs(err, version.ErrCompactSize, "ErrCompactSize")
		try.Why("a bad number among hundreds of bytes is found by its offset; c.Fail(ErrCompactSize, ...) says it")
		if text := err.Error(); !strings.Contains(text, fmt.Sprintf("offset %d", at+1)) { // of the bytes behind fd
			try.Mentions(err, fmt.Sprintf("offset %d", at))
		}
	}
}

func TestReadCompactSize_cut(t *testing.T) {
	d := draw.From(t)
	for _, n := range []uint64{uint64(d.Between(0, 0xfc)), uint64(d.Between(0xfd, math.MaxUint16)), math.MaxUint32, d.Uint64() | 1<<40} {
		compactReader.cut(t, compact(n))
	}
}

func TestReadCompactSize_vectors(t *testing.T) {
	for _, v := range wire.All("compactsize") {
		try := expect.Tried(t, "ReadCompactSize(c) over the vector %s", v.Name)
		try.Input(v.Bytes, compactParts(len(v.Bytes))...)
		got, err := version.ReadCompactSize(version.NewCursor(v.Bytes))
		if !v.Good() {
			try.ErrorIs(err, sentinel(t, v.Expect), v.Expect)
			continue
		}
		want, broken := strconv.ParseUint(v.Facts["value"], 10, 64)
		expect.Broken(t, broken)
		try.NoError(err)
		try.Equal("", got, want)
	}
}

func TestAppendCompactSize(t *testing.T) {
	d := draw.From(t)
	for _, n := range sizes(d) {
		dst := d.Bytes(d.Between(1, 6))
		try := expect.Tried(t, "AppendCompactSize(dst, %d), where dst has %d bytes", n, len(dst))
		want := join(dst, compact(n))
		try.Why("%s; dst keeps the bytes that it has", forms)
		try.Bytes("", version.AppendCompactSize(dst[:len(dst):len(dst)], n), want,
			expect.Field{Name: "dst", Size: len(dst)}, expect.Field{Name: "CompactSize"})
	}
}

func TestAppendCompactSize_twice(t *testing.T) {
	d := draw.From(t)
	first, second := uint64(d.Between(0, 0xfc)), uint64(d.Between(0, 0xfc))
	try := expect.Tried(t, "AppendCompactSize(nil, %d), then AppendCompactSize(nil, %d), and then the first result again", first, second)
	try.Why(whyTwice)
	got := version.AppendCompactSize(nil, first)
	version.AppendCompactSize(nil, second)
	try.Bytes("", got, compact(first), expect.Field{Name: "CompactSize"})
}
