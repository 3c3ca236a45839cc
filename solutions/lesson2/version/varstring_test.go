package version_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

// textReader reads a text of at most most bytes.
func textReader(n, most int) reader {
	return reader{
		call:  fmt.Sprintf("ReadVarString(c, %d)", most),
		form:  "the length as a CompactSize, then that many bytes, which need not be UTF-8",
		parts: []expect.Field{{Name: "length", Size: len(compact(uint64(n)))}, {Name: "text", Size: n}}[:min(n+1, 2)],
		read:  func(c *version.Cursor) (any, error) { return version.ReadVarString(c, most) },
	}
}

func text(s string) []byte { return join(compact(uint64(len(s))), []byte(s)) }

func TestReadVarString(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, d.Between(2, 252), 253, d.Between(300, 700)} {
		s := d.Word(n)
		textReader(n, n+d.Between(0, 9)).takes(t, d, text(s), s)
	}
}

func TestReadVarString_empty(t *testing.T) {
	d := draw.From(t)
	textReader(0, d.Between(0, 9)).takes(t, d, []byte{0}, "")
}

func TestReadVarString_anyBytes(t *testing.T) {
	d := draw.From(t)
	s := "\xff\x00" + string(d.Bytes(20)) + "\x00"
	textReader(len(s), 256).takes(t, d, text(s), s)
}

func TestReadVarString_bound(t *testing.T) {
	d := draw.From(t)
	most := d.Between(20, 300)
	s := d.Word(most)
	textReader(most, most).takes(t, d, text(s), s)
	letters := strings.Repeat("é", most/2+1)
	try := expect.Tried(t, "ReadVarString(c, %d), where the text has %d letters, %d bytes", most, most/2+1, len(letters))
	try.Why("the bound counts bytes, and é has two of them")
	_, err := version.ReadVarString(version.NewCursor(text(letters)), most)
	try.ErrorIs(err, version.ErrTooLong, "ErrTooLong")
	for _, n := range []uint64{uint64(most) + 1, uint64(d.Between(1000, 100_000)), 1 << 30, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
		b := join(compact(n), d.Bytes(min(int(n%4000), 40)))
		try := expect.Tried(t, "ReadVarString(c, %d), where the text's length is %d", most, n)
		try.Input(b, expect.Field{Name: "length", Size: len(compact(n))}, expect.Field{Name: "text"})
		try.Why("the length is compared with the bound first: before anything is read, allocated or converted to an int")
		_, err := version.ReadVarString(version.NewCursor(b), most)
		try.ErrorIs(err, version.ErrTooLong, "ErrTooLong")
	}
}

func TestReadVarString_length(t *testing.T) {
	try := expect.Tried(t, "ReadVarString(c, 256), where the length 3 is written as fd 03 00")
	try.Why("the length is a CompactSize: what ReadCompactSize refuses, ReadVarString refuses with the same error")
	_, err := version.ReadVarString(version.NewCursor([]byte{0xfd, 3, 0, 'a', 'b', 'c'}), 256)
	try.ErrorIs(err, version.ErrCompactSize, "ErrCompactSize")
}

func TestReadVarString_cut(t *testing.T) {
	d := draw.From(t)
	n := d.Between(5, 30)
	textReader(n, 256).cut(t, text(d.Word(n)))

	b := join(compact(1<<62), d.Bytes(9))
	try := expect.Tried(t, "ReadVarString(c, math.MaxInt), where the text's length is 2^62 and 9 bytes follow").Input(b, expect.Field{Name: "length", Size: 9}, expect.Field{Name: "text"})
	const why = "a stranger chooses the length: take the bytes first, and you make no room for what is not there"
	try.Why(why).Halts(why)
	_, err := version.ReadVarString(version.NewCursor(b), math.MaxInt)
	isShort(try, err)
}

func TestAppendVarString(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{0, 1, d.Between(2, 252), 253, d.Between(300, 700)} {
		s, dst := d.Word(n), d.Bytes(d.Between(1, 6))
		try := expect.Tried(t, "AppendVarString(dst, s, %d), where s has %d bytes and dst %d", n, n, len(dst))
		try.Why("the length as a CompactSize and the text, after the bytes that dst has already")
		got, err := version.AppendVarString(dst[:len(dst):len(dst)], s, n)
		try.NoError(err)
		try.Bytes("", got, join(dst, text(s)),
			expect.Field{Name: "dst", Size: len(dst)}, expect.Field{Name: "length", Size: len(compact(uint64(n)))}, expect.Field{Name: "text"})
	}
}

func TestAppendVarString_bound(t *testing.T) {
	most := 2 * draw.From(t).Between(1, 150)
	for _, s := range []string{strings.Repeat("x", most+1), strings.Repeat("é", most/2) + "x", strings.Repeat("é", most)} {
		letters := utf8.RuneCountInString(s)
		try := expect.Tried(t, "AppendVarString(nil, s, %d), where s has %d letters, %d bytes", most, letters, len(s))
		try.Why("what a reader would refuse is not written; the bound and the length count bytes, and é has two of them")
		_, err := version.AppendVarString(nil, s, most)
		try.ErrorIs(err, version.ErrTooLong, "ErrTooLong")
	}
	s := strings.Repeat("é", most/2)
	try := expect.Tried(t, "AppendVarString(nil, s, %d), where s has %d letters, %d bytes", most, most/2, most)
	try.Why("the bound and the length count bytes, and é has two of them")
	got, err := version.AppendVarString(nil, s, most)
	try.NoError(err)
	try.Bytes("", got, text(s), expect.Field{Name: "length", Size: len(compact(uint64(most)))}, expect.Field{Name: "text"})
}

func TestAppendVarString_twice(t *testing.T) {
	d := draw.From(t)
	first, second := d.Word(9), d.Word(9)
	try := expect.Tried(t, "AppendVarString(nil, %q, 20), then AppendVarString(nil, %q, 20), and then the first result again", first, second)
	try.Why(whyTwice)
	got, err := version.AppendVarString(nil, first, 20)
	try.NoError(err)
	_, err = version.AppendVarString(nil, second, 20)
	try.NoError(err)
	try.Bytes("", got, text(first), expect.Field{Name: "length", Size: 1}, expect.Field{Name: "text"})
}
