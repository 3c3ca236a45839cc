package version_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"

	"github.com/stretchr/testify/require"
)

// Every cut of every good vector is refused as cut short, with two exceptions:
// a version message may end where the relay byte would be.
func TestReadVersion_everyCut(t *testing.T) {
	cuts := 0
	for _, v := range wire.All("version") {
		cuts += cutVersion(t, v.Name, v.Payload())
	}
	for _, v := range wire.All("versionpayload") {
		if v.Good() {
			cuts += cutVersion(t, v.Name, v.Bytes)
		}
	}
	require.Greater(t, cuts, 700)
}

func cutVersion(t *testing.T, name string, payload []byte) (cuts int) {
	t.Helper()
	whole, err := version.ReadVersion(payload)
	require.NoError(t, err, name)
	for n := range payload {
		cut, err := version.ReadVersion(payload[:n])
		if n == len(payload)-1 && !whole.OmitRelay {
			require.NoError(t, err, "%s, %d bytes", name, n)
			require.True(t, cut.OmitRelay)
			continue
		}
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s, %d bytes", name, n)
		require.Zero(t, cut)
		cuts++
	}
	return cuts
}

// Every cut of every vector of a list, good or bad, is an error; of a good one
// it is that of a payload cut short.
func TestReadAddr_everyCut(t *testing.T) {
	readers := map[string]func([]byte) error{
		"addr":   func(b []byte) error { _, err := version.ReadAddr(b); return err },
		"addrv2": func(b []byte) error { _, err := version.ReadAddrV2(b); return err },
	}
	for folder, read := range readers {
		for _, v := range wire.All(folder) {
			for n := range v.Bytes {
				err := read(v.Bytes[:n])
				if v.Expect == "ErrTrailing" && err == nil {
					continue // the cut has taken what was too much
				}
				require.Error(t, err, "%s, %d bytes", v.Name, n)
				requireKnown(t, err)
				if v.Good() {
					require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s, %d bytes", v.Name, n)
				}
			}
		}
	}
}

func TestReadCompactSize_everyCut(t *testing.T) {
	for _, v := range wire.All("compactsize") {
		for n := range v.Bytes {
			_, err := version.ReadCompactSize(version.NewCursor(v.Bytes[:n]))
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s, %d bytes", v.Name, n)
		}
	}
}

// The errors say what was looked for, where, and what was there.
func TestReadVersion_errorText(t *testing.T) {
	payload := wire.Load("versionpayload/good").Bytes
	for _, tt := range []struct {
		b    []byte
		want string
	}{
		{payload[:2], "protocol version at offset 0: unexpected EOF: 2 of 4 bytes"},
		{payload[:11], "services at offset 4: unexpected EOF: 7 of 8 bytes"},
		{payload[:45], "receiver: port at offset 44: unexpected EOF: 1 of 2 bytes"},
		{payload[:46], "sender: services at offset 46: unexpected EOF: 0 of 8 bytes"},
		{payload[:75], "nonce at offset 72: unexpected EOF: 3 of 8 bytes"},
		{payload[:90], "user agent: text at offset 81: unexpected EOF: 9 of 14 bytes"},
		{payload[:97], "start height at offset 95: unexpected EOF: 2 of 4 bytes"},
		{wire.Load("versionpayload/relay-2").Bytes, "relay: bool at offset 99: not a bool: got 02"},
		{wire.Load("versionpayload/trailing").Bytes, "relay: bytes after the end: 1"},
		{wire.Load("versionpayload/agent-257").Bytes, "user agent: CompactSize at offset 81: too long: 257 bytes, at most 256"},
		{wire.Load("versionpayload/agent-long-form").Bytes, "user agent: length: CompactSize at offset 81: CompactSize not in its shortest form: 14 in 2 bytes"},
	} {
		_, err := version.ReadVersion(tt.b)
		require.EqualError(t, err, tt.want)
	}
}

// Reading and writing do not touch what they are given.
func TestReadVersion_leavesPayload(t *testing.T) {
	payload := wire.Load("versionpayload/good").Bytes
	before := bytes.Clone(payload)
	v, err := version.ReadVersion(payload)
	require.NoError(t, err)
	require.Equal(t, before, payload)
	_, err = version.AppendVersion(payload[:0:0], v)
	require.NoError(t, err)
	require.Equal(t, before, payload)
}

func TestReadVersion_cursor(t *testing.T) {
	c := version.NewCursor([]byte{1, 2, 3})
	b, err := c.Take("a", 2)
	require.NoError(t, err)
	require.Equal(t, []byte{1, 2}, b)
	for _, n := range []int{2, 1 << 40, -1} {
		_, err = c.Take("b", n)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Equal(t, 1, c.Len())
		require.Equal(t, 2, c.Offset())
	}
	require.EqualError(t, c.Fail(errors.New("bad"), "got %d", 7), "b at offset 2: bad: got 7")
	var zero version.Cursor
	b, err = zero.Take("nothing", 0)
	require.NoError(t, err)
	require.Empty(t, b)
	require.Equal(t, "[::]:8333", version.NetAddr{Port: 8333}.String())
}
