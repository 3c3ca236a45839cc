package ibd_test

//nodebook:limits timeout=90s

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"
)

// config is what Sync gets.
func config(c *ibd.Chain, ps []*peer) ibd.Config {
	return ibd.Config{Chain: c, Peers: ofType(ps), Least: big.NewInt(0), Headers: 10_000, Ahead: 40, PerPeer: 8}
}

// synced calls Sync in at most half an hour.
func synced(ctx context.Context, cfg ibd.Config) (ibd.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Minute)
	defer cancel()
	return ibd.Sync(ctx, cfg)
}

// fit are options that flush and verify a few times in a short chain.
func fit() ibd.Options {
	o := options()
	o.FlushAt, o.VerifyAt = 30, 4
	return o
}

// honest are peers of a chain.
func honest(n int, chain []block.Block) []*peer {
	var ps []*peer
	for range n {
		ps = append(ps, newPeer(chain, 20*time.Millisecond))
	}
	return ps
}

func TestSync(t *testing.T) {
	const tried = "Sync of 120 blocks from 4 peers"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		chain := grow(d, []block.Block{genesis}, 120, good)
		ps := honest(4, chain)
		w := newWorld()
		c := open(t, w, fit())
		cfg := config(c, ps)
		steps := 0
		cfg.Progress = func() { steps++ }
		r, err := synced(t.Context(), cfg)
		try.NoError(err)
		try.Why("when Sync returns, all of the chain is on the disk")
		w.has(t, try, chain)
		try.Equal("c.Flushed().Height", c.Flushed().Height, 120)
		try.Equal("peers dropped", len(r.Dropped), 0)
		try.Equal("Fetched", r.Fetched, 120)
		try.Why("each block is asked for once")
		try.Equal("blocks asked for", askedFor(ps), 120)
		try.Equal("calls of Progress", steps, 120)
		try.Why("every input is checked")
		try.Equal("c.Checked()", c.Checked(), 20)
		for i, p := range ps {
			if len(p.asked) < 10 {
				try.Why("blocks come from all peers at the same time")
				try.Fail(fmt.Sprintf("peer %d was asked for %d blocks", i, len(p.asked)), "about 30")
			}
		}
	})
}

// Each kind of bad peer is dropped for its reason, and the chain comes from others.
func TestSync_bad(t *testing.T) {
	d := draw.From(t)
	chain := grow(d, []block.Block{genesis}, 115, good)
	foreign := grow(d, []block.Block{genesis}, 3, good)
	for _, tt := range []struct {
		name  string
		spoil func(p *peer)
		err   error
		as    string
	}{
		{"hangs up in the middle", func(p *peer) {
			p.serve = func(b block.Block) (framing.Message, error) { return framing.Message{}, errHangUp }
		}, errHangUp, "the peer's error"},
		{"takes getdata and is silent", func(p *peer) {
			p.serve = func(block.Block) (framing.Message, error) { return framing.Message{}, errSilent }
		}, fetch.ErrStalled, "fetch.ErrStalled"},
		{"sends other transactions under good headers", func(p *peer) {
			p.serve = func(b block.Block) (framing.Message, error) {
				b.Txs = foreign[1].Txs
				return blockMessage(b), nil
			}
		}, rules.ErrMerkle, "rules.ErrMerkle"},
		{"does not have the blocks of its headers", func(p *peer) {
			p.serve = func(b block.Block) (framing.Message, error) {
				h := hashOf(b)
				return framing.Message{Command: "notfound", Payload: fetch.AppendGetData(nil, []block.Hash{h})}, nil
			}
		}, fetch.ErrNotFound, "fetch.ErrNotFound"},
		{"sends headers that hang in the air", func(p *peer) {
			p.head = func(hs []block.Header) []block.Header { return append(hs, foreign[3].Header) }
		}, headers.ErrOrphan, "headers.ErrOrphan"},
		{"sends headers without work", func(p *peer) {
			p.head = func(hs []block.Header) []block.Header {
				h := chain[115].Header
				h = block.Header{Version: 4, Previous: hashOf(chain[114]), Time: h.Time + 1, Bits: bits}
				for hashOf(block.Block{Header: h})[31] < 0x80 {
					h.Nonce++
				}
				return append(hs[:max(0, len(hs)-1)], h)
			}
		}, rules.ErrWork, "rules.ErrWork"},
	} {
		tried := "Sync from 4 peers, one of which " + tt.name
		bubble.Test(t, tried, func(t *testing.T) {
			try := expect.Tried(t, "%s", tried)
			ps := honest(4, chain)
			which := d.IntN(4)
			tt.spoil(ps[which])
			w := newWorld()
			r, err := synced(t.Context(), config(open(t, w, fit()), ps))
			try.NoError(err)
			w.has(t, try, chain)
			try.Why("the bad peer is dropped, and the others are not")
			try.ErrorIs(r.Dropped[which], tt.err, tt.as)
			try.Equal("peers dropped", len(r.Dropped), 1)
			try.Why("a dropped peer stays dropped: it is not asked again in the next round")
			try.Equal("times that the bad peer was asked for headers", ps[which].heads, 1)
		})
	}
}

