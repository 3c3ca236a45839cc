package framing_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"

	"github.com/stretchr/testify/require"
)

// seed gives a fuzz target the bytes of every vector, cut by f. wire.All panics
// where it finds nothing, so that no target runs without its seeds.
func seed(f *testing.F, cut func([]byte) []byte) {
	f.Helper()
	for _, v := range wire.All(".") {
		f.Add(cut(v.Bytes))
	}
}

// part cuts out a field of the header, or as much of it as there is.
func part(from, to int) func([]byte) []byte {
	return func(b []byte) []byte { return b[min(from, len(b)):min(to, len(b))] }
}

// knownErrors are all that a reader of a stream of bytes may report.
var knownErrors = []error{
	framing.ErrFit, framing.ErrMagic, framing.ErrCommand, framing.ErrTooLarge, framing.ErrChecksum, io.EOF, io.ErrUnexpectedEOF,
}

func requireKnown(t *testing.T, err error) {
	t.Helper()
	require.True(t, slices.ContainsFunc(knownErrors, func(k error) bool { return errors.Is(err, k) }), "%v", err)
}

// field fuzzes a reader of a field of size bytes: it takes size bytes or fails,
// and what it returns encodes to the bytes it was given.
func field(f *testing.F, from, size int, read func(io.Reader) ([]byte, error)) {
	seed(f, part(from, from+size+3))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		got, err := read(r)
		if err != nil {
			requireKnown(t, err)
			require.Equal(t, len(b) < size && len(b) > 0, errors.Is(err, io.ErrUnexpectedEOF))
			require.Equal(t, len(b) == 0, errors.Is(err, io.EOF))
			return
		}
		require.Equal(t, b[:size], got)
		require.Equal(t, len(b)-size, r.Len())
	})
}

func FuzzReadMagic(f *testing.F) {
	field(f, 0, 4, func(r io.Reader) ([]byte, error) {
		m, err := framing.ReadMagic(r)
		if err == nil && m.String() == "" {
			return nil, errors.New("a network without a name")
		}
		return binary.LittleEndian.AppendUint32(nil, uint32(m)), err
	})
}

func FuzzReadCommand(f *testing.F) {
	field(f, 4, 12, func(r io.Reader) ([]byte, error) {
		name, err := framing.ReadCommand(r)
		return commandField(name), err
	})
}

func FuzzReadLength(f *testing.F) {
	field(f, 16, 4, func(r io.Reader) ([]byte, error) {
		n, err := framing.ReadLength(r)
		if err == nil && n > framing.MaxPayload {
			return nil, errors.New("a length over the bound")
		}
		return binary.LittleEndian.AppendUint32(nil, n), err
	})
}

func FuzzReadChecksum(f *testing.F) {
	field(f, 20, 4, func(r io.Reader) ([]byte, error) {
		sum, err := framing.ReadChecksum(r)
		return sum[:], err
	})
}

func FuzzReadPayload(f *testing.F) {
	for _, v := range wire.All(".") {
		f.Add(v.Bytes, uint32(len(v.Bytes)))
		f.Add(v.Bytes, uint32(len(v.Bytes)+1))
	}
	f.Add([]byte{}, uint32(framing.MaxPayload+1))
	f.Fuzz(func(t *testing.T, b []byte, n uint32) {
		r := bytes.NewReader(b)
		got, err := framing.ReadPayload(r, n)
		switch {
		case n > framing.MaxPayload:
			require.ErrorIs(t, err, framing.ErrTooLarge)
			require.Equal(t, len(b), r.Len())
		case int(n) > len(b):
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		default:
			require.NoError(t, err)
			require.True(t, bytes.Equal(b[:n], got))
			require.Equal(t, len(b)-int(n), r.Len())
		}
	})
}

func FuzzLittleEndian(f *testing.F) {
	seed(f, part(16, 20))
	seed(f, part(24, 32))
	seed(f, part(24, 33))
	f.Fuzz(func(t *testing.T, b []byte) {
		low, err := framing.LittleEndian(b)
		reversed := bytes.Clone(b)
		slices.Reverse(reversed)
		high, err2 := framing.BigEndian(reversed)
		require.Equal(t, len(b) > 8, errors.Is(err, framing.ErrFit))
		require.Equal(t, len(b) > 8, errors.Is(err2, framing.ErrFit))
		require.Equal(t, low, high)
		if err != nil {
			return
		}
		back, err := framing.PutLittleEndian(low, len(b))
		require.NoError(t, err)
		require.True(t, bytes.Equal(b, back))
		back, err = framing.PutBigEndian(low, len(b))
		require.NoError(t, err)
		require.True(t, bytes.Equal(reversed, back))
	})
}

func FuzzReadMessage(f *testing.F) {
	seed(f, func(b []byte) []byte { return b })
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		m, err := framing.ReadMessage(r, framing.Mainnet)
		require.Equal(t, len(b) == 0, errors.Is(err, io.EOF))
		if err != nil {
			requireKnown(t, err)
			return
		}
		out, err := framing.AppendMessage(nil, framing.Mainnet, m)
		require.NoError(t, err)
		require.Equal(t, b[:len(b)-r.Len()], out)
	})
}

func FuzzAppendMessage(f *testing.F) {
	for _, v := range wire.All(".") {
		f.Add(string(part(4, 16)(v.Bytes)), v.Payload())
	}
	f.Fuzz(func(t *testing.T, command string, payload []byte) {
		b, err := framing.AppendMessage(nil, framing.Signet, framing.Message{Command: command, Payload: payload})
		if err != nil {
			requireKnown(t, err)
			require.Nil(t, b)
			return
		}
		m, err := framing.ReadMessage(bytes.NewReader(b), framing.Signet)
		require.NoError(t, err)
		require.Equal(t, command, m.Command)
		require.True(t, bytes.Equal(payload, m.Payload))
	})
}

func FuzzReadAll(f *testing.F) {
	seed(f, func(b []byte) []byte { return b })
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := framing.ReadAll(bytes.NewReader(b), framing.Mainnet)
		if err != nil {
			requireKnown(t, err)
			require.False(t, errors.Is(err, io.EOF))
		}
		var out []byte
		for _, m := range all {
			out, _ = framing.AppendMessage(out, framing.Mainnet, m)
		}
		require.True(t, bytes.HasPrefix(b, out))
		require.Equal(t, err == nil, len(out) == len(b))
	})
}
