package version_test

import (
	"bytes"
	"testing"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"

	btcd "github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// Both read the payload of version/peer from memory; btcd wants a bytes.Buffer.
//
//	go test -run '^$' -bench Version -benchmem ./solutions/lesson2/version
func BenchmarkReadVersion(b *testing.B) {
	payload := wire.Load("version/peer").Payload()
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := version.ReadVersion(payload); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("btcd", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m btcd.MsgVersion
			if err := m.BtcDecode(bytes.NewBuffer(payload), btcd.ProtocolVersion, btcd.BaseEncoding); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Both write behind memory that is there already.
func BenchmarkAppendVersion(b *testing.B) {
	payload := wire.Load("version/peer").Payload()
	ours, err := version.ReadVersion(payload)
	require.NoError(b, err)
	var theirs btcd.MsgVersion
	require.NoError(b, theirs.BtcDecode(bytes.NewBuffer(payload), btcd.ProtocolVersion, btcd.BaseEncoding))
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, 0, 512)
		for b.Loop() {
			out, err := version.AppendVersion(buf, ours)
			if err != nil || len(out) != len(payload) {
				b.Fatal(err, len(out))
			}
		}
	})
	b.Run("btcd", func(b *testing.B) {
		b.ReportAllocs()
		buf := bytes.NewBuffer(make([]byte, 0, 512))
		for b.Loop() {
			buf.Reset()
			if err := theirs.BtcEncode(buf, btcd.ProtocolVersion, btcd.BaseEncoding); err != nil || buf.Len() != len(payload) {
				b.Fatal(err, buf.Len())
			}
		}
	})
}

// The list of 1,000 addresses that a peer answers a getaddr with.
func BenchmarkReadAddr(b *testing.B) {
	payload := compact(version.MaxAddrs)
	one := wire.Load("addr/one").Bytes[1:]
	for range version.MaxAddrs {
		payload = append(payload, one...)
	}
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := version.ReadAddr(payload); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("btcd", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m btcd.MsgAddr
			if err := m.BtcDecode(bytes.NewReader(payload), btcd.ProtocolVersion, btcd.BaseEncoding); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The times are for the eye; the allocations are held.
func TestReadVersion_allocations(t *testing.T) {
	payload := wire.Load("version/peer").Payload()
	v, err := version.ReadVersion(payload)
	require.NoError(t, err)
	buf := make([]byte, 0, 512)
	var theirs btcd.MsgVersion
	for name, pair := range map[string][2]func(){
		"reading": {func() { version.ReadVersion(payload) }, func() { theirs.BtcDecode(bytes.NewBuffer(payload), btcd.ProtocolVersion, btcd.BaseEncoding) }},
		"writing": {func() { version.AppendVersion(buf, v) }, func() { theirs.BtcEncode(bytes.NewBuffer(buf), btcd.ProtocolVersion, btcd.BaseEncoding) }},
	} {
		require.LessOrEqual(t, testing.AllocsPerRun(100, pair[0]), testing.AllocsPerRun(100, pair[1]), name)
	}
}
