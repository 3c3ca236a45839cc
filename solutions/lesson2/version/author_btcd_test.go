package version_test

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson2/version"

	btcd "github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// ipOf is an IP of btcd's, which is always 16 bytes long, as one of ours.
func ipOf(t *testing.T, ip []byte) netip.Addr {
	t.Helper()
	a, ok := netip.AddrFromSlice(ip)
	require.True(t, ok)
	return a.Unmap()
}

func sameNetAddr(t *testing.T, ours version.NetAddr, theirs btcd.NetAddress) {
	t.Helper()
	require.Equal(t, uint64(theirs.Services), uint64(ours.Services))
	require.Equal(t, ipOf(t, theirs.IP), ours.IP)
	require.Equal(t, theirs.Port, ours.Port)
}

// agreeVersion compares our reading of a version payload with btcd's. btcd is
// laxer on purpose in this: all behind the receiver may be absent, any byte but 0
// is true, and what follows the relay byte is nobody's business.
func agreeVersion(t *testing.T, payload []byte) {
	t.Helper()
	ours, err := version.ReadVersion(payload)
	var theirs btcd.MsgVersion
	theirErr := theirs.BtcDecode(bytes.NewBuffer(bytes.Clone(payload)), btcd.ProtocolVersion, btcd.BaseEncoding)
	switch {
	case errors.Is(err, version.ErrBool), errors.Is(err, version.ErrTrailing):
		require.NoError(t, theirErr, "%x", payload)
		return
	case errors.Is(err, io.ErrUnexpectedEOF) && theirErr == nil:
		require.ErrorContains(t, err, ": 0 of ", "the end of a field, not its middle: %x", payload)
		return
	case err != nil:
		require.Error(t, theirErr, "ours: %v, %x", err, payload)
		return
	}
	require.NoError(t, theirErr, "%x", payload)
	require.Equal(t, theirs.ProtocolVersion, ours.Protocol)
	require.Equal(t, uint64(theirs.Services), uint64(ours.Services))
	require.Equal(t, theirs.Timestamp.Unix(), ours.Timestamp.Unix())
	sameNetAddr(t, ours.Receiver, theirs.AddrYou)
	sameNetAddr(t, ours.Sender, theirs.AddrMe)
	require.Equal(t, theirs.Nonce, ours.Nonce)
	require.Equal(t, theirs.UserAgent, ours.UserAgent)
	require.Equal(t, theirs.LastBlock, ours.StartHeight)
	require.Equal(t, !theirs.DisableRelayTx, ours.Relay)

	again, err := version.AppendVersion(nil, ours)
	require.NoError(t, err)
	require.Equal(t, payload, again, "the round trip")
	var written bytes.Buffer
	pver := uint32(btcd.BIP0037Version)
	if ours.OmitRelay {
		pver--
	}
	require.NoError(t, theirs.BtcEncode(&written, pver, btcd.BaseEncoding))
	require.Equal(t, payload, written.Bytes(), "as btcd writes it")
}

// agreeAddr compares our reading of an addr payload with btcd's, which does not
// mind what follows the last address.
func agreeAddr(t *testing.T, payload []byte) {
	t.Helper()
	ours, err := version.ReadAddr(payload)
	var theirs btcd.MsgAddr
	theirErr := theirs.BtcDecode(bytes.NewReader(payload), btcd.ProtocolVersion, btcd.BaseEncoding)
	if errors.Is(err, version.ErrTrailing) {
		require.NoError(t, theirErr)
		return
	}
	if err != nil {
		require.Error(t, theirErr, "ours: %v, %x", err, payload)
		return
	}
	require.NoError(t, theirErr, "%x", payload)
	require.Len(t, ours, len(theirs.AddrList))
	for i, a := range ours {
		require.Equal(t, theirs.AddrList[i].Timestamp.Unix(), a.Time.Unix())
		sameNetAddr(t, a.NetAddr, *theirs.AddrList[i])
	}
}

// agreeAddrV2 compares our reading of an addrv2 payload with btcd's. btcd knows
// neither I2P nor CJDNS nor Yggdrasil, keeps Tor v2, takes a payload that is cut
// short for a shorter list, and does not mind what follows.
func agreeAddrV2(t *testing.T, payload []byte) {
	t.Helper()
	ours, err := version.ReadAddrV2(payload)
	var theirs btcd.MsgAddrV2
	theirErr := theirs.BtcDecode(bytes.NewReader(payload), btcd.ProtocolVersion, btcd.BaseEncoding)
	if theirErr != nil {
		require.Error(t, err, "btcd: %v, %x", theirErr, payload)
	}
	if err != nil {
		return
	}
	shown := []string{}
	for _, a := range ours {
		if a.Network == version.IPv4 || a.Network == version.IPv6 || a.Network == version.TorV3 {
			shown = append(shown, a.String())
		}
	}
	want := []string{}
	for _, a := range theirs.AddrList {
		if host := a.Addr.String(); len(host) != btcd.TorV2EncodedSize || !strings.HasSuffix(host, ".onion") {
			want = append(want, version.AddrV2{Network: networkOf(a), Addr: rawOf(t, a), Port: a.Port}.String())
		}
	}
	require.Equal(t, want, shown)
}

