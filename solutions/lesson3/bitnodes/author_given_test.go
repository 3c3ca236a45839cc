package bitnodes_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	fixture "nodebook/fixtures/bitnodes"
	"nodebook/fixtures/bitnodes/server"
	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson3/bitnodes"

	"github.com/stretchr/testify/require"
)

// What learners are given is tested here, where it is ours to fix.

// The names are those of the Tor project's and DuckDuckGo's sites, as published.
func TestParseAddress_knownOnion(t *testing.T) {
	for _, name := range []string{
		"duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
		"2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion",
	} {
		require.True(t, bitnodes.ValidOnion(name), name)
		require.False(t, bitnodes.ValidOnion(strings.TrimSuffix(name, ".onion")), "without .onion")
		require.False(t, bitnodes.ValidOnion(strings.ToUpper(name)), "in upper case")
		require.False(t, bitnodes.ValidOnion(strings.ToUpper(name[:56])+".onion"), "label in upper case")
		require.False(t, bitnodes.ValidOnion(name[8:]), "shorter by five bytes")
		require.False(t, bitnodes.ValidOnion("aaaaaaaa"+name), "longer by five bytes")
		require.False(t, bitnodes.ValidOnion(name[:55]+"a.onion"), "version 0")
		require.False(t, bitnodes.ValidOnion("1"+name[1:]), "no base32")
		require.False(t, bitnodes.ValidOnion(name[:20]+"\n"+name[20:]), "a line feed, which base32 skips")
		require.False(t, bitnodes.ValidOnion(name[:56]+"\r\n.onion"), "a line feed, which base32 skips")
		require.False(t, bitnodes.ValidOnion(strings.NewReplacer("s", "\u017f", "k", "\u212a").Replace(name)), "letters that fold to s and k")
		for at := range 54 {
			letter := "a"
			if name[at] == 'a' {
				letter = "b"
			}
			require.False(t, bitnodes.ValidOnion(name[:at]+letter+name[at+1:]), "letter %d", at)
		}
	}
	require.False(t, bitnodes.ValidOnion(".onion"))
}

func TestParseAddress_networkNames(t *testing.T) {
	for n, want := range map[bitnodes.Network]string{
		bitnodes.IPv4: "IPv4", bitnodes.IPv6: "IPv6", bitnodes.TorV3: "Tor", bitnodes.I2P: "I2P", bitnodes.CJDNS: "CJDNS", 3: "network 3", 0: "network 0",
	} {
		require.Equal(t, want, n.String())
	}
}

func TestFetchWithRetry_sleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		require.NoError(t, bitnodes.Sleep(context.Background(), time.Hour))
		require.Equal(t, time.Hour, time.Since(start))

		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		start = time.Now()
		require.ErrorIs(t, bitnodes.Sleep(ctx, time.Hour), context.DeadlineExceeded)
		require.Equal(t, time.Minute, time.Since(start))
	})
}

func TestCheckStatus_text(t *testing.T) {
	require.Equal(t, "throttled", (&bitnodes.ThrottledError{}).Error())
	err := &bitnodes.ThrottledError{RetryAfter: 90 * time.Second}
	require.Equal(t, "throttled: retry after 1m30s", err.Error())
	require.ErrorIs(t, err, bitnodes.ErrThrottled)
}

// Decode reads the hand-made documents as they are meant.
func TestDecodeRow_edges(t *testing.T) {
	for _, tt := range []struct {
		name       string
		nodes, bad int
		errs       []error
	}{
		{"nulls", 2, 0, nil},
		{"unknown-fields", 1, 0, nil},
		{"hostile", 5, 0, nil},
		{"ipv6", 4, 1, []error{bitnodes.ErrHost}},
		{"bad-keys", 1, 5, []error{bitnodes.ErrPort, bitnodes.ErrPort, bitnodes.ErrHost, bitnodes.ErrPort, bitnodes.ErrTorV2}},
		{"bad-rows", 1, 6, []error{bitnodes.ErrShortRow, bitnodes.ErrRow, bitnodes.ErrRow, bitnodes.ErrField, bitnodes.ErrField, bitnodes.ErrField}},
		{"empty", 0, 0, nil},
	} {
		rows, err := bitnodes.Nodes(edge(t, tt.name))
		require.NoError(t, err, tt.name)
		nodes, bad := bitnodes.Decode(rows)
		require.Len(t, nodes, tt.nodes, tt.name)
		require.Len(t, bad, tt.bad, tt.name)
		for i, b := range bad {
			require.ErrorIs(t, b.Err, tt.errs[i], "%s: %q", tt.name, b.Key)
			require.Contains(t, rows, b.Key)
		}
	}
}

// A field that we do not know may hold what Go cannot.
func TestDecodeRow_unknownField(t *testing.T) {
	row, err := bitnodes.DecodeRow([]byte(`[1, "/a/", 2, 3, 4, "b", null, null, 5, 6, null, null, "c", 1e999]`))
	require.NoError(t, err)
	require.Equal(t, bitnodes.Row{Protocol: 1, UserAgent: "/a/", Since: 2, Services: 3, Height: 4, Place: bitnodes.Place{Hostname: "b", Lat: 5, Lon: 6, Org: "c"}}, row)
}

// Every node of the large snapshots is what its generator says.
func TestDecodeRow_large(t *testing.T) {
	for shape, doc := range map[synthetic.Shape][]byte{synthetic.Old: fixture.Old(), synthetic.New: fixture.New()} {
		var s bitnodes.Snapshot
		require.NoError(t, bitnodes.ReadJSON(bytes.NewReader(doc), &s))
		rows, err := bitnodes.Nodes(s)
		require.NoError(t, err)
		nodes, bad := bitnodes.Decode(rows)
		require.Empty(t, bad)
		drawn := map[string]synthetic.Node{}
		for _, n := range fixture.Draw(shape).Nodes {
			drawn[n.Key] = n
		}
		require.Len(t, nodes, len(drawn))
		for _, n := range nodes {
			want, ok := drawn[n.Address.String()]
			require.True(t, ok, n.Address)
			require.Equal(t, want.Network, n.Network.String())
			require.Equal(t, truth(want, int(shape)), n.Row)
		}
	}
}

// A snapshot drawn from another seed is another snapshot.
func TestDecodeRow_seeds(t *testing.T) {
	one := synthetic.Draw(rand.New(rand.NewPCG(1, 1)), synthetic.Old, 50).JSON()
	two := synthetic.Draw(rand.New(rand.NewPCG(2, 1)), synthetic.Old, 50).JSON()
	again := synthetic.Draw(rand.New(rand.NewPCG(1, 1)), synthetic.Old, 50).JSON()
	require.False(t, bytes.Equal(one, two))
	require.True(t, bytes.Equal(one, again))
}

// A redirect that leads to itself ends with client.Do's own error.
func TestFetchSnapshot_redirectLoop(t *testing.T) {
	s, client := serve(t)
	s.Handle("/round/", server.Redirect("/round/"))
	_, err := bitnodes.FetchSnapshot(t.Context(), client, s.URL("/round/"))
	require.ErrorContains(t, err, "stopped after 10 redirects")
}

// The answer that stands for a server's gzip is gzip.
func TestFetchSnapshot_zipped(t *testing.T) {
	doc := drawDoc(draw.From(t), synthetic.Old).JSON()
	z, err := gzip.NewReader(zipped(nil, doc).Body)
	require.NoError(t, err)
	got, err := io.ReadAll(z)
	require.NoError(t, err)
	require.Equal(t, string(doc), string(got))
}
