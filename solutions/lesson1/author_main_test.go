package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/wire"

	"github.com/stretchr/testify/require"
)

// lesson1 runs the binary and returns what it printed.
func lesson1(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestRun(t *testing.T) {
	code, out, errs := lesson1()
	require.Zero(t, code, errs)
	require.Empty(t, errs)
	require.True(t, strings.HasPrefix(out, "to a simulated peer (modern): version, 130 bytes\n"), out)
	require.Contains(t, out, "message 1, 126 bytes: version, introduces a node")
	require.Contains(t, out, "  magic     f9 be b4 d9                                      mainnet\n")
	require.Contains(t, out, "message 4, 24 bytes: verack, accepts the other's version")
	require.Contains(t, out, "5d f6 e0 e2                                      of the payload\n")
	require.True(t, strings.HasSuffix(out, "\nthe peer has hung up\n"), out)
	require.NotContains(t, out, "\x1b", "no colour off a terminal")
	for _, line := range strings.Split(out, "\n") {
		require.LessOrEqual(t, len(line), 80, line)
	}
	_, again, _ := lesson1()
	require.Equal(t, out, again, "the same output each time")
}

func TestRun_characters(t *testing.T) {
	tests := []struct {
		character, out, errs string
		code                 int
	}{
		{"fragmented", "message 2, 24 bytes: verack", "", 0},
		{"coalesced", "message 2, 24 bytes: verack", "", 0},
		{"chatty", "message 8, 27 bytes: novelty\n", "", 0},
		{"bad checksum", "dropped: checksum:", "", 0},
		{"early close", "", "lesson1: the peer has sent nothing\nhint: the peer is simulated: give -character another name\n", 1},
		{"bad magic", "message 1, 24 bytes: version", "lesson1: message 1: magic: wrong network: unknown network 0x", 1},
		{"over-long", "2147483648 bytes: too large", "lesson1: message 1: length: too large: 2147483648 bytes, at most 4000000\nhint: a node hangs up", 1},
		{"cut off", "payload incomplete", "lesson1: message 1: payload: unexpected EOF", 1},
		{"garbage", "message 1, 24 bytes", "lesson1: message 1: ", 1},
		{"refusing", "", "refused", 1},
	}
	for _, tt := range tests {
		t.Run(tt.character, func(t *testing.T) {
			code, out, errs := lesson1("-character", tt.character)
			require.Equal(t, tt.code, code, errs)
			require.Contains(t, out, tt.out)
			require.Contains(t, errs, tt.errs)
			require.Equal(t, tt.errs == "", errs == "", errs)
		})
	}
}

func TestRun_misuse(t *testing.T) {
	for _, args := range [][]string{{"now"}, {"-peer", "a:b:c"}, {"-peer", "a:port"}, {"-network", "nowhere"}, {"-network", "regtest", "-live"}, {"-peer", "a:1", "-live"}, {"-character", "friendly"}, {"-x"}} {
		code, out, errs := lesson1(args...)
		require.Equal(t, 2, code)
		require.Empty(t, out)
		require.True(t, strings.HasPrefix(errs, "lesson1: "), errs)
		require.Contains(t, errs, "\nhint: ")
	}
	code, _, errs := lesson1("-h")
	require.Zero(t, code)
	require.Contains(t, errs, "-character")
}

// raw runs the binary against a peer that says b and hangs up.
func raw(t *testing.T, b []byte) (code int, out, errs string) {
	t.Helper()
	p, err := simnet.StartRaw([][]byte{b}, 0)
	require.NoError(t, err)
	defer p.Close()
	return lesson1("-peer", p.Addr())
}

// Whatever a peer sends, nothing but printable ASCII reaches the terminal.
func TestRun_hostile(t *testing.T) {
	for _, v := range append(wire.All("message"), wire.All("stream")...) {
		_, out, errs := raw(t, v.Bytes)
		for _, text := range []string{out, errs} {
			for i, c := range []byte(text) {
				require.True(t, c == '\n' || c >= 0x20 && c <= 0x7e, "%s: byte %d of %q", v.Name, i, text)
			}
		}
	}
	_, out, errs := raw(t, wire.Load("message/command-escape").Bytes)
	require.Contains(t, out, ".[2Jverack")
	require.Contains(t, errs, `malformed name`)
}

func TestRun_endless(t *testing.T) {
	code, out, _ := raw(t, bytes.Repeat(wire.Load("message/verack").Bytes, mostMessages+10))
	require.Zero(t, code)
	require.Contains(t, out, "message 100, 24 bytes")
	require.NotContains(t, out, "message 101,")
	require.Contains(t, out, "100 messages are enough")
}

func TestView_colour(t *testing.T) {
	var plain, coloured bytes.Buffer
	b := wire.Load("version/peer").Bytes
	(&view{w: &plain}).message(1, b)
	(&view{w: &coloured, colour: true}).message(1, b)
	require.Contains(t, coloured.String(), "  magic     \x1b[35mf9 be b4 d9\x1b[0m  ")
	for _, code := range []string{"35", "36", "33", "32", "34"} {
		coloured = *bytes.NewBuffer(bytes.ReplaceAll(coloured.Bytes(), []byte("\x1b["+code+"m"), nil))
	}
	require.Equal(t, plain.String(), strings.ReplaceAll(coloured.String(), "\x1b[0m", ""), "colour adds nothing that the names do not say")
	require.False(t, colours(&plain))
}

func TestView_cut(t *testing.T) {
	b := wire.Load("version/peer").Bytes
	for n := range b {
		var out bytes.Buffer
		(&view{w: &out}).message(1, b[:n])
		require.Contains(t, out.String(), fmt.Sprintf("message 1, %d bytes: ", n))
	}
	var out bytes.Buffer
	(&view{w: &out}).payload(make([]byte, 5000))
	require.Contains(t, out.String(), "4488 bytes more\n")
}

// A peer of each network is understood with -network, and without it the hint
// names the flag.
func TestRun_network(t *testing.T) {
	for _, n := range networks.All {
		code, out, errs := lesson1("-network", n.Name)
		require.Zero(t, code, errs)
		require.Contains(t, out, fmt.Sprintf("  magic     % x                                      %s\n", n.Magic, n.Name))

		peer, err := simnet.StartPeer(simnet.Healthy, simnet.WithMagic(n.Magic), simnet.ThenHangUp())
		require.NoError(t, err)
		defer peer.Close()
		code, out, errs = lesson1("-network", n.Name, "-peer", peer.Addr())
		require.Zero(t, code, errs)
		require.Contains(t, out, n.Name)
		if n.Name == "mainnet" {
			continue
		}
		code, _, errs = lesson1("-peer", peer.Addr())
		require.Equal(t, 1, code)
		require.Contains(t, errs, "lesson1: the peer has sent nothing\nhint: a node hangs up on the magic of another network, and ours is mainnet's: try -network (mainnet, testnet3, ")
	}
}

// A peer that speaks first and of another network.
func TestRun_otherMagic(t *testing.T) {
	b := bytes.Clone(wire.Load("message/verack").Bytes)
	copy(b, "\x0a\x03\xcf\x40")
	code, _, errs := raw(t, b)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "wrong network: signet, want mainnet\nhint: the peer is of another network: try -network (")
}