func networkOf(a *btcd.NetAddressV2) version.Network { return version.Network(a.Addr.Network()[0]) }

// rawOf is the bytes of an address, by way of btcd's own encoder.
func rawOf(t *testing.T, a *btcd.NetAddressV2) []byte {
	t.Helper()
	m := btcd.NewMsgAddrV2()
	m.AddrList = append(m.AddrList, a)
	var b bytes.Buffer
	require.NoError(t, m.BtcEncode(&b, btcd.ProtocolVersion, btcd.BaseEncoding))
	c := version.NewCursor(b.Bytes()[1:])
	one, err := version.ReadOneAddrV2(c)
	require.NoError(t, err)
	require.Zero(t, c.Len())
	return one.Addr
}

func TestReadVersion_btcdVectors(t *testing.T) {
	for _, v := range wire.All(".") {
		payloads(v, func(b []byte) { agreeVersion(t, b); agreeAddr(t, b); agreeAddrV2(t, b) })
	}
}

// payloads gives f the bytes of a vector, with and without an envelope.
func payloads(v wire.Vector, f func([]byte)) {
	f(v.Bytes)
	if p := v.Payload(); len(p) > 0 {
		f(p)
	}
}

// What we draw, btcd reads as we do.
func TestReadVersion_btcdDrawn(t *testing.T) {
	d := draw.From(t)
	for range 300 {
		o := drawVersion(d)
		if d.IntN(4) == 0 {
			o.relay = nil
		}
		agreeVersion(t, o.bytes())
		all := drawSeen(d, d.Between(0, 20))
		agreeAddr(t, addrPayload(uint64(len(all)), all))
		b := []byte{9}
		for range 9 {
			b = append(b, drawAddrV2(d, networks[d.IntN(len(networks))]).bytes()...)
		}
		agreeAddrV2(t, b)
	}
}

// Cut anywhere, a version message is refused by both, or by us alone where it
// ends with a field.
func TestReadVersion_btcdCut(t *testing.T) {
	for _, v := range wire.All("version") {
		for n := range v.Payload() {
			agreeVersion(t, v.Payload()[:n])
		}
	}
}

func TestAppendCompactSize_btcd(t *testing.T) {
	for _, n := range sizes(draw.From(t)) {
		var b bytes.Buffer
		require.NoError(t, btcd.WriteVarInt(&b, 0, n))
		require.Equal(t, b.Bytes(), version.AppendCompactSize(nil, n))
	}
}

// The names of a service in btcd are ours with another spelling.
func TestReadServices_btcd(t *testing.T) {
	for ours, theirs := range map[version.Services]btcd.ServiceFlag{
		version.NodeNetwork: btcd.SFNodeNetwork, version.NodeGetUTXO: btcd.SFNodeGetUTXO, version.NodeBloom: btcd.SFNodeBloom,
		version.NodeWitness: btcd.SFNodeWitness, version.NodeCompactFilters: btcd.SFNodeCF, version.NodeNetworkLimited: btcd.SFNodeNetworkLimited,
	} {
		require.Equal(t, uint64(theirs), uint64(ours))
	}
}

// Each constant is the bit that its name stands for.
func TestReadServices_constants(t *testing.T) {
	for flag, name := range map[version.Services]string{
		version.NodeNetwork: "NETWORK", version.NodeGetUTXO: "GETUTXO", version.NodeBloom: "BLOOM", version.NodeWitness: "WITNESS",
		version.NodeCompactFilters: "COMPACT_FILTERS", version.NodeNetworkLimited: "NETWORK_LIMITED", version.NodeP2PV2: "P2P_V2",
	} {
		require.Equal(t, name, flag.String())
	}
}

func FuzzReadVersion_btcd(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) { agreeVersion(t, b) })
}

func FuzzReadAddr_btcd(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) { agreeAddr(t, b) })
}

func FuzzReadAddrV2_btcd(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) { agreeAddrV2(t, b) })
}

func FuzzReadCompactSize_btcd(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		theirs, theirErr := btcd.ReadVarInt(r, 0)
		c := version.NewCursor(b)
		ours, err := version.ReadCompactSize(c)
		require.Equal(t, theirErr == nil, err == nil, "%v and %v", theirErr, err)
		require.Equal(t, theirs, ours)
		if err == nil {
			require.Equal(t, r.Len(), c.Len())
			require.Equal(t, b[:c.Offset()], version.AppendCompactSize(nil, ours))
		}
	})
}
