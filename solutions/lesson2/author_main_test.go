package main

import (
	"bytes"
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"

	"github.com/stretchr/testify/require"
)

func try(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestRun_simulated(t *testing.T) {
	code, out, errs := try(t)
	require.Zero(t, code, errs)
	require.Contains(t, out, "shook hands with a simulated peer (modern)\n\nprotocol version  70016\n")
	require.Contains(t, out, "both understand protocol 70016")
	require.Contains(t, out, "the peer offers wtxidrelay and sendaddrv2\n")
	require.NotContains(t, out, "clock")

	code, again, _ := try(t)
	require.Zero(t, code)
	require.Equal(t, out, again, "what is shown can stand on a page")
}

func TestRun_characters(t *testing.T) {
	for character, want := range map[simnet.Character]string{
		simnet.OldProtocol: "relay             absent\n",
		simnet.PingWait:    "the peer offers nothing more\n",
	} {
		code, out, errs := try(t, "-character", string(character))
		require.Zero(t, code, errs)
		require.Contains(t, out, want)
	}
	code, _, _ := try(t, "-character", "ping-and-wait")
	require.Zero(t, code)
	for character, want := range map[simnet.Character]string{
		simnet.Mirror:      "lesson2: handshake: version: connected to self\nhint: ",
		simnet.BadChecksum: "checksum",
		simnet.EarlyClose:  "EOF",
	} {
		code, out, errs := try(t, "-character", string(character))
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, errs, want)
	}
}

// A peer of one's own, which says things to a terminal.
func TestRun_peer(t *testing.T) {
	payload := bytes.Replace(wire.Load("version/peer").Payload(), []byte("/Satoshi:0.16.0/"), []byte("\x1b[2J\u202e\a\xffatoshi/"), 1)
	version, err := framing.AppendMessage(nil, framing.Mainnet, framing.Message{Command: "version", Payload: payload})
	require.NoError(t, err)
	peer, err := simnet.StartRaw([][]byte{version, wire.Load("message/verack").Bytes}, 0)
	require.NoError(t, err)
	defer peer.Close()
	code, out, errs := try(t, "-peer", peer.Addr())
	require.Zero(t, code, errs)
	require.Contains(t, out, "shook hands with "+peer.Addr()+"\n")
	require.Contains(t, out, `"\x1b[2J\u202e\a\xffatoshi/"`)
	require.NotContains(t, out, "\x1b")
	require.Contains(t, out, "its clock and ours are more than an hour apart\n")

	code, _, errs = try(t, "-peer", "127.0.0.1:1")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "hint: without -live and -peer a simulated peer answers\n")
}

func TestRun_clock(t *testing.T) {
	payload := wire.Load("version/peer").Payload()
	binary.LittleEndian.PutUint64(payload[12:], uint64(config(noAddr{}, framing.Mainnet).Version.Timestamp.Unix()))
	version, err := framing.AppendMessage(nil, framing.Mainnet, framing.Message{Command: "version", Payload: payload})
	require.NoError(t, err)
	peer, err := simnet.StartRaw([][]byte{version, wire.Load("message/verack").Bytes}, 0)
	require.NoError(t, err)
	defer peer.Close()
	_, out, _ := try(t, "-peer", peer.Addr())
	require.Contains(t, out, "its clock and ours are less than an hour apart\n")
}

// noAddr is a connection whose far end has no IP.
type noAddr struct{ net.Conn }

func (noAddr) RemoteAddr() net.Addr { return &net.UnixAddr{Name: "peer"} }

func TestConfig(t *testing.T) {
	a, b := config(noAddr{}, framing.Mainnet), config(noAddr{}, framing.Mainnet)
	require.NotEqual(t, a.Version.Nonce, b.Version.Nonce)
	require.False(t, a.Version.Receiver.IP.IsValid())
}

func TestRun_misuse(t *testing.T) {
	for _, args := range [][]string{{"-peer", "a:b:c"}, {"-network", "nowhere"}, {"-live", "-network", "regtest"}, {"-live", "-peer", "127.0.0.1:1"}, {"-character", "friendly"}, {"peer"}, {"-nonsense"}} {
		code, out, errs := try(t, args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, out)
		require.True(t, strings.HasPrefix(errs, "lesson2: "), errs)
		require.Contains(t, errs, "\nhint: ")
	}
	code, out, errs := try(t, "-h")
	require.Zero(t, code)
	require.Empty(t, out)
	require.Contains(t, errs, "ping-in-mid-handshake")
}

func TestPatiently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var errs bytes.Buffer
		patiently(&errs, func() { <-time.After(quiet / 2) })
		require.Empty(t, errs.String())
		start := time.Now()
		patiently(&errs, func() { <-time.After(patience) })
		require.Equal(t, "waiting for the peer, which has 30s in all\n", errs.String(), "once")
		require.Equal(t, patience, time.Since(start))
	})
}

func TestPrintable(t *testing.T) {
	require.Equal(t, "a\n\ufffd[2J\ufffd\ufffdé", printable("a\n\x1b[2J\u202e\xffé"))
}

// A peer of each network is understood with -network, and without it the hint
// names the flag.
func TestRun_network(t *testing.T) {
	for _, n := range networks.All {
		code, out, errs := try(t, "-network", n.Name)
		require.Zero(t, code, errs)
		require.Contains(t, out, "protocol version  70016\n")
		peer, err := simnet.StartPeer(simnet.Healthy, simnet.WithMagic(n.Magic))
		require.NoError(t, err)
		defer peer.Close()
		code, out, errs = try(t, "-network", n.Name, "-peer", peer.Addr())
		require.Zero(t, code, errs)
		require.Contains(t, out, "shook hands with "+peer.Addr())
		if n.Name == "mainnet" {
			continue
		}
		code, _, errs = try(t, "-peer", peer.Addr())
		require.Equal(t, 1, code)
		require.Contains(t, errs, "\nhint: a node hangs up on the magic of another network, and ours is mainnet's: try -network (mainnet, testnet3, ")
	}
}

// A peer that hangs up later does so for another reason, and one that answers
// with another magic is named.
func TestRun_otherMagic(t *testing.T) {
	hello := wire.Load("version/peer").Bytes
	foreign := bytes.Clone(hello)
	copy(foreign, "\x0a\x03\xcf\x40")
	for _, tt := range []struct {
		says []byte
		hint string
	}{
		{hello, "hint: no hands were shaken; another peer may do better\n"},
		{foreign, "wrong network: signet, want mainnet\nhint: the peer is of another network: try -network ("},
	} {
		peer, err := simnet.StartRaw([][]byte{tt.says}, 0)
		require.NoError(t, err)
		defer peer.Close()
		code, _, errs := try(t, "-peer", peer.Addr())
		require.Equal(t, 1, code)
		require.Contains(t, errs, tt.hint)
	}
}
