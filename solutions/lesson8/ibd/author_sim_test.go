package ibd_test

import (
	"errors"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/fetch"

	"github.com/stretchr/testify/require"
)

// spoilAll are what peers may do at some time.
var spoilAll = []func(d *draw.Source, p *peer, other []block.Block){
	func(*draw.Source, *peer, []block.Block) {}, // serve
	func(d *draw.Source, p *peer, _ []block.Block) { // hang up, stall, lack a block
		n, what := d.Between(1, 40), d.IntN(3)
		p.serve = func(b block.Block) (framing.Message, error) {
			switch {
			case p.served < n:
				return blockMessage(b), nil
			case what == 0:
				return framing.Message{}, errHangUp
			case what == 1:
				return framing.Message{}, errSilent
			}
			return framing.Message{Command: "notfound", Payload: fetch.AppendGetData(nil, []block.Hash{hashOf(b)})}, nil
		}
	},
	func(d *draw.Source, p *peer, other []block.Block) { // lie
		n := d.Between(1, 40)
		p.serve = func(b block.Block) (framing.Message, error) {
			if p.served >= n {
				b.Txs = other[1].Txs
			}
			return blockMessage(b), nil
		}
	},
	func(d *draw.Source, p *peer, _ []block.Block) { p.have(p.chain[:d.Between(1, len(p.chain))]) }, // be behind
	func(d *draw.Source, p *peer, other []block.Block) { // reorganise
		n := d.Between(1, 40)
		p.serve = func(b block.Block) (framing.Message, error) {
			if p.served == n {
				p.have(other)
			}
			return blockMessage(b), nil
		}
	},
}

// simulate is a download with drawn peers, kills and restarts. At the end the coins
// are those of the best chain that two honest peers have.
func simulate(t *testing.T, d *draw.Source) {
	t.Helper()
	trunk := grow(d, []block.Block{genesis}, d.Between(101, 112), good)
	best := grow(d, trunk, d.Between(6, 9), good)
	worse := grow(d, trunk, d.Between(1, 5), good)
	invalid := grow(d, grow(d, trunk, 1, bad), 12, good)
	w := newWorld()
	w.loses = d
	for kills := 0; ; kills++ {
		left := d.Between(500, 20_000)
		if kills >= 6 {
			left = -1
		}
		w.revive(left)
		ps := honest(2, best)
		for range d.Between(0, 5) {
			chain := [][]block.Block{best, worse, invalid}[d.IntN(3)]
			p := newPeer(chain, time.Duration(d.Between(1, 200))*time.Millisecond)
			spoilAll[d.IntN(len(spoilAll))](d, p, [][]block.Block{best, worse, invalid}[d.IntN(3)])
			ps = append(ps, p)
		}
		o := options()
		o.FlushAt, o.VerifyAt = d.Between(5, 200), d.Between(1, 8)
		c, err := tryOpen(w, o)
		if err == nil {
			cfg := config(c, ps)
			cfg.Ahead, cfg.PerPeer = d.Between(1, 60), d.Between(1, 16)
			_, err = synced(t.Context(), cfg)
		}
		if err == nil {
			break
		}
		require.True(t, errors.Is(err, errKill), "%v", err)
	}
	w.has(t, expect.Tried(t, "Sync from drawn peers"), best)
}

// Twelve seeds, or as many as NODEBOOK_SIMULATIONS says.
func TestSync_simulation(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("NODEBOOK_SIMULATIONS"))
	if err != nil {
		n = 12
	}
	for i := range n {
		synctest.Test(t, func(t *testing.T) { simulate(t, draw.Named(t.Name()+strconv.Itoa(i))) })
	}
}

// Every byte and every call of a run in which a disk can die: after each, the next
// run goes on to the same coins.
func TestChain_Flush_everyKill(t *testing.T) {
	d := draw.From(t)
	trunk := grow(d, []block.Block{genesis}, 6, good)
	ours, theirs := grow(d, trunk, 2, good), grow(d, trunk, 4, good)
	o := options()
	o.FlushAt = 3
	step := 1
	if testing.Short() {
		step = 7
	}
	for left := 0; ; left += step {
		w := newWorld()
		w.revive(left)
		if live(t, w, o, ours, theirs) == nil {
			require.Greater(t, left, 1_500, "places it could die at")
			return
		}
		if left%2 == 0 {
			w.loses = d
		}
		w.revive(-1)
		require.NoError(t, live(t, w, o, ours, theirs), "killed after %d", left)
		w.has(t, expect.Tried(t, "a run that was killed after %d bytes and calls, and another", left), theirs)
	}
}
