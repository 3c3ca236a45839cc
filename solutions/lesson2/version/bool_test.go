package version_test

import (
	"fmt"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

var boolReader = reader{
	call:  "ReadBool(c)",
	form:  "00 is false, 01 is true",
	parts: []expect.Field{{Name: "bool", Size: 1}},
	read:  func(c *version.Cursor) (any, error) { return version.ReadBool(c) },
}

func TestReadBool(t *testing.T) {
	d := draw.From(t)
	boolReader.takes(t, d, []byte{0}, false)
	boolReader.takes(t, d, []byte{1}, true)
}

func TestReadBool_neither(t *testing.T) {
	for n := 2; n < 256; n++ {
		try := expect.Tried(t, "ReadBool(c), where the next byte is %02x", n)
		try.Why("each value has one form on the wire; a byte that is neither 0 nor 1 is not a bool")
		_, err := version.ReadBool(version.NewCursor([]byte{byte(n)}))
		try.ErrorIs(err, version.ErrBool, "ErrBool")
	}
}

func TestReadBool_where(t *testing.T) {
	d := draw.From(t)
	at := d.Between(10, 99)
	c := version.NewCursor(join(d.Bytes(at), []byte{byte(d.Between(2, 255))}))
	_, err := c.Take("bytes before", at)
	expect.Broken(t, err)
	try := expect.Tried(t, "ReadBool(c), where the byte at offset %d is neither 0 nor 1", at)
	_, err = version.ReadBool(c)
	try.ErrorIs(err, version.ErrBool, "ErrBool")
	try.Why("a bad byte among hundreds is found by its offset; c.Fail(ErrBool, ...) says it")
	try.Mentions(err, fmt.Sprintf("offset %d", at))
}

func TestReadBool_cut(t *testing.T) {
	boolReader.cut(t, []byte{1})
}