// Peers have less, or another branch: that is no reason to drop them.
func TestSync_less(t *testing.T) {
	const tried = "Sync from 5 peers, of which one has nothing, one the first 30 blocks, one the first 80, and one another branch"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		chain := grow(d, []block.Block{genesis}, 115, good)
		ps := []*peer{
			newPeer(chain[:1], time.Millisecond), newPeer(chain[:31], time.Millisecond), newPeer(chain[:81], time.Millisecond),
			newPeer(grow(d, chain[:100], 4, good), time.Millisecond), newPeer(chain, time.Millisecond),
		}
		w := newWorld()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // everyone answers at once
		defer cancel()
		r, err := synced(ctx, config(open(t, w, fit()), ps))
		try.NoError(err)
		try.Why("no peer alone decides how long the chain is: Sync goes on until none has anything new")
		w.has(t, try, chain)
		try.Why("to lack a block is no crime; ask those for it that have it")
		try.Shows("peers dropped", expect.List(slices.Sorted(maps.Keys(r.Dropped))), "none")
		try.Why("blocks are fetched from everyone who has them")
		for _, i := range []int{1, 2} {
			if ps[i].served < 5 {
				try.Fail(fmt.Sprintf("peer %d was asked for %d blocks", i, ps[i].served), "some of those that it has")
			}
		}
		try.Equal("blocks asked for", askedFor(ps), 115)
	})
}

// The only peer with more hangs up, and another one is left.
func TestSync_left(t *testing.T) {
	const tried = "Sync from 2 peers: one has nothing, and the other hangs up when it is asked for a block"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		chain := grow(d, []block.Block{genesis}, 20, good)
		ps := append(honest(1, chain[:1]), honest(1, chain)...)
		ps[1].serve = func(block.Block) (framing.Message, error) { return framing.Message{}, errHangUp }
		r, err := synced(t.Context(), config(open(t, newWorld(), fit()), ps))
		try.Why("a peer is left, and it has nothing more: fetch.Fetch had no peer to ask, but Sync has one")
		try.NoError(err)
		try.ErrorIs(r.Dropped[1], errHangUp, "the peer's error")
		try.Equal("peers dropped", len(r.Dropped), 1)
	})
}

