package framing_test

import (
	"bytes"
	"io"
	"testing"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"

	"github.com/stretchr/testify/require"
)

// Every good vector, cut at every length, and each of its bytes changed.
func TestReadMessage_everyCutOfEveryVector(t *testing.T) {
	for _, v := range append(wire.All("message"), wire.All("version")...) {
		if !v.Good() {
			continue
		}
		magic := magicOf(t, v)
		for n := range v.Bytes {
			_, err := framing.ReadMessage(bytes.NewReader(v.Bytes[:n]), magic)
			want := io.ErrUnexpectedEOF
			if n == 0 {
				want = io.EOF
			}
			require.ErrorIs(t, err, want, "%s cut after %d bytes", v.Name, n)
		}
		for n := range v.Bytes {
			b := bytes.Clone(v.Bytes)
			b[n] ^= 0x80
			_, err := framing.ReadMessage(bytes.NewReader(b), magic)
			require.Error(t, err, "%s with byte %d changed", v.Name, n)
		}
	}
}

func TestReadAll_everyCutOfEveryVector(t *testing.T) {
	for _, v := range wire.All("stream") {
		if !v.Good() {
			continue
		}
		whole, err := framing.ReadAll(bytes.NewReader(v.Bytes), framing.Mainnet)
		require.NoError(t, err)
		ends := map[int]int{0: 0} // offset at which that many messages have ended
		offset := 0
		for i, m := range whole {
			offset += framing.HeaderSize + len(m.Payload)
			ends[offset] = i + 1
		}
		require.Equal(t, len(v.Bytes), offset, v.Name)
		seen := 0
		for n := range len(v.Bytes) + 1 {
			got, err := framing.ReadAll(bytes.NewReader(v.Bytes[:n]), framing.Mainnet)
			if k, ok := ends[n]; ok {
				seen = k
				require.NoError(t, err, "%s cut after %d bytes", v.Name, n)
			} else {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s cut after %d bytes", v.Name, n)
			}
			require.Len(t, got, seen, "%s cut after %d bytes", v.Name, n)
		}
	}
}

func TestAppendMessage_roundTrip(t *testing.T) {
	for _, v := range append(wire.All("message"), wire.All("version")...) {
		if !v.Good() {
			continue
		}
		m, err := framing.ReadMessage(bytes.NewReader(v.Bytes), magicOf(t, v))
		require.NoError(t, err, v.Name)
		b, err := framing.AppendMessage(nil, magicOf(t, v), m)
		require.NoError(t, err, v.Name)
		require.Equal(t, v.Bytes, b, v.Name)
	}
}
