package bitnodes_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson3/bitnodes"
)

// network starts a small simulated network, with a client for its API.
func network(t *testing.T, d *draw.Source) (*simnet.Network, *http.Client) {
	t.Helper()
	n, err := simnet.Start(t.Context(), simnet.Config{Peers: d.Between(20, 40), Seed: d.Uint64()})
	expect.Broken(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		n.Close()
	})
	return n, &http.Client{Transport: transport}
}

func TestFetchSnapshot_simnet(t *testing.T) {
	n, client := network(t, draw.From(t))
	listed := map[string]simnet.Node{}
	for _, node := range n.Nodes() {
		if node.Listed {
			listed[node.Addr.String()] = node
		}
	}
	for _, fields := range []int{5, 13} {
		try := expect.Tried(t, "FetchSnapshot(ctx, client, url) of a simulated network whose API lists %d peers, rows of %d fields", len(listed), fields)
		got, err := bitnodes.FetchSnapshot(t.Context(), client, fmt.Sprintf("%s/api/v1/snapshots/latest/?fields=%d", n.API(), fields))
		try.NoError(err)
		try.Equal("TotalNodes", got.TotalNodes, len(listed))
		var nodes map[string][]any
		try.NoError(json.Unmarshal(got.Nodes, &nodes))
		try.Equal("number of nodes in Nodes", len(nodes), len(listed))
		for key, row := range nodes {
			try.Equal("user agent of "+key, row[1], any(listed[key].Version.UserAgent))
		}
	}
}

func TestPages_simnet(t *testing.T) {
	d := draw.From(t)
	n, client := network(t, d)
	limit := d.Between(20, 100)
	try := expect.Tried(t, "Pages(ctx, client, url, 1000) of a simulated network, with ?limit=%d", limit)
	list, err := bitnodes.Pages(t.Context(), client, fmt.Sprintf("%s/api/v1/snapshots/?limit=%d", n.API(), limit), 1000)
	try.NoError(err)
	try.Equal("number of entries", len(list), 144)
	for i := 1; i < len(list); i++ {
		try.Equal(fmt.Sprintf("seconds between entries %d and %d", i-1, i), list[i-1].Timestamp-list[i].Timestamp, int64(600))
	}
}
