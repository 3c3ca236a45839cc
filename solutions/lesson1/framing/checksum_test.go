package framing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
)

var readChecksum = reader{"ReadChecksum(r)", "checksum", "a checksum is bytes, not a number: they stay in their order", func(r io.Reader) (any, error) { return framing.ReadChecksum(r) }}

func TestReadChecksum(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		sum := [4]byte(d.Bytes(4))
		readChecksum.takesOnly(t, d, sum[:], sum)
	}
}

func TestReadChecksum_cut(t *testing.T) {
	d := draw.From(t)
	field := d.Bytes(4)
	readChecksum.cut(t, d, field)
	readChecksum.timesOut(t, field)
}

// twice is SHA-256 of SHA-256, made by other means: over streams.
func twice(b []byte) []byte {
	first, second := sha256.New(), sha256.New()
	first.Write(b)
	second.Write(first.Sum(nil))
	return second.Sum(nil)
}

func TestHash256(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{d.Between(2, 63), 64, d.Between(65, 200), 1, 0} {
		behind := d.Bytes(n + 40)
		b, after := behind[:n], bytes.Clone(behind[n:])
		given := bytes.Clone(b)
		try := expect.Tried(t, "Hash256(b), where b has %s", expect.Count(n, "byte")).Input(given)
		try.Why("it is the SHA-256 of the 32 bytes that are the SHA-256 of b: of b alone, whatever was hashed before, and of bytes, not of hex digits")
		got := framing.Hash256(b)
		if got == sha256.Sum256(given) {
			try.Why("this is the SHA-256 of b; Hash256 takes the SHA-256 of that again")
		}
		try.Bytes("", got[:], twice(given))
		try.Why("a function that reads leaves its input as it was")
		try.Bytes("the input afterwards", b, given)
		try.Bytes("the memory behind the input, afterwards", behind[n:], after)
	}
}

func TestHash256_known(t *testing.T) {
	want, err := hex.DecodeString("dfdb669514987c3435da361e6d0679c9ee4085a5ca1daaa12ef909919cc1a7f0")
	expect.Broken(t, err)
	try := expect.Tried(t, `Hash256([]byte("don't trust, verify"))`)
	got := framing.Hash256([]byte("don't trust, verify"))
	try.Bytes("", got[:], want)
}

func TestChecksum(t *testing.T) {
	d := draw.From(t)
	for _, b := range [][]byte{d.Bytes(d.Between(2, 40)), d.Bytes(1), {}, nil} {
		given := bytes.Clone(b)
		try := expect.Tried(t, "Checksum(b), where b has %s", expect.Count(len(b), "byte")).Input(given)
		try.Why("the checksum is the first 4 of the 32 bytes of Hash256, in their order")
		got := framing.Checksum(b)
		try.Bytes("", got[:], twice(given)[:4])
		try.Why("a function that reads leaves its input as it was")
		try.Bytes("the input afterwards", b, given)
	}
}
