package headers_test

import (
	"encoding/binary"
	"io"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/headers"
)

func drawn(d *draw.Source, n int) []block.Header {
	var hs []block.Header
	for range n {
		hs = append(hs, block.Header{
			Version: int32(d.Uint32()), Previous: block.Hash(d.Bytes(32)), Merkle: block.Hash(d.Bytes(32)),
			Time: d.Uint32(), Bits: d.Uint32(), Nonce: d.Uint32(),
		})
	}
	return hs
}

func TestReadHeaders(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{0, 1, d.Between(2, 20), 2000} {
		want := drawn(d, n)
		try := expect.Tried(t, "ReadHeaders(payload) of %s", expect.Count(n, "header"))
		got, err := headers.ReadHeaders(message(want).Payload)
		try.Why("up to 2,000 headers are a message, and 81 bytes belong to each: 80, and a count of transactions")
		try.NoError(err)
		try.Equal("number of headers", len(got), n)
		for i := range want {
			if got[i] != want[i] {
				try.Bytes("a header", bytesOf(got[i]), bytesOf(want[i]))
			}
		}
	}
}

// Answers of two peers, one after the other.
func TestReadHeaders_again(t *testing.T) {
	d := draw.From(t)
	first, second := drawn(d, 3), drawn(d, 2)
	got, err := headers.ReadHeaders(message(first).Payload)
	try := expect.Tried(t, "ReadHeaders of 3 headers, then of 2 others; the first 3 afterwards")
	try.NoError(err)
	_, err = headers.ReadHeaders(message(second).Payload)
	try.NoError(err)
	try.Why("the caller keeps what it got: each call needs its own list")
	try.True(slices.Equal(got, first), "other headers", "the headers as they were")
}

func TestReadHeaders_tooMany(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{2001, d.Between(2002, 65_000)} {
		try := expect.Tried(t, "ReadHeaders(payload), which claims %d headers and has 1", n)
		try.Why("the count is checked before any header is read: no honest peer sends more than 2,000")
		_, err := headers.ReadHeaders(append(compact(n), message(drawn(d, 1)).Payload[1:]...))
		try.ErrorIs(err, headers.ErrTooMany, "ErrTooMany")
	}
	for _, claim := range []uint64{1 << 32, 1<<63 + uint64(d.Between(0, 2000)), 1<<64 - 1} {
		try := expect.Tried(t, "ReadHeaders(payload), which claims %d headers and has 1", claim)
		why := "a count of 64 bits may not fit into an int: one of 2^63 or more is negative there, and below any bound. Compare it as the uint64 that it is"
		try.Why("%s", why).Halts("%s", why)
		_, err := headers.ReadHeaders(append(binary.LittleEndian.AppendUint64([]byte{0xff}, claim), message(drawn(d, 1)).Payload[1:]...))
		try.ErrorIs(err, headers.ErrTooMany, "ErrTooMany")
	}
}

func TestReadHeaders_cut(t *testing.T) {
	d := draw.From(t)
	b := message(drawn(d, 2)).Payload
	for n := range b {
		try := expect.Tried(t, "ReadHeaders(payload), where payload has %d of %d bytes", n, len(b))
		try.Why("c.Take and ReadCompactSize return this error: pass it on, or wrap it with %%w")
		_, err := headers.ReadHeaders(b[:n])
		try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
	}
}

func TestReadHeaders_transactions(t *testing.T) {
	d := draw.From(t)
	n := d.Between(1, 5)
	b := message(drawn(d, n)).Payload
	b[81*d.Between(1, n)] = byte(d.Between(1, 0xfc))
	try := expect.Tried(t, "ReadHeaders(payload) of %d headers, one of which claims to have transactions", n)
	try.Why("a headers message has no transactions: what follows would be read as a header")
	_, err := headers.ReadHeaders(b)
	try.ErrorIs(err, headers.ErrTransactions, "ErrTransactions")
}

func TestReadHeaders_trailing(t *testing.T) {
	d := draw.From(t)
	for _, n := range []int{1, d.Between(2, 81)} {
		b := message(drawn(d, d.Between(0, 5))).Payload
		try := expect.Tried(t, "ReadHeaders(payload), where the last header is followed by %s", expect.Count(n, "byte"))
		try.Why("a peer whose count does not fit its bytes is broken or lies")
		_, err := headers.ReadHeaders(append(b, d.Bytes(n)...))
		try.ErrorIs(err, headers.ErrTrailing, "ErrTrailing")
	}
}
