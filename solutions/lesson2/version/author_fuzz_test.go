package version_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"

	"github.com/stretchr/testify/require"
)

// seedPayloads gives a fuzz target every vector, with and without an envelope.
// wire.All panics where it finds nothing, so that no target runs without seeds.
func seedPayloads(f *testing.F) {
	f.Helper()
	for _, v := range wire.All(".") {
		payloads(v, func(b []byte) { f.Add(b) })
	}
}

// requireKnown wants err to be one of those that a reader of a payload may report.
func requireKnown(t *testing.T, err error) {
	t.Helper()
	for _, known := range sentinels {
		if errors.Is(err, known) {
			return
		}
	}
	t.Fatalf("%v is none of the package's errors", err)
}

// field fuzzes a reader of a field: it fails with a known error or takes bytes
// that write gives back.
func field[T any](f *testing.F, read func(*version.Cursor) (T, error), write func(T) []byte) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		c := version.NewCursor(b)
		v, err := read(c)
		require.Equal(t, before, b, "the payload is not written to")
		if err != nil {
			requireKnown(t, err)
			return
		}
		require.Equal(t, b[:c.Offset()], write(v))
	})
}

func FuzzReadProtocolVersion(f *testing.F) {
	field(f, version.ReadProtocolVersion, func(n int32) []byte { return le32(uint32(n)) })
}

func FuzzReadBool(f *testing.F) {
	field(f, version.ReadBool, func(b bool) []byte {
		if b {
			return []byte{1}
		}
		return []byte{0}
	})
}

func FuzzReadVarString(f *testing.F) {
	read := func(c *version.Cursor) (string, error) { return version.ReadVarString(c, 100) }
	field(f, read, func(s string) []byte {
		b, err := version.AppendVarString(nil, s, 100)
		if err != nil {
			return []byte(err.Error())
		}
		return b
	})
}

func FuzzReadServices(f *testing.F) {
	field(f, version.ReadServices, func(s version.Services) []byte {
		if len(s.Names()) > 64 || s.String() == "" {
			return nil
		}
		return le64(uint64(s))
	})
}

func FuzzReadTimestamp(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		at, err := version.ReadTimestamp(version.NewCursor(b))
		if err != nil {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			return
		}
		require.Equal(t, b[:8], le64(uint64(at.Unix())))
		require.True(t, version.IsRecent(at, at))
	})
}

func FuzzReadIP(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		ip, err := version.ReadIP(version.NewCursor(b))
		if err != nil {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			return
		}
		raw := ip.As16()
		require.Equal(t, b[:16], raw[:])
		require.False(t, ip.Is4In6())
	})
}

func FuzzReadPort(f *testing.F) {
	field(f, version.ReadPort, be16)
}

func FuzzReadNetAddr(f *testing.F) {
	field(f, version.ReadNetAddr, func(a version.NetAddr) []byte { return version.AppendNetAddr(nil, a) })
}

func FuzzReadTimedNetAddr(f *testing.F) {
	field(f, version.ReadTimedNetAddr, func(a version.TimedNetAddr) []byte {
		return version.AppendNetAddr(binary.LittleEndian.AppendUint32(nil, uint32(a.Time.Unix())), a.NetAddr)
	})
}

func FuzzReadOneAddrV2(f *testing.F) {
	field(f, version.ReadOneAddrV2, func(a version.AddrV2) []byte {
		if a.String() == "" {
			return nil
		}
		return v2{uint32(a.Time.Unix()), uint64(a.Services), a.Network, a.Addr, a.Port}.bytes()
	})
}

func FuzzReadVersion(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := version.ReadVersion(b)
		if err != nil {
			requireKnown(t, err)
			return
		}
		again, err := version.AppendVersion(nil, v)
		require.NoError(t, err)
		require.Equal(t, b, again)
		for _, r := range version.Table(v) {
			require.True(t, r == '\n' || r >= ' ' && r != 0x7f)
		}
	})
}

func FuzzReadAddr(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := version.ReadAddr(b)
		if err != nil {
			requireKnown(t, err)
			return
		}
		again := compact(uint64(len(all)))
		for _, a := range all {
			again = version.AppendNetAddr(binary.LittleEndian.AppendUint32(again, uint32(a.Time.Unix())), a.NetAddr)
		}
		require.Equal(t, b, again)
	})
}

func FuzzReadAddrV2(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := version.ReadAddrV2(b)
		if err != nil {
			requireKnown(t, err)
			return
		}
		require.LessOrEqual(t, len(all), version.MaxAddrs)
		for _, a := range all {
			require.Contains(t, kept, a.Network)
			require.Len(t, a.Addr, kept[a.Network])
			require.NotEmpty(t, a.String())
		}
	})
}

// Whatever a peer says, Greet comes to an end, and says nothing before it has
// read what it answers.
func FuzzGreet(f *testing.F) {
	for _, v := range wire.All(".") {
		f.Add(v.Bytes, true)
		f.Add(append(slices.Clone(v.Bytes), wire.Load("message/verack").Bytes...), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, inbound bool) {
		conn := &stream{in: bytes.NewReader(b)}
		cfg := version.Config{Magic: framing.Mainnet, Version: version.Version{Protocol: 70_016, Nonce: 1}, Inbound: inbound}
		peer, err := version.Greet(conn, cfg)
		sent, rest := mainnet.parse(conn.out.Bytes())
		require.Empty(t, rest)
		if err == nil {
			require.NotZero(t, peer.Version.Nonce-1)
			require.Contains(t, commands(sent), "version, verack")
		}
	})
}
