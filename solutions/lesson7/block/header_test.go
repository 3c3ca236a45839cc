package block_test

import (
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

func TestReadHeader(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		want := drawHeader(d)
		b := bytesOfHeader(want)
		before, rest := d.Bytes(d.Between(1, 9)), d.Bytes(d.Between(1, 9))
		c := after(t, before, b, rest)
		try := expect.Tried(t, "ReadHeader(c), where c has the 80 bytes of a header and %d more", len(rest))
		try.Input(b, headerLayout...)
		got, err := block.ReadHeader(c)
		try.NoError(err)
		sameHeader(try, got, want)
		try.Why("a header has 80 bytes; the transactions follow it")
		try.Equal("bytes taken", c.Offset()-len(before), block.HeaderSize)
	}
}

func sameHeader(try *expect.Try, got, want block.Header) {
	try.Why("the numbers are little endian, the version is signed")
	try.Equal("Version", got.Version, want.Version)
	try.Why("a Hash keeps the order of the wire; only its String is reversed")
	try.Equal("Previous", got.Previous, want.Previous)
	try.Equal("Merkle", got.Merkle, want.Merkle)
	try.Why("the numbers are little endian")
	try.Equal("Time", got.Time, want.Time)
	try.Equal("Bits", got.Bits, want.Bits)
	try.Equal("Nonce", got.Nonce, want.Nonce)
}

func TestReadHeader_real(t *testing.T) {
	d := draw.From(t)
	for _, height := range []int{0, d.Between(1, chain.Blocks-1)} {
		b := chain.Block(height)[:block.HeaderSize]
		try := expect.Tried(t, "ReadHeader(c), where c has the header of Bitcoin's block %d", height).Input(b, headerLayout...)
		h, err := block.ReadHeader(version.NewCursor(b))
		try.NoError(err)
		try.Why("the numbers are little endian")
		try.Equal("Bits", h.Bits, uint32(0x1d00ffff))
		try.Equal("Version", h.Version, int32(1))
	}
}

func TestReadHeader_cut(t *testing.T) {
	d := draw.From(t)
	b := bytesOfHeader(drawHeader(d))
	end := 0
	for _, f := range headerLayout {
		start := end
		end += f.Size
		for n := start; n < end; n++ {
			try := expect.Tried(t, "ReadHeader(c), where c has %d of the 80 bytes", n).Input(b[:n], headerLayout...)
			try.Why("c.Take returns this error and adds the name that you give it: pass it on, or wrap it with %%w")
			_, err := block.ReadHeader(version.NewCursor(b[:n]))
			isShort(try, err)
			try.Mentions(err, f.Name)
		}
	}
}

func TestAppendHeader(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		h := drawHeader(d)
		dst := d.Bytes(d.Between(1, 5))
		try := expect.Tried(t, "AppendHeader(dst, h), where dst has %d bytes", len(dst))
		try.Why("the 80 bytes follow those that dst has already, in the order of the fields")
		layout := append([]expect.Field{{Name: "dst", Size: len(dst)}}, headerLayout...)
		try.Bytes("", block.AppendHeader(dst[:len(dst):len(dst)], h), join(dst, bytesOfHeader(h)), layout...)
	}
}

func TestHeader_Hash(t *testing.T) {
	d := draw.From(t)
	for range 3 {
		h := drawHeader(d)
		try := expect.Tried(t, "h.Hash()").Input(bytesOfHeader(h), headerLayout...)
		try.Why("the hash of a block is SHA-256 applied twice to the 80 bytes of its header, in the order in which SHA-256 returns its bytes")
		got, want := h.Hash(), sha2(bytesOfHeader(h))
		try.Bytes("", got[:], want[:])
	}
}

func TestHeader_Hash_genesis(t *testing.T) {
	b := chain.Block(0)
	h := block.Header{Version: 1, Merkle: block.Hash(b[36:68]), Time: 1231006505, Bits: 0x1d00ffff, Nonce: 2083236893}
	try := expect.Tried(t, "h.Hash().String(), where h is the header of Bitcoin's first block").Input(b[:80], headerLayout...)
	try.Why("everyone who looks up block 0 sees this hash")
	try.Equal("", h.Hash().String(), "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
}