// A peer has a longer chain, in which a block is invalid.
func TestSync_invalid(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 104, good)
	chain := grow(d, trunk, 4, good)
	rich := next(d, trunk, good)
	rich.Txs[0].Out[0].Value = 51e8
	for _, tt := range []struct {
		name    string
		options ibd.Options
		bad     int // the height of the invalid block
		longer  []block.Block
	}{
		{"a bad signature", fit(), 105, grow(d, grow(d, trunk, 1, bad), 9, good)},
		{"a coinbase of too much", fit(), 105, grow(d, append(append([]block.Block{}, trunk...), seal(rich)), 9, good)},
		{"two branches, both long", fit(), 105, grow(d, grow(d, trunk, 1, bad), 20, good)},
		{"a bad signature, which the last flush finds", options(), 109, grow(d, grow(d, trunk, 4, good), 1, bad)},
	} {
		tried := "Sync, where two of four peers have a longer chain with an invalid block: " + tt.name
		bubble.Test(t, tried, func(t *testing.T) {
			try := expect.Tried(t, "%s", tried)
			ps := append(honest(2, chain), honest(2, tt.longer)...)
			w := newWorld()
			c := open(t, w, tt.options)
			_, err := synced(t.Context(), config(c, ps))
			try.Why("an invalid block has no work at all: the best chain is the best of the valid ones")
			try.NoError(err)
			w.has(t, try, chain)
			try.Equal("the invalid block is in the tree", c.Tree.Node(hashOf(tt.longer[tt.bad])) != nil, false)
		})
	}
}

// The best chain changes while blocks are being fetched.
func TestSync_reorganises(t *testing.T) {
	const tried = "Sync, where the peers reorganise 3 blocks back and 5 on while blocks are being fetched"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		trunk := grow(d, []block.Block{genesis}, 110, good)
		ours, theirs := grow(d, trunk, 3, good), grow(d, trunk, 5, good)
		ps := honest(3, ours)
		for _, p := range ps {
			when := d.Between(5, 30)
			p.serve = func(b block.Block) (framing.Message, error) {
				if p.served == when {
					p.have(theirs)
				}
				return blockMessage(b), nil
			}
		}
		w := newWorld()
		_, err := synced(t.Context(), config(open(t, w, fit()), ps))
		try.NoError(err)
		try.Why("before it ends, Sync asks for headers again, until there is nothing new")
		w.has(t, try, theirs)
	})
}

func TestSync_nobody(t *testing.T) {
	const tried = "Sync, where all peers hang up after 20 blocks each"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		chain := grow(d, []block.Block{genesis}, 120, good)
		ps := honest(3, chain)
		for _, p := range ps {
			p.serve = func(b block.Block) (framing.Message, error) {
				if p.served > 20 {
					return framing.Message{}, errHangUp
				}
				return blockMessage(b), nil
			}
		}
		w := newWorld()
		c := open(t, w, options())
		r, err := synced(t.Context(), config(c, ps))
		try.Why("without a peer no one knows whether there is more")
		try.ErrorIs(err, fetch.ErrNobody, "fetch.ErrNobody")
		try.Equal("peers dropped", len(r.Dropped), 3)
		try.Why("what was received and checked is kept")
		try.True(c.Flushed().Height >= 20, fmt.Sprintf("flushed up to %d", c.Flushed().Height), "20 or more")
		w.has(t, try, chain[:c.Flushed().Height+1])

		try = expect.Tried(t, "Sync again, with other peers")
		had := c.Flushed().Height
		ps = honest(2, chain)
		r, err = synced(t.Context(), config(open(t, w, options()), ps))
		try.NoError(err)
		w.has(t, try, chain)
		try.Why("nothing that is on the disk is asked for again")
		try.True(askedFor(ps) <= 120-had, fmt.Sprintf("%d blocks asked for, where %d were there", askedFor(ps), had), fmt.Sprintf("at most %d", 120-had))
	})
	const low = "Sync, where the only peer's chain has too little work"
	bubble.Test(t, low, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, low)
		ps := honest(1, grow(d, []block.Block{genesis}, 20, good))
		cfg := config(open(t, newWorld(), fit()), ps)
		cfg.Least = big.NewInt(1000)
		r, err := synced(t.Context(), cfg)
		try.ErrorIs(err, fetch.ErrNobody, "fetch.ErrNobody")
		try.ErrorIs(r.Dropped[0], headers.ErrLowWork, "headers.ErrLowWork")
		try.Why("blocks of a chain that nobody follows are not worth the download")
		try.Equal("blocks asked for", askedFor(ps), 0)
	})
}

