package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nodebook/checker/needs"
	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"

	"github.com/stretchr/testify/require"
)

// Another network's magic is spoken in worker processes and by gossip too.
func TestRun_network(t *testing.T) {
	needs.Lot(t, 8)
	for _, name := range []string{"testnet4", "regtest"} {
		n, err := networks.Find(name)
		require.NoError(t, err)
		dir := t.TempDir()
		var out, errs bytes.Buffer
		args := small(dir, "-peers", "60", "-network", n.Name, "-only", "pool,ways,gossip")
		require.Equal(t, 0, run(t.Context(), args, &out, &errs), errs.String())
		b, err := os.ReadFile(filepath.Join(dir, "report.json"))
		require.NoError(t, err)
		var r report
		require.NoError(t, json.Unmarshal(b, &r))
		require.Equal(t, n.Name, r.Network)
		answered := 0
		for _, p := range r.Peers {
			if p.Err == nil {
				answered++
			}
		}
		require.Greater(t, answered, 20)
		require.Equal(t, r.Ways[0].Answered, r.Ways[2].Answered, "the worker processes speak to the same network")
	}
}

// Peers that are given are asked, and no others.
func TestRun_peer(t *testing.T) {
	var peers []string
	for range 3 {
		p, err := simnet.StartPeer(simnet.Healthy, simnet.WithMagic([4]byte{0x0a, 0x03, 0xcf, 0x40}))
		require.NoError(t, err)
		defer p.Close()
		peers = append(peers, "-peer", p.Addr())
	}
	args := append(small(t.TempDir(), "-network", "signet", "-only", "pool"), peers...)
	var out, errs bytes.Buffer
	require.Equal(t, 0, run(t.Context(), append(args, peers...), &out, &errs), errs.String())
	require.Contains(t, out.String(), "\n3 peers in ")

	out.Reset()
	args = append(small(t.TempDir(), "-only", "pool,gossip"), peers...)
	require.Equal(t, 1, run(t.Context(), args, &out, &errs))
	require.Contains(t, errs.String(), "lesson4: no peer has answered\nhint: a node hangs up on the magic of another network, and ours is mainnet's: try -network (mainnet, testnet3, ")
	require.NotContains(t, out.String(), "== what peers tell", "it ends there")
}

// What a stranger calls itself reaches no terminal as it is, and its time spoils
// no file.
func TestRun_hostile(t *testing.T) {
	const evil = "\x1b[31mosh\xffi:1/\r\n6"
	payload := bytes.Replace(wire.Load("version/peer").Payload(), []byte("/Satoshi:0.16.0/"), []byte(evil), 1)
	require.Contains(t, string(payload), evil)
	copy(payload[12:20], "\x00\x10\xa5\xd4\xe8\x00\x00\x00") // 10^12 seconds after 1970
	version, err := framing.AppendMessage(nil, framing.Mainnet, framing.Message{Command: "version", Payload: payload})
	require.NoError(t, err)
	peer, err := simnet.StartRaw([][]byte{version, wire.Load("message/verack").Bytes}, 0)
	require.NoError(t, err)
	defer peer.Close()
	good, err := simnet.StartPeer(simnet.Healthy)
	require.NoError(t, err)
	defer good.Close()

	for _, more := range [][]string{{"-print", "2"}, nil} {
		dir := t.TempDir()
		var out, errs bytes.Buffer
		args := append(small(dir, "-peer", peer.Addr(), "-peer", good.Addr()), more...)
		require.Equal(t, 0, run(t.Context(), args, &out, &errs), errs.String())
		require.NotContains(t, out.String()+errs.String(), "\x1b")
		require.NotContains(t, out.String()+errs.String(), "\r")
		if more != nil {
			require.Contains(t, out.String(), fmt.Sprintf("%s  %q\n", peer.Addr(), evil))
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, "report.json"))
		require.NoError(t, err)
		var r report
		require.NoError(t, json.Unmarshal(b, &r))
		require.Len(t, r.Peers, 2)
		require.Len(t, r.Ways, 4)
		svg, err := os.ReadFile(filepath.Join(dir, "timeline.svg"))
		require.NoError(t, err)
		require.Equal(t, 2, strings.Count(string(svg), "<rect "))
	}
}
