package crawl_test

import (
	"context"
	"fmt"
	"net"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/networks"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson1/framing"
)

// of dials a peer of a network.
func of(n networks.Network, seed uint64) dialFunc {
	return func(context.Context, string, string) (net.Conn, error) {
		conn, _ := simnet.Pipe(simnet.Healthy, simnet.WithMagic(n.Magic), simnet.WithSeed(seed))
		return conn, nil
	}
}

const whyNetwork = "every message starts with the magic of its network, and a node hangs up if it is that of another one"

func TestCaller_GetVersion_network(t *testing.T) {
	for _, n := range networks.All {
		t.Run(n.Name, func(t *testing.T) {
			tried := fmt.Sprintf("GetVersion(ctx, address) of a peer of %s, with its magic as Network", n.Name)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				c := caller(d, of(n, d.Uint64()))
				c.Network = framing.Magic(n.Number())
				try := expect.Tried(t, "%s", tried)
				try.Why(whyNetwork)
				v, err := c.GetVersion(t.Context(), "127.0.0.1:8333")
				try.NoError(err)
				try.True(v.UserAgent != "", "a version without a user agent", "the version of the peer")
			})
		})
	}
}

func TestCrawl_getPeersNetwork(t *testing.T) {
	for _, n := range networks.All {
		t.Run(n.Name, func(t *testing.T) {
			tried := fmt.Sprintf("GetPeers(ctx, address) of a peer of %s, with its magic as Network", n.Name)
			bubble.Test(t, tried, func(t *testing.T) {
				d := draw.From(t)
				c := caller(d, of(n, d.Uint64()))
				c.Network = framing.Magic(n.Number())
				try := expect.Tried(t, "%s", tried)
				try.Why(whyNetwork)
				_, known, err := c.GetPeers(t.Context(), "127.0.0.1:8333")
				try.NoError(err)
				try.True(len(known) > 1, fmt.Sprintf("%d addresses", len(known)), "the addresses that the peer knows")
			})
		})
	}
}