func TestSync_alone(t *testing.T) {
	const tried = "Sync without a peer"
	bubble.Test(t, tried, func(t *testing.T) {
		_, err := synced(t.Context(), config(open(t, newWorld(), fit()), nil))
		try := expect.Tried(t, tried)
		try.Why("no peer is left, and so no one knows whether there is more: that must not look like a chain that is complete")
		try.ErrorIs(err, fetch.ErrNobody, "fetch.ErrNobody")
	})
}

// The bounds are those of the Config.
func TestSync_bounds(t *testing.T) {
	const cheap = "Sync with Config.Headers 2,000, from a peer that sends headers of too little work forever"
	bubble.Test(t, cheap, func(t *testing.T) {
		c := open(t, newWorld(), fit())
		ps, tip := honest(1, []block.Block{genesis}), genesis.Header
		ps[0].head = func([]block.Header) (hs []block.Header) {
			for range 2_000 {
				if ps[0].heads > 3 {
					break // of one that asks forever
				}
				tip = seal(block.Block{Header: block.Header{Version: 4, Previous: hashOf(block.Block{Header: tip}), Time: tip.Time + 60, Bits: bits}, Txs: genesis.Txs}).Header
				hs = append(hs, tip)
			}
			return hs
		}
		cfg := config(c, ps)
		cfg.Headers, cfg.Least = 2_000, big.NewInt(1<<40)
		r, _ := synced(t.Context(), cfg)
		try := expect.Tried(t, cheap)
		try.Why("Config.Headers is the most of headers.SyncHeaders: it bounds what a peer can put into the memory before it has shown any work")
		try.Equal("number of nodes in the tree", c.Tree.Len(), 2_001)
		try.ErrorIs(r.Dropped[0], headers.ErrLowWork, "headers.ErrLowWork")
	})
	const silent = "Sync with Config.Ahead 7 and Config.PerPeer 3, from 3 peers that send no block"
	bubble.Test(t, silent, func(t *testing.T) {
		ps := honest(3, grow(draw.From(t), []block.Block{genesis}, 60, good))
		for _, p := range ps {
			p.serve = func(block.Block) (framing.Message, error) { return framing.Message{}, errSilent }
		}
		cfg := config(open(t, newWorld(), fit()), ps)
		cfg.Ahead, cfg.PerPeer = 7, 3
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ibd.Sync(ctx, cfg)
		try := expect.Tried(t, silent)
		try.Why("the window has as many blocks as Config.Ahead says, and a peer may owe as many as Config.PerPeer says")
		try.True(askedFor(ps) <= 7, fmt.Sprintf("%d blocks were asked for", askedFor(ps)), "at most 7")
		for i, p := range ps {
			try.True(p.served <= 3, fmt.Sprintf("peer %d was asked for %d blocks", i, p.served), "at most 3")
		}
	})
}

func TestSync_cannotJudge(t *testing.T) {
	const tried = "Sync of a chain in which a block cannot be judged"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		try := expect.Tried(t, tried)
		chain := grow(d, []block.Block{genesis}, 104, good)
		b := next(d, chain, good)
		b.Txs[1].Version, b.Txs[1].In[0].Sequence = 2, 1
		chain = grow(d, append(chain, seal(b)), 3, good)
		c := open(t, newWorld(), fit())
		_, err := synced(t.Context(), config(c, honest(2, chain)))
		try.Why("the node neither accepts nor condemns it: it stops and says so")
		try.ErrorIs(err, block.ErrCannotJudge, "block.ErrCannotJudge")
		try.Equal("the block is in the tree", c.Tree.Node(hashOf(chain[105])) != nil, true)
	})
}
