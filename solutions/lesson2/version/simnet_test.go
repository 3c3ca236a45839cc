package version_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
)

// meets shakes hands with a simulated peer, over a pipe and with a bubble's clock.
func meets(t *testing.T, c simnet.Character, d *draw.Source, offer version.Features) (peer version.Peer, sim simnet.Version, err error) {
	t.Helper()
	cfg, _ := drawConfig(d)
	cfg.Offer = offer
	seed := d.Uint64()
	synctest.Test(t, func(t *testing.T) {
		conn, p := simnet.Pipe(c, simnet.WithSeed(seed))
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		over := make(chan struct{})
		go func() { defer close(over); peer, err = version.Handshake(ctx, conn, cfg) }()
		select {
		case <-over:
		case <-time.After(time.Hour):
			err = errStillWaiting
		}
		conn.Close()
		<-over
		pass(time.Hour)
		sim = p.Version()
		p.Close()
	})
	return peer, sim, err
}

var errStillWaiting = errors.New("still waiting after an hour")

func TestHandshake_simulated(t *testing.T) {
	d := draw.From(t)
	for _, c := range []simnet.Character{
		simnet.Healthy, simnet.Fragmented, simnet.Coalesced, simnet.Modern, simnet.Chatty, simnet.PingMid, simnet.PingWait,
		simnet.DuplicateVersion, simnet.VerackFirst, simnet.OldProtocol, simnet.SlowDrip,
	} {
		peer, sim, err := meets(t, c, d, version.Features{WtxidRelay: true, AddrV2: true})
		try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a simulated peer of the character %q", c)
		try.NoError(err)
		try.Equal("Peer.Version.UserAgent", peer.Version.UserAgent, sim.UserAgent)
		try.Equal("Peer.Version.Nonce", peer.Version.Nonce, sim.Nonce)
		try.Equal("Peer.Version.Protocol", peer.Version.Protocol, sim.Protocol)
		modern := c == simnet.Modern || c == simnet.Chatty
		try.Equal("Peer.Offer", peer.Offer, version.Features{WtxidRelay: modern, AddrV2: modern})
	}
}

func TestHandshake_hostile(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		character simnet.Character
		want      error // nil: any error
		name      string
	}{
		{simnet.Mirror, version.ErrSelf, "ErrSelf"},
		{simnet.NeverVerack, context.DeadlineExceeded, "context.DeadlineExceeded"},
		{simnet.Silent, context.DeadlineExceeded, "context.DeadlineExceeded"},
		{simnet.BadMagic, framing.ErrMagic, "framing.ErrMagic"},
		{simnet.BadChecksum, framing.ErrChecksum, "framing.ErrChecksum"},
		{simnet.OverLong, framing.ErrTooLarge, "framing.ErrTooLarge"},
		{character: simnet.Garbage},
		{character: simnet.EarlyClose},
		{character: simnet.CutOff},
	} {
		_, _, err := meets(t, tt.character, d, version.Features{})
		try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a simulated peer of the character %q, where ctx ends after 30 s", tt.character)
		try.Why("whatever a peer does, the handshake ends, and its error says why")
		try.True(err != nil && err != errStillWaiting, expect.Error(err), "an error of Handshake")
		if tt.want != nil {
			try.ErrorIs(err, tt.want, tt.name)
		}
	}
}

func TestHandshake_TCP(t *testing.T) {
	d := draw.From(t)
	p, err := simnet.StartPeer(simnet.Modern, simnet.WithSeed(d.Uint64()))
	expect.Broken(t, err)
	defer p.Close()
	conn, err := net.Dial("tcp", p.Addr())
	expect.Broken(t, err)
	defer conn.Close()
	cfg, _ := drawConfig(d)
	try := expect.Tried(t, "Handshake(ctx, conn, cfg) with a simulated peer over TCP")
	peer, err := version.Handshake(context.Background(), conn, cfg)
	try.NoError(err)
	try.Equal("Peer.Version.UserAgent", peer.Version.UserAgent, p.Version().UserAgent)
}
