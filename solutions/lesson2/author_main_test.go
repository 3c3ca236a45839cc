package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/simnet"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"

	"github.com/stretchr/testify/require"
)

func try(t *testing.T, first string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, first, &o, &e)
	return code, o.String(), e.String()
}

func TestRun_simulated(t *testing.T) {
	code, out, errs := try(t, "")
	require.Zero(t, code, errs)
	require.Contains(t, out, "shook hands with a simulated peer (modern)\n\nprotocol version  70016\n")
	require.Contains(t, out, "both understand protocol 70016")
	require.Contains(t, out, "the peer offers wtxidrelay and sendaddrv2\n")
	require.NotContains(t, out, "clock")

	code, again, _ := try(t, "ReadAddr") // something that the handshake does not need is not there yet
	require.Zero(t, code)
	require.Equal(t, out, again, "what is shown can stand on a page")
}

func TestRun_characters(t *testing.T) {
	for character, want := range map[simnet.Character]string{
		simnet.OldProtocol: "relay             absent\n",
		simnet.PingWait:    "the peer offers nothing more\n",
	} {
		code, out, errs := try(t, "", "-character", string(character))
		require.Zero(t, code, errs)
		require.Contains(t, out, want)
	}
	code, _, _ := try(t, "", "-character", "ping-and-wait")
	require.Zero(t, code)
	for character, want := range map[simnet.Character]string{
		simnet.Mirror:      "lesson2: handshake: version: connected to self\nhint: ",
		simnet.BadChecksum: "checksum",
		simnet.EarlyClose:  "EOF",
	} {
		code, out, errs := try(t, "", "-character", string(character))
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
	code, out, errs := try(t, "", "-peer", peer.Addr())
	require.Zero(t, code, errs)
	require.Contains(t, out, "shook hands with "+peer.Addr()+"\n")
	require.Contains(t, out, `"\x1b[2J\u202e\a\xffatoshi/"`)
	require.NotContains(t, out, "\x1b")
	require.Contains(t, out, "its clock and ours are more than an hour apart\n")

	code, _, errs = try(t, "", "-peer", "127.0.0.1:1")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "hint: without -live and -peer a simulated peer answers\n")
}

func TestRun_clock(t *testing.T) {
	payload := wire.Load("version/peer").Payload()
	binary.LittleEndian.PutUint64(payload[12:], uint64(config(noAddr{}).Version.Timestamp.Unix()))
	version, err := framing.AppendMessage(nil, framing.Mainnet, framing.Message{Command: "version", Payload: payload})
	require.NoError(t, err)
	peer, err := simnet.StartRaw([][]byte{version, wire.Load("message/verack").Bytes}, 0)
	require.NoError(t, err)
	defer peer.Close()
	_, out, _ := try(t, "", "-peer", peer.Addr())
	require.Contains(t, out, "its clock and ours are less than an hour apart\n")
}

// noAddr is a connection whose far end has no IP.
type noAddr struct{ net.Conn }

func (noAddr) RemoteAddr() net.Addr { return &net.UnixAddr{Name: "peer"} }

func TestConfig(t *testing.T) {
	a, b := config(noAddr{}), config(noAddr{})
	require.NotEqual(t, a.Version.Nonce, b.Version.Nonce)
	require.False(t, a.Version.Receiver.IP.IsValid())
}

func TestRun_misuse(t *testing.T) {
	for _, args := range [][]string{{"-peer", "nowhere"}, {"-live", "-peer", "127.0.0.1:1"}, {"-character", "friendly"}, {"peer"}, {"-nonsense"}} {
		code, out, errs := try(t, "", args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, out)
		require.True(t, strings.HasPrefix(errs, "lesson2: "), errs)
		require.Contains(t, errs, "\nhint: ")
	}
	code, out, errs := try(t, "", "-h")
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

func TestUnwritten(t *testing.T) {
	var errs bytes.Buffer
	require.Equal(t, 1, unwritten(&errs, "ReadBool"))
	require.Equal(t, "lesson2: ReadBool is not implemented yet\nhint: run \"checker lesson2 ReadBool\"\n", errs.String())
	errs.Reset()
	require.Equal(t, 1, unwritten(&errs, ""))
	require.Contains(t, errs.String(), "run \"checker lesson2\"")
}

func TestPrintable(t *testing.T) {
	require.Equal(t, "a\n\ufffd[2J\ufffd\ufffdé", printable("a\n\x1b[2J\u202e\xffé"))
}

func TestDialLive(t *testing.T) {
	peer, err := simnet.StartPeer(simnet.Healthy)
	require.NoError(t, err)
	defer peer.Close()
	asked, dialled := 0, []string{}
	lookup := func(_ context.Context, seed string) ([]string, error) {
		if asked++; asked == 1 {
			return nil, errors.New("no such host")
		}
		return []string{"192.0.2.1", "2001:db8::1"}, nil
	}
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dialled = append(dialled, addr); len(dialled) == 1 {
			return nil, errors.New("refused")
		}
		return (&net.Dialer{}).DialContext(ctx, network, peer.Addr())
	}
	conn, err := dialLive(t.Context(), lookup, dial)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.Equal(t, []string{"192.0.2.1:8333", "[2001:db8::1]:8333"}, dialled)

	_, err = dialLive(t.Context(), func(context.Context, string) ([]string, error) { return nil, errors.New("offline") }, dial)
	require.EqualError(t, err, "none of 7 seeds led to a peer")
}
